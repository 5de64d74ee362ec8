"""Draw the course of an ordinary case by lot: who reported it, what goes wrong on the way, how it ends.

All shares are examples, chosen near what counties and cities publish: most reports by the county's own people, a few
per cent reworked, returned, extended.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from app.catalogue.documents import CaseClass
from app.core import clock
from app.demo import within
from app.demo.lives import Do, Life
from app.demo.world import Spot, World
from workflows.case import OPEN
from workflows.case_clocks import Stage
from workflows.case_facts import OWN_SOURCES, PUBLIC_SOURCES
from workflows.case_terms import CaseSource, CheckKind

_SELF_FIXED = 0.44  # of what may be fixed on the spot by its finder: with the usual classes a fifth of all closings
_REVIEWED_AFTER = 12  # days; deferrals are looked at again then
_NOT_TAKEN_BACK = 0.985  # of tasks; the others are recalled from a department that is silent
_SUPERVISED = 0.02  # of cases: an order that the lead answers before it is lifted
_CALLED_BACK = 0.6  # of what citizens reported
_SOURCES: Mapping[CaseSource, float] = {
    CaseSource.WORKER: 87, CaseSource.AUXILIARY: 5, CaseSource.HOTLINE: 4, CaseSource.CITIZEN: 2, CaseSource.MEDIA: 0.5,
    CaseSource.PETITION: 0.5, CaseSource.SUPERIOR: 1,
}  # fmt: skip
_ANSWERS = ("已约谈责任人，两日内办结", "已增派人手，明日完成", "等待配件到货，到货当日更换")
_GRADES: Mapping[str, tuple[float, tuple[str, ...]]] = {  # of call-backs that found it solved, and why
    "satisfied": (0.8, ()),
    "partly": (0.13, ("处理得慢了些", "清理后仍有少量残留")),
    "not": (0.07, ("来人态度不好", "已反映三次才处理")),
}
_UNSOLVED = ("又出现同样问题", "只清理了一部分", "没有见到有人来处理")
_SURNAMES = "王李张刘陈杨赵黄"


def source(case_class: CaseClass, chance: Random, *, night: bool = False) -> CaseSource:
    """Draw from where a report comes; what is seen only at home is told by citizens more often."""
    chosen_source = chance.choices(list(_SOURCES), list(_SOURCES.values()))[0]
    if night and chosen_source in OWN_SOURCES:
        return CaseSource.HOTLINE  # nobody of ours is in the field
    by_phone = chosen_source is CaseSource.WORKER and case_class.check == CheckKind.PHONE and chance.random() < 0.5
    return CaseSource.HOTLINE if by_phone else chosen_source


def report(source: CaseSource, number: int, chance: Random) -> dict[str, Any]:
    """Return what a report says besides class and place; the citizen's name and number are invented."""
    if source in OWN_SOURCES:
        return {"source": source}
    body: dict[str, Any] = {"source": source, "external_no": f"{source.upper()}-{number:05d}"}
    if source in PUBLIC_SOURCES:
        unnamed = chance.random() < 0.3
        phone = f"0357-83{chance.randint(10000, 99999)}"
        body["reporter"] = {"anonymous": True} if unnamed else {
            "name": f"{chance.choice(_SURNAMES)}某", "phone": phone, "consent": True,
        }  # fmt: skip
    return body


def reporter(source: CaseSource, spot: Spot, world: World, chance: Random) -> str:
    """Return who enters the report."""
    if source is CaseSource.WORKER:
        return world.worker_of[spot.grid]
    if source is CaseSource.AUXILIARY:
        return world.auxiliary_of[spot.grid[:12]]
    return f"acceptor{chance.choice('12')}"


def fixed_on_the_spot(case_class: CaseClass, source_code: CaseSource, chance: Random) -> bool:
    """Tell whether the worker fixed it at once and reports it as done."""
    return source_code is CaseSource.WORKER and case_class.self_fix and chance.random() < _SELF_FIXED


def of_fixed() -> list[Do]:
    """Return the steps of a self-fixed case; the last two only if the rule picks it for checking."""
    return [
        Do("acceptor", "close_fixed"),
        Do("checker", "pass_check", when="handled"),
        Do("duty", "close", when="checked"),
    ]


def of_second() -> list[Do]:
    """Return the steps of a second report of the same trouble: merged, or refused if the first has ended meanwhile."""
    return [
        Do("acceptor", "merge", into_the_first, minutes=5, optional=True, fits=first_is_open),
        Do("acceptor", "refuse", when="reported"),
        Do("acceptor", "refuse", share=24, optional=True),  # two days later, if it stands alone again
    ]


