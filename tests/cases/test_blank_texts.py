"""A text that a step needs says something: spaces are no reason, whoever sends them, and whatever the step."""

from uuid import uuid4

import pytest
from marshmallow import fields

from app.cases import protocol
from app.dispatch import referral
from tests.factories.grids import WEST
from tests.factories.lively import lively
from tests.factories.town import GARBAGE, HERE, HOUSING
from workflows.case import CASE

pytestmark = pytest.mark.one_database
BLANKS = (" ", "\u3000", "\n\t")
AT_THE_START = {"report"}  # its body has a schema of its own


def texts_needed(needs, schema):
    """Which of these needs are texts that somebody writes."""
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    chosen = {"class", "condition", "lead", "centre"}  # a code that is looked up
    return {need for need in needs if isinstance(known.get(need), fields.String)} - chosen


@pytest.fixture
def needing(app):
    """Every action that needs a text, by the procedure's own table."""
    found = {}
    for move in CASE.moves:
        if move.permission and move.action not in AT_THE_START:
            texts = texts_needed(move.needs, protocol.schema_of("case", move.action))
            found.setdefault(str(move.action), set()).update(texts)
    return {action: texts for action, texts in found.items() if texts}


def test_no_step_takes_a_blank_for_the_text_it_needs(town, clock, needing):
    cases = lively(town, clock)
    left = dict(needing)
    for case in [*cases.values(), *asked(town), *sent(town)]:
        for person in town.people:
            answer = person.get(f"cases/{case['case_id']}")
            offered = answer.get_json()["actions"] if answer.status_code == 200 else []
            for action, needs in ((each["action"], each["needs"]) for each in offered):
                if action not in left or not left[action].issubset(needs):  # in this state it needs less
                    continue
                for text in left.pop(action):
                    for blank in BLANKS:
                        refused = person.try_act(case, action, **{text: blank})
                        assert refused.status_code == 422, (action, text)
                        assert f"data.{text}" in refused.get_json()["fields"], (action, text)
    assert not left, f"no case of this town offers these: {left}"


def asked(town):
    """Cases that wait for an answer, and one whose department may still ask."""
    returned, extended, deferred = (town.handling() for _ in range(3))
    kept, helped, due_above, put_off = town.worker.report().get_json(), town.handling(), _above(town), _above(town)
    town.housing.act(helped, "sub_assign", unit="环卫所", due_at=helped["due_at"])
    town.housing.act(helped, "ask_assist", assist=["Q-WATER"], reason="须先停水")
    town.housing.act(due_above, "ask_extension", due_at="2027-03-01T09:00:00+08:00", reason="材料未到")
    town.housing.act(put_off, "ask_deferral", review_on="2027-03-01", reason="冬季不能施工")
    town.housing.act(returned, "ask_return", reason_code="not_ours", reason="不属本单位")
    due = town.housing.read(extended)["case_due_at"]
    town.housing.act(extended, "ask_extension", due_at=due, reason="材料未到")
    town.housing.act(deferred, "ask_deferral", review_on="2027-03-01", reason="冬季不能施工")
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    referred = town.housing.act(town.handling(), "refer", reason="涉嫌违法")
    referral.enforce_with(None)
    town.open_centre(WEST)
    town.hire("duty_officer", "centre", WEST)
    handed_down = town.leader.act(town.accepted(), "hand_down", centre=WEST)
    waiting = [returned, extended, deferred, helped, due_above, put_off]
    return [*waiting, kept, referred, handed_down, town.handling()]


def _above(town):
    """A case that a department works on, whose date a superior has set."""
    given = {"external_no": str(uuid4()), "external_due": "2027-02-01T09:00:00+08:00"}
    case = town.acceptor.report(source="superior", **given).get_json()
    town.acceptor.act(case, "accept")
    town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    return town.housing.act(case, "sign")


def sent(town):
    """Tickets that wait for their sender, for a reply, for the decision to open them again; and a supervision."""
    numbers = iter(range(1, 9))

    def ticket(**body):
        return town.acceptor.report(source="superior", external_no=f"督{next(numbers)}", **body).get_json()

    def checked():
        case = town.acceptor.act(ticket(), "accept")
        case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
        town.dispatcher.act(case, "dispatch", lead=HOUSING)
        town.housing.act(case, "sign")
        town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
        case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
        town.bring_photos(case)
        return case

    back, later, fresh, to_close, closed = ticket(), ticket(), ticket(), checked(), checked()
    town.acceptor.act(back, "ask_sender", reason="不属本县")
    town.acceptor.act(later, "ask_sender_time", reason="雨天", external_due="2027-06-01T09:00:00+08:00")
    town.duty.act(closed, "close", reply="已清理", outcome="solved")
    town.acceptor.act(closed, "call_back", solved=False, why="又堆满了")
    supervised = town.supervisor.act(town.handling(), "supervise", grade="red")
    return [back, later, fresh, to_close, closed, supervised]
