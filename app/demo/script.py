"""Tell the unusual ways of a case, one story each, played in the first days: so every act the house knows is seen.

Not here: referring a case to law enforcement and its return (`refer`, `enforcement_ended`, the state `enforcing`),
since they need an enforcement file; handing on (`hand_on`), since a play is shorter than the
levels of the class that does so. Warnings, ends of limits, expired asks and absences are the timers' own steps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core import clock
from app.demo import county
from app.demo.lives import Do, Life
from app.demo.people import person_id
from app.demo.scenarios import into_the_first, later, order_due, review_in, sender_due
from workflows.case_clocks import Stage
from workflows.case_terms import CaseSource, TaskPart

STEP_MINUTES = 6.0
HOUSING, WATER, POWER, FIRE, TEAM = "D-HOUSING", "Q-WATER", "Q-POWER", "D-FIRE", "E-COUNTY"
GARBAGE, MANHOLE, ROAD, LEAFLETS, LAND = "0102", "C0102", "0110", "SC-05", "GX-2402"
Line = str | tuple[str, Mapping[str, Any] | Callable[[Life], Mapping[str, Any]]]


@dataclass(frozen=True)
class Story:
    """One unusual case: its class, its steps, what its report says, and after which earlier story it is the second."""

    name: str
    steps: list[Do]
    class_code: str = GARBAGE
    report: Mapping[str, Any] = field(default_factory=dict)
    reporter: str = "worker"
    grid: str | None = None
    with_story: str | None = None  # the same class and place as this one, merged into it


def go(*lines: Line) -> list[Do]:
    """Read steps: "who action", then if need be the minutes before it and words: `late_photo`, `look`; or with data."""
    return [_step(line, {}) if isinstance(line, str) else _step(*line) for line in lines]


def _step(line: str, data: Any) -> Do:
    who, action, *more = line.split()
    words = {word for word in more if not word[0].isdigit()}
    minutes = next((float(word) for word in more if word[0].isdigit()), STEP_MINUTES)
    return Do(who, action, data, minutes=minutes, photo_late="late_photo" in words, look="look" in words)


def _send(lead: str = HOUSING, *assist: str) -> Line:
    return "dispatcher dispatch", {"lead": lead, **({"assist": list(assist)} if assist else {})}


def _called(department: str, rating: str) -> Callable[[Life], dict[str, Any]]:
    return lambda life: {"task": life.task_of(TaskPart.CALLED, department), "rating": rating}


def _part(unit: str) -> Callable[[Life], dict[str, Any]]:
    """Return what lets a section do a part of the lead's work, within half of what is left of it."""
    now = clock.now
    return lambda life: {"unit": unit, "due_at": (now() + ((life.due(Stage.HANDLE) or now()) - now()) / 2).isoformat()}


_FILED: tuple[Line, ...] = ("acceptor accept", "duty file")
_SENT: tuple[Line, ...] = (*_FILED, _send())
_SIGNED: tuple[Line, ...] = (*_SENT, "lead sign")
_END: tuple[Line, ...] = ("checker pass_check", "duty close")
_DONE: tuple[Line, ...] = ("lead finish", *_END)
_REST: tuple[Line, ...] = ("lead sign", *_DONE)
_HOTLINE = {"source": CaseSource.HOTLINE, "reporter": {"name": "李某", "phone": "0357-8300000", "consent": True}}
_SUPERIOR = {"source": CaseSource.SUPERIOR, "external_no": "督〔2026〕17号"}

