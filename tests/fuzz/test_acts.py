"""Every action, on cases in every state, by persons of every role, with data right and wrong.

Never a 5xx; what is refused has written nothing; what is accepted leaves a case that verifies and effects that happen.
"""

import json
from uuid import uuid4

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from app.cases import protocol
from app.intake.schemas import ReportIn
from tests.fuzz.conftest import EXAMPLES, SEED
from tests.fuzz.made_up import bodies, words_of
from tests.fuzz.watch import Watch
from tests.fuzz.world import WITH_PHOTOS
from workflows import case as machine
from workflows.case_terms import CaseAction, CaseState

UNKNOWN = ("", "delete", "文", "accept\x00", "a" * 41)
SEEN = st.sampled_from(["latest"] * 18 + [1, None, -1, "1", 1_000_000, 10**30])
OPERATION = st.sampled_from(["new"] * 16 + ["that of the report", "", None, 7])
SHORT = settings(
    max_examples=EXAMPLES or 10,
    database=None,
    phases=[Phase.generate],
)


def sent(actor, method, path, body):
    """Send a body as ASCII JSON, in which even half a surrogate pair can stand."""
    headers = {**actor.headers, "Content-Type": "application/json"}
    return actor.town.client.open(f"/api/v1/{path}", method=method, data=json.dumps(body), headers=headers)


def fields_of(schema):
    """Return the names of a schema's fields as they are sent."""
    return tuple(field.data_key or name for name, field in schema.fields.items())


def acts(action, who, words):
    """Return a strategy of (case and person, data, seen, operation) for an action."""
    known = action in protocol.table_of("case").rules
    needed = {need for move in machine.CASE.moves_of(action) for need in move.needs} & words.keys()
    needed |= {"attachments"} if action in WITH_PHOTOS else {"why"} if action == CaseAction.CALL_BACK else set()
    return st.tuples(
        who,
        bodies(fields_of(protocol.schema_of("case", action)) if known else (), tuple(sorted(needed)), words),
        SEEN,
        OPERATION,
    )


def test_the_world_has_a_case_in_every_state(world):
    states = {world.town.supervisor.read(case)["state"] for case in world.cases.values()}
    assert states == set(CaseState)


def test_every_action_on_any_case_by_anybody(world, subtests):
    watch, offered, words = Watch(world), world.offered, words_of(world)
    cases = [case["case_id"] for case in world.cases.values()]
    anybody = st.tuples(st.sampled_from(cases), st.sampled_from(world.everybody))
    for action in (*CaseAction, *UNKNOWN):
        often = 3 if action in offered else 0
        who = st.one_of(*(st.sampled_from(offered[action]) for _ in range(often)), anybody)
        with subtests.test(str(action)):
            act_any_way(watch, action, acts(action, who, words))
    never = offered.keys() - watch.accepted.keys()
    assert len(never) < len(offered) / 4, f"too little was accepted to mean much; never: {never}"


def act_any_way(watch, action, strategy):
    """Take an action in many ways."""

    @seed(SEED)
    @SHORT
    @given(strategy)
    def act(asked):
        (case_id, actor), data, seen, operation = asked
        op_id = {"new": str(uuid4()), "that of the report": case_id}.get(operation, operation)
        seen = watch.world.seqs[case_id] if seen == "latest" else seen
        own = watch.world.photos.get((case_id, actor))
        if own and action in WITH_PHOTOS and isinstance(data, dict) and isinstance(data.get("attachments"), list):
            data = data | {"attachments": [*data["attachments"], own]}
        body = {"op_id": op_id, "action": action, "seen": seen, "data": data}
        watch.judge(case_id, sent(actor, "POST", f"cases/{case_id}/steps", body), action, (actor.name, body))

    act()


def test_reports_of_any_shape_by_anybody(world):
    watch, words = Watch(world), words_of(world)
    ids = st.one_of(st.uuids(version=4).map(str), st.sampled_from([case["case_id"] for case in world.cases.values()]))
    reporters = st.sampled_from([world.worker, world.desk] * 4 + world.everybody)
    fields = fields_of(ReportIn())
    pointless = [name for name in fields if name not in ("lon", "lat")]
    at_a_point = bodies([name for name in fields if name != "grid"], ("class", "description", "lon", "lat"), words)
    somewhere = bodies(pointless, ("class", "description", "grid"), words)

    @seed(SEED)
    @settings(SHORT, max_examples=max(EXAMPLES, 250))
    @given(ids, reporters, st.one_of(at_a_point, somewhere))
    def report(case_id, actor, body):
        watch.judge(case_id, sent(actor, "PUT", f"cases/{case_id}", body), "report", (actor.name, body))

    report()
    assert watch.accepted["report"] > 15