def steps(
    case_class: CaseClass, spot: Spot, source_code: CaseSource, world: World, chance: Random, condition: str
) -> list[Do]:
    """Return the steps of an ordinary case, with what may go wrong."""
    luck = chance.random()
    if source_code in OWN_SOURCES and luck < 0.015:
        return [Do("reporter", "withdraw", minutes=chance.uniform(3, 25))]
    before = _verified(chance) if source_code in PUBLIC_SOURCES else []
    if before and before[-1].action == "confirm_false":
        return [*before, Do("acceptor", "refuse")]
    if source_code is not CaseSource.SUPERIOR:
        if luck < 0.055:
            return [*before, Do("acceptor", "refuse")]
        if luck < 0.085:
            return [*before, Do("acceptor", "accept"), Do("duty", "decline")]
        if luck < 0.095:
            return [*before, Do("acceptor", "accept"), Do("duty", "file"), Do("duty", "void")]
    course = [*before, Do("acceptor", "accept"), Do("duty", "file")]
    return [*course, *_handled(case_class, spot, world, chance, condition), *_closed(source_code, case_class, chance)]


def _verified(chance: Random) -> list[Do]:
    luck = chance.random()
    sent = Do("acceptor", "verify", share=chance.uniform(0.05, 0.4))
    if luck < 0.12:
        return [sent, Do("verifier", "confirm_false")]
    if luck < 0.17:
        return [sent, Do("verifier", "cannot_verify"), sent, Do("verifier", "confirm_true")]
    return [sent, Do("verifier", "confirm_true")]


def _handled(case_class: CaseClass, spot: Spot, world: World, chance: Random, condition: str) -> list[Do]:
    way = world.route(case_class, spot, condition)
    helped = list(way.assist[:1]) if chance.random() < 0.12 else []
    sent = Do("dispatcher", "dispatch", {"assist": helped} if helped else {})
    course = [sent]
    luck = chance.random()
    if luck < 0.02:
        wrong = "D-TRANSPORT" if way.lead != "D-TRANSPORT" else "D-MARKET"
        not_ours = {"reason_code": "not_ours"}
        course = [Do("dispatcher", "dispatch", {"lead": wrong}), Do("lead", "ask_return", not_ours)]
        course += [Do("duty", "grant_return", share=0.5, optional=True), replace(sent, when="filed")]
    elif luck < 0.03:
        course += [
            Do("lead", "ask_return", {"reason_code": "other"}),
            Do("duty", "deny_return", share=0.3, optional=True),
        ]
    elif luck < 0.04:
        course += [Do("dispatcher", "withdraw_dispatch", minutes=chance.uniform(2, 9)), sent]
    course.append(Do("lead", "sign"))
    if luck > _NOT_TAKEN_BACK:
        course += [
            Do("dispatcher", "recall", {"reason_code": "silent"}, share=1.2, optional=True),
            replace(sent, when="filed"),
            Do("lead", "sign", when="dispatched"),
        ]
    about = case_class.condition(condition)
    for number in range(1, 1 + len(about.milestones if about else ())):
        course.append(Do("lead", "milestone", {"n": number}, share=chance.uniform(0.1, 0.9), optional=True))
    for code in helped:
        course += [Do(f"desk:{code}", "sign", share=0.4), Do(f"desk:{code}", "finish", share=chance.uniform(0.2, 0.5))]
    inner = within.steps(way.lead, case_class, world, chance)
    return [*course, *inner, *_asks(case_class, chance), *_ordered(chance), Do("handler", "finish")]


def _ordered(chance: Random) -> list[Do]:
    """Return a supervision order with its answer, for a few."""
    if chance.random() > _SUPERVISED:
        return []
    answer = {"answer": chance.choice(_ANSWERS)}
    return [
        Do("supervisor1", "supervise", order_due(3), share=0.4, when="handling"),
        Do("lead", "reply_supervision", answer, minutes=chance.uniform(40, 300), optional=True),
        Do("supervisor1", "lift_supervision", minutes=chance.uniform(20, 90), optional=True),
    ]


def _asks(case_class: CaseClass, chance: Random) -> list[Do]:
    luck = chance.random()
    if case_class.urgent or luck > 0.06:
        return []
    if luck < 0.012 and not case_class.confidential:  # leaders, who decide, do not read every confidential class
        return [
            Do("lead", "ask_deferral", review_in(_REVIEWED_AFTER), share=0.2, optional=True),
            Do("leader1", "grant_deferral", share=0.5, optional=True),
            *_reviewed(chance),
        ]
    answer = "grant_extension" if luck < 0.05 else "deny_extension"
    return [Do("lead", "ask_extension", later, share=0.3, optional=True), Do("duty", answer, share=0.25, optional=True)]