STORIES: tuple[Story, ...] = (
    Story("two departments and a photo that comes late", go(
        *_FILED, _send(HOUSING, WATER), f"desk:{WATER} sign", f"desk:{WATER} finish late_photo", "lead sign",
        ("lead assign", {"handler": person_id("handler1")}), "handler1 finish 30", *_END,
    )),
    Story("a false report, refused, and taken up again", go(
        "acceptor verify", "verifier confirm_false 12", "acceptor refuse", "supervisor1 reconsider 20",
        "acceptor verify", "verifier cannot_verify 15", "acceptor verify", "acceptor recall_verify", "acceptor verify",
        "verifier confirm_true 15", *_FILED, "duty void",
    ), report=_HOTLINE, reporter="acceptor"),
    Story("withdrawn by its reporter", go("reporter withdraw 15")),
    Story("a danger kept, then not filed", go("acceptor keep", "acceptor accept", "duty decline")),
    Story("fixed on the spot", [
        *go("acceptor close_fixed 20"), Do("checker", "pass_check", minutes=30, when="handled"),
        Do("duty", "close", minutes=9, when="checked"),
    ], report={"fixed": True}),
    Story("the first of two reports of one trouble", go("acceptor refuse 60")),
    Story("merged, parted, merged, and alone again when the other is refused", go(
        ("acceptor merge 10", into_the_first), "acceptor unmerge", ("acceptor merge", into_the_first),
        "acceptor accept 75 look", "duty decline",
    ), with_story="the first of two reports of one trouble", report={"external_no": "CG-00017"}),
    Story("a superior's ticket: not taken back, given time, supervised, ordered again", go(
        ("acceptor note_ticket", {"ticket_kind": "complaint", "secret": True}), "acceptor ask_sender",
        "acceptor sender_refused 60", ("acceptor ask_sender_time", sender_due(12)), "acceptor sender_kept_date 60",
        ("acceptor ask_sender_time", sender_due(10)), ("acceptor sender_gave_time 60", sender_due(9)), *_SIGNED,
        ("supervisor1 supervise", order_due(3)), ("lead reply_supervision", {"answer": "已安排专人，三日内办结"}),
        "supervisor1 lift_supervision", *_DONE[:2],
        ("acceptor reply", {"reply": "已清理并加密保洁", "outcome": "solved"}), *_DONE[2:], "acceptor second_order 600",
        _send(), *_REST,
    ), report=_SUPERIOR, reporter="acceptor"),
    Story("a superior's ticket that is taken back", go("acceptor ask_sender", "acceptor sender_took_back 90"),
          report={**_SUPERIOR, "external_no": "督〔2026〕18号"}, reporter="acceptor"),
    Story("called back twice, found unsolved, and left closed", go(
        "acceptor verify", "verifier confirm_true 15", *_SENT, *_REST,
        ("acceptor call_back 30", {"contacted": False}),
        ("acceptor call_back 300", {"contacted": True, "solved": False, "satisfaction": "not", "why": "又有人倾倒"}),
        "supervisor1 decline_reopen 60",
    ), report={**_HOTLINE, "external_no": "12345-0117", "ticket_kind": "help"}, reporter="acceptor"),
    Story("the wrong department, helpers who come and go, a return granted", go(
        *_SENT, "dispatcher withdraw_dispatch", _send(TEAM), ("lead ask_return", {"reason_code": "not_ours"}),
        "duty grant_return", _send(), ("lead ask_return", {"reason_code": "other"}), "duty deny_return",
        ("lead ask_return", {"reason_code": "other"}), "lead withdraw_ask", "lead sign",
        ("dispatcher add_assist", {"assist": [WATER, TEAM]}), ("dispatcher drop_assist", {"assist": [WATER]}),
        f"desk:{TEAM} sign", f"desk:{TEAM} finish 25", *_DONE,
    )),
    Story("taken back from a department that does nothing", go(
        *_SIGNED, ("dispatcher recall 90", {"reason_code": "silent"}), _send(TEAM), *_REST,
    )),
    Story("more time, twice", go(
        *_SIGNED, ("lead ask_extension", later), "duty grant_extension", ("lead_leader ask_extension 30", later),
        "leader1 grant_extension", *_DONE,
    ), class_code=ROAD),
    Story("a part done within the department", go(
        *_SIGNED, ("lead sub_assign", _part("市政股")), ("lead sub_drop", {"sub": 2}),
        ("lead sub_assign", _part("环卫所")), ("lead sub_finish 20", {"sub": 3, "result": "环卫所已清理"}), *_DONE,
    )),
    Story("another department asked for", go(
        *_SIGNED, ("lead ask_assist", {"assist": [WATER]}), "dispatcher deny_assist",
        ("lead ask_assist", {"assist": [WATER]}), "dispatcher grant_assist", f"desk:{WATER} sign",
        f"desk:{WATER} finish 25", *_DONE,
    )),
    Story("more time, denied", go(*_SIGNED, ("lead ask_extension", later), "duty deny_extension", *_DONE)),
    Story("more time, undecided until too late, and late", [
        *go(*_SIGNED, ("lead ask_extension", later)), Do("lead", "finish", share=1.4), *go(*_END),
    ]),
    Story("put off and taken up again", go(
        *_SIGNED, ("lead ask_deferral", review_in(9)), "leader1 deny_deferral", ("lead ask_deferral", review_in(9)),
        "leader2 grant_deferral", ("lead ask_deferral", review_in(20)), "county1 grant_deferral", "lead resume 90",
        *_DONE,
    ), class_code=ROAD),
    Story("put off until its day has come", go(
        *_SIGNED, ("lead ask_deferral", review_in(1)), "leader1 grant_deferral", "lead resume 1500", *_DONE,
    ), class_code=ROAD),
    Story("whistled for: one comes, one does not in time", [
        *go(*_SIGNED, ("township1 whistle", {"called": [POWER, FIRE]}), f"desk:{POWER} arrive 25"),
        *go(f"desk:{POWER} finish 20"), Do(f"desk:{FIRE}", "arrive", share=2.5, look=True),
        *go("lead finish look", ("township1 rate_whistle", _called(POWER, "good"))),
        *go(("township1 rate_whistle", _called(FIRE, "poor")), *_END),
    ]),
    Story("done again, checked again, opened again", go(
        *_SIGNED, "lead finish", "checker fail_check 15", "lead sign", "lead finish",
        ("acceptor assign_check", {"checker": person_id("inspector1")}), "checker pass_check 15", "duty refuse_close",
        "checker pass_check", ("duty refuse_close", {"rework": True}), "lead sign", "lead finish", "checker pass_check",
        "duty close", ("acceptor call_back 20", {"solved": False, "why": "又出现同样问题"}), "leader1 reopen", _send(),
        *_REST,
        ("supervisor1 spot_check 30", {"solved": True}),
    )),
    Story("ended by the leader", go(*_SIGNED, "leader1 force_close 60")),
    Story("corrected, urgent and no longer", go(
        "acceptor accept", ("duty correct", {"class": "0104", "condition": "1"}), "acceptor urgent",
        ("duty file", {"class": "0104", "condition": "1"}), "duty clear_urgent", _send(), *_REST,
    )),
    Story("up to the county and down again", go(
        "acceptor accept", "duty escalate", ("duty hand_down", {"centre": county.PILOT}), "duty take_back",
        ("duty hand_down", {"centre": county.PILOT}), "duty file",
        ("dispatcher dispatch", {"lead": f"T-{county.PILOT}"}), *_REST,
    ), class_code=LAND, grid=f"{county.PILOT}200001"),
    Story("talked about", go(
        *_SIGNED, ("duty urge", {"note": "群众催促"}), ("supervisor1 supervise", {"grade": "yellow"}),
        ("housing1 comment", {"text": "已安排人员，下午到场"}), ("dispatcher copy", {"to": [TEAM]}),
        "acceptor attach", *_DONE,
    )),
    Story("nothing to look at afterwards", go(*_FILED, ("dispatcher dispatch", {"lead": "T-141025100"}), "lead sign",
        "lead finish", "duty close"), class_code=LEAFLETS),
    Story("told by a sensor, fenced off, then mended",
          go(*_FILED, _send(), "lead sign", ("lead milestone", {"n": 1}), *_DONE), class_code=MANHOLE,
          report={"class": None, "source": CaseSource.SENSOR}, reporter="sensor1"),
)  # fmt: skip

# Ends of the play: one case in each open state, begun days ago (late by now), a day ago, and just now.
STOPS: Mapping[str, tuple[Line, ...]] = {
    "reported": (),
    "verifying": ("acceptor verify",),
    "accepted": ("acceptor accept",),
    "filed": _FILED,
    "dispatched": _SENT,
    "handling": _SIGNED,
    "handled": (*_SIGNED, "lead finish"),
    "checked": (*_SIGNED, "lead finish", "checker pass_check"),
    "deferred": (*_SIGNED, ("lead ask_deferral", review_in(15)), "leader1 grant_deferral"),
}
