"""Make up bodies, right and wrong: what somebody might send, what nobody should, and everything between."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.factories.town import CLASSES, COUNTY, GRID, HERE, HOUSING, NEXT_GRID, TEAM, THERE, TOWNSHIP, VILLAGES, WATER
from tests.fuzz.world import World
from workflows.risk_terms import RiskColour

NOBODY = str(UUID(int=7))
# only where a date from above is passed, or something stands that was entered once
SELDOM = frozenset({"consent", "consent_due_at", "consent_of", "object"})
Words = dict[str, st.SearchStrategy[Any]]
TIMES = ("2026-11-23T12:00:00+08:00", "2026-12-24T00:00:00Z", "2027-12-01T09:00:00+08:00")
# what no field likes: JSON allows it all
_WORDS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "a" * 3_000,
    "0",
    "-1",
    "null",
    "💥",
    "\u202e",
    "';--",
    "2026-13-45T99:99:99Z",
    NOBODY,
)
_NUMBERS = (0, -1, 1, 2**31, 2**63, 10**30, -(10**30), 0.5, 1e308, -0.0, 180.0000001)
PLAIN = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_NUMBERS), st.booleans(), st.none())
GARBAGE = st.recursive(
    st.one_of(PLAIN, st.text(st.characters(), max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4) | st.just("lon"), inner, max_size=3)
    ),
    max_leaves=6,
)


def words_of(world: World) -> Words:
    """Return for each field of an act or report what may well stand there in this world."""
    cases = st.sampled_from([case["case_id"] for case in world.cases.values()])
    people = st.sampled_from([str(each.id) for each in world.everybody] + [NOBODY])
    hands = st.sampled_from([str(each.id) for each in world.everybody if each.name in ("handler", "contractor")])
    department = st.sampled_from([HOUSING, WATER, TOWNSHIP, TEAM, "县城乡水务公司"] * 2 + ["没有这个部门"])
    some = st.lists(department, min_size=1, max_size=2, unique=True)
    numbers = st.integers(1, 4)
    text = st.sampled_from(["已处理", "不属本单位", "需要延期"])
    return {
        "unit": text, "sub": numbers, "consent": text, "consent_due_at": st.sampled_from(TIMES),
        "consent_of": st.lists(st.sampled_from([COUNTY, *cases.elements]), min_size=1, max_size=2, unique=True),
        "reason": text, "note": text, "result": text, "text": text, "guard_note": text, "address": text,
        "description": text, "attachments": st.lists(st.uuids(version=4).map(str), min_size=1, max_size=3),
        "task": numbers, "tasks": st.lists(numbers, min_size=1, max_size=2), "class": st.sampled_from(CLASSES),
        "condition": st.sampled_from(["1", "2", "9"]), "missed_by_patrol": st.booleans(), "met": st.booleans(),
        "lon": st.sampled_from([HERE[0], THERE[0]]), "lat": st.just(HERE[1]), "clock": numbers,
        "crs": st.sampled_from(["wgs84", "cgcs2000", "gcj02", "bd09"]),
        "placed": st.sampled_from(["measured", "chosen"]),
        "accuracy_m": st.integers(0, 100_000),
        "grid": st.sampled_from([GRID, NEXT_GRID, *VILLAGES]), "centre": st.sampled_from([COUNTY, GRID]),
        "due_at": st.sampled_from(TIMES), "review_on": st.sampled_from(["2026-12-24", "2026-11-23", "2030-01-01"]),
        "lead": department, "contractor": department, "called": some, "to": some,
        "assist": st.one_of(st.sampled_from([[WATER], [TEAM]]), some), "handler": st.one_of(hands, people),
        "verifier": people, "checker": people, "into": cases, "rework": st.booleans(),
        "solved": st.booleans(), "grade": st.sampled_from(["ordinary", "yellow", "red"]),
        "part": st.sampled_from(["verify", "check"]),
        "rating": st.sampled_from(["good", "fair", "poor"]), "colour": st.sampled_from([*RiskColour]),
        "object": st.sampled_from([NOBODY, "没有这个对象"]),
        "reason_code": st.sampled_from(["not_ours", "nothing_there", "silent", "other"]),
        "found_at": st.sampled_from(TIMES), "phone_at": st.sampled_from(TIMES), "phone_now": st.sampled_from(TIMES),
        "source": st.sampled_from(["worker", "citizen", "superior", "sensor"]), "fixed": st.booleans(),
        "drill": st.booleans(),
        "ticket_kind": st.sampled_from(["ask", "complaint"]), "secret": st.booleans(), "reply_wanted": st.booleans(),
        "reply": text, "answer": text,
        "outcome": st.sampled_from(["solved", "explained"]), "order": text, "number": text,
        "contacted": st.booleans(), "satisfaction": st.sampled_from(["satisfied", "partly", "not"]), "why": text,
        "supervision": st.integers(1, 2), "n": numbers, "sender_no": text, "from": cases,
        "limits": st.just([]), "calendar_version": numbers, "external_nos": st.lists(text, max_size=2),
        "external_no": text, "external_due": st.sampled_from(TIMES), "at": st.sampled_from(TIMES),
        "form": st.sampled_from([{}, {}, {"risk": "缺失"}, {"count": 3}]),
        "originals": st.dictionaries(st.uuids(version=4).map(str), st.just("0" * 64), max_size=2),
        "reporter": st.just({"name": "张三", "phone": "13800000000", "anonymous": False, "consent": True}),
    }  # fmt: skip


@st.composite
def bodies(
    draw: st.DrawFn, fields: tuple[str, ...], needed: tuple[str, ...], words: dict[str, st.SearchStrategy]
) -> Any:
    """Return a body: mostly the fields that are needed and some others, now and then with something wrong in it."""
    fault = draw(st.sampled_from(["none"] * 6 + ["field", "name", "all", "needed"]))
    if fault == "all":
        return draw(GARBAGE)
    seldom = SELDOM if draw(st.integers(0, 3)) else frozenset()
    others = [name for name in fields if name not in {*needed, *seldom}]
    more = draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) if others else []
    body = {name: draw(words[name]) for name in (*needed, *more)}
    if fault == "field" and body:
        body[draw(st.sampled_from(sorted(body)))] = draw(GARBAGE)
    if fault == "name":
        body[draw(st.text(max_size=5))] = draw(PLAIN)
    if fault == "needed" and body:
        del body[draw(st.sampled_from(sorted(body)))]
    return body