def _reviewed(chance: Random) -> list[Do]:
    """Return what becomes of a deferral: work goes on before its review or on that day, or it is put off once more,
    which the county's leader grants."""
    luck, days = chance.random(), 24 * 60
    if luck < 0.3:
        return [Do("lead", "resume", minutes=chance.uniform(3, _REVIEWED_AFTER - 1) * days, when="deferred")]
    review = _REVIEWED_AFTER * days + chance.uniform(20, 180)
    if luck < 0.6:
        return [Do("lead", "resume", minutes=review, when="deferred")]
    return [
        Do("lead", "ask_deferral", review_in(20), minutes=review, when="deferred", optional=True),
        Do("county1", "grant_deferral", minutes=chance.uniform(60, 400), when="deferred", optional=True),
        Do("lead", "resume", minutes=chance.uniform(4, 21) * days, when="deferred"),
    ]


def _closed(source_code: CaseSource, case_class: CaseClass, chance: Random) -> list[Do]:
    if case_class.check == CheckKind.NONE:
        return [Do("duty", "close")]
    luck = chance.random()
    course = [Do("checker", "pass_check"), Do("duty", "close")]
    if luck < 0.035:
        course = [Do("checker", "fail_check"), Do("lead", "sign"), Do("lead", "finish"), *course]
    elif luck < 0.05:
        course = [Do("checker", "pass_check"), Do("duty", "refuse_close"), *course]
    if source_code in PUBLIC_SOURCES and chance.random() < _CALLED_BACK:
        graded = _graded(chance)
        solved = graded["solved"]
        if chance.random() < 0.1:
            course.append(Do("acceptor", "call_back", {"contacted": False}, share=chance.uniform(0.5, 3)))
        course.append(Do("acceptor", "call_back", graded, share=chance.uniform(0.5, 12)))
        if not solved and not case_class.confidential:
            course += [Do("supervisor1", "reopen", share=3), *_again()]
    elif chance.random() < 0.02 and not case_class.confidential:
        course.append(Do("supervisor2", "spot_check", {"solved": True}, share=12))
    return course


def _graded(chance: Random) -> dict[str, Any]:
    """Return what whoever was called back says: solved or not, how content, and why."""
    if chance.random() < 0.08:
        return {"contacted": True, "solved": False, "satisfaction": "not", "why": chance.choice(_UNSOLVED)}
    grade = chance.choices(list(_GRADES), [share for share, _ in _GRADES.values()])[0]
    body = {"contacted": True, "solved": True, "satisfaction": grade}
    reasons = _GRADES[grade][1]
    return {**body, "why": chance.choice(reasons)} if reasons else body


def _again() -> list[Do]:
    course = [
        ("dispatcher", "dispatch"),
        ("lead", "sign"),
        ("lead", "finish"),
        ("checker", "pass_check"),
        ("duty", "close"),
    ]
    return [Do(who, action) for who, action in course]


def into_the_first(life: Life) -> dict[str, str]:
    """Return what names the case beside this one, to merge it into."""
    return {"into": life.beside.case["case_id"]}


def first_is_open(life: Life) -> bool:
    """Tell whether the case beside this one can still take another."""
    return life.beside.case.get("state") in OPEN


def later(life: Life) -> dict[str, str]:
    """Return a new end for the lead's time, a tenth as long again after the old one, and an hour at least."""
    due, now = life.due(Stage.HANDLE) or clock.now(), clock.now()
    return {"due_at": (due + max((due - now) / 10, timedelta(hours=1))).isoformat()}


def sender_due(days: int) -> Callable[[Life], dict[str, str]]:
    """Return what names a sender's date so many days ahead."""
    return lambda _life: {"external_due": (clock.now() + timedelta(days=days)).isoformat()}


def order_due(days: int) -> Callable[[Life], dict[str, str]]:
    """Return a supervision order that is to be answered within so many days."""
    return lambda _life: {
        "grade": "yellow", "order": "群众反映强烈，请限期办结并书面答复",
        "due_at": (clock.now() + timedelta(days=days)).isoformat(),
    }  # fmt: skip


def review_in(days: int) -> Callable[[Life], dict[str, str]]:
    """Return what names a day of review so many days ahead, on the county's wall calendar."""
    return lambda _life: {"review_on": str(clock.local(clock.now()).date() + timedelta(days=days))}
