"""The machine of a round: a duty that repeats, one row for each time it is to be done. It stands apart from the case.

What is told of a round is told in its rows: nothing measured on the way (time, distance, gaps) is ever a guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.engine import START, Guard, Move, Workflow
from workflows.forms import Asked, Field, Form, Kind
from workflows.round_terms import RoundAction as A
from workflows.round_terms import RoundPermission as P
from workflows.round_terms import RoundRelation as R
from workflows.round_terms import RoundState as S
from workflows.words import Words

ROUND_TEXT_MOST = 500
ROUND_STOPS_MOST = 10_000  # the number of a stop: one round has all residents of its ground; our figure


@dataclass(frozen=True)
class RoundFacts:
    """What guards may know of a round and of whoever acts on it."""

    is_doer: bool  # the person has started it
    window_open: bool  # its first day has come, by the time that counts
    admitted: bool  # the grids may be given its service, by the time that counts
    stop_known: bool  # it has the stop that is named, or none is
    origin_open: bool  # what it was made for is not closed
    may_report: bool  # cases are the person's to begin
    lifted_later: bool  # by the time that counts nobody had lifted it yet


GUARDS: Mapping[str, Guard[RoundFacts]] = {
    "is_doer": Guard(
        lambda facts: facts.is_doer,
        Words(
            "这次巡查由他人开始，请由开始的人填报和完成。",
            "Somebody else has started this round: it is theirs to go on.",
        ),
    ),
    "window_open": Guard(
        lambda facts: facts.window_open,
        Words("这次巡查还没有到时间，请到期后再开始。", "The time of this round has not come: start it when it has."),
    ),
    "admitted": Guard(
        lambda facts: facts.admitted,
        Words(
            "这项服务不在准入期内，不能交给网格办理；请联系网格中心。",
            "This service is not admitted at this time, so the grids need not do it: ask the centre.",
        ),
    ),
    "origin_open": Guard(
        lambda facts: facts.origin_open,
        Words(
            "要求这次巡查的预警或普查已经结束，不用再做。",
            "The warning or campaign that asked for this round is over: it need not be done any more.",
        ),
    ),
    "may_report": Guard(
        lambda facts: facts.may_report,
        Words(
            "您没有上报案件的权限，请把发现的问题告诉网格员或网格中心。",
            "Cases are not yours to report: tell the grid worker or the centre what you have found.",
        ),
    ),
    "lifted_later": Guard(
        lambda facts: facts.lifted_later,
        Words(
            "这次巡查已经解除或取消，不用再做；发现的问题请作为普通上报发送。",
            "This round is lifted or cancelled and need not be done: send what you have found as a report.",
        ),
    ),
    "stop_known": Guard(
        lambda facts: facts.stop_known,
        Words("这次巡查没有这个点，请刷新后再填。", "This round has no such stop: reload it, then fill it in."),
    ),
}

_REASON = Field("reason", Words("原因", "Reason"), Kind.LONG, least=1, most=ROUND_TEXT_MOST, asked=Asked.NEEDED)
_NOTE = Field("note", Words("备注", "Remark"), Kind.LONG, most=ROUND_TEXT_MOST, aside=True)
_STOP = Field("stop", Words("点", "Stop"), Kind.INTEGER, minimum=1, maximum=ROUND_STOPS_MOST)
NOTHING_ASKED = Form("round", "RoundDataIn", ())
GIVE_REASON = Form("round_reason", "RoundReasonIn", (_REASON,))
FILL_IN_STOP = Form("round_stop", "RoundStopIn", (_STOP, _NOTE))
REPORT_FINDING = Form("round_finding", "RoundFindingIn", (_STOP,))
LEAVE = Form("round_leave", "RoundLeaveIn", (_NOTE,))
BREAK_OFF = Form("round_break_off", "RoundBreakOffIn", (_REASON,))
FORMS: Mapping[str, Form] = {
    **dict.fromkeys(A, NOTHING_ASKED),
    A.VISIT: FILL_IN_STOP,
    A.FIND: REPORT_FINDING,
    A.BREAK_OFF: BREAK_OFF,
    A.FINISH: LEAVE,
    A.EXPLAIN: GIVE_REASON,
    A.CANCEL: GIVE_REASON,
}

ENDS = frozenset({S.DONE, S.CANCELLED})
OPEN = frozenset(S) - ENDS
WAITING = frozenset({S.PLANNED, S.DUE})  # nobody has set out
TO_DO = frozenset({S.DUE, S.STARTED, S.MISSED})
# what stands beside the work: it needs no `seen`, and what others had seen before it still holds
QUIET = frozenset({A.PLAN, A.FALL_DUE, A.MISS, A.LIFT, A.VISIT, A.FIND, A.EXPLAIN})

_SERVES, _MANAGES, _SYSTEM = (P.ACT, R.SERVES), (P.MANAGE, R.MANAGES), (None, R.SYSTEM)

# fmt: off
MOVES = (
    Move(A.PLAN, (START,), S.PLANNED, *_SYSTEM, why="Frequency and calendar ask for it; the roster says of whom."),
    Move(A.PLAN, (S.CANCELLED,), S.PLANNED, *_SYSTEM,
         why="What was lifted before anybody had begun it is asked for again: a plan or a post is back."),
    Move(A.FALL_DUE, (S.PLANNED,), S.DUE, *_SYSTEM, why="Its first day has come."),
    Move(A.START, (S.PLANNED, S.DUE, S.MISSED), S.STARTED, *_SERVES,
         ("window_open", "admitted", "origin_open"),
         why="Whoever serves sets out; a missed one can be made up for."),
    Move(A.START, (S.CANCELLED,), S.STARTED, *_SERVES,
         ("lifted_later", "window_open", "admitted", "origin_open"),
         why="Whoever had set out without network before it was lifted is heard, and goes on."),
    Move(A.VISIT, (S.STARTED,), None, *_SERVES, ("is_doer", "stop_known"), ("stop",),
         why="What was found at a stop is put down there, without network too."),
    Move(A.FIND, (S.STARTED,), None, *_SERVES, ("is_doer", "stop_known", "may_report"), ("case_id", "report"),
         why="What has to be dealt with becomes a case at once, and both know of each other."),
    Move(A.BREAK_OFF, (S.STARTED,), S.DUE, *_SERVES, ("is_doer",), ("reason",),
         why="Weather, danger, another call: it is gone on with later."),
    Move(A.RELEASE, (S.STARTED,), S.DUE, *_SYSTEM,
         why="Whoever set out serves here no longer: what they put down stays, and another goes on."),
    Move(A.FINISH, (S.STARTED,), S.DONE, *_SERVES, ("is_doer",),
         why="What fell short is marked and shown; it never keeps anybody from finishing."),
    Move(A.MISS, (S.PLANNED, S.DUE, S.STARTED), S.MISSED, *_SYSTEM, why="Its time is over, which is a fact of it."),
    Move(A.EXPLAIN, (S.MISSED,), None, *_SERVES, (), ("reason",),
         why="Whoever could not do it says why before others ask."),
    Move(A.LIFT, (S.PLANNED, S.DUE, S.STARTED, S.MISSED), S.CANCELLED, *_SYSTEM,
         why="What asked for it, a warning, a campaign, a plan, a grid, is over; who has set out has time to finish."),
    Move(A.CANCEL, (S.PLANNED, S.DUE, S.STARTED, S.MISSED), S.CANCELLED, *_MANAGES, (), ("reason",),
         why="What need not be done leaves the list, with its reason."),
)
# fmt: on

ROUND: Workflow[RoundFacts] = Workflow(
    name="round",
    title=Words("巡查任务", "Round"),
    states={state: state.words for state in S},
    actions={action: action.words for action in A},
    moves=MOVES,
    guards=GUARDS,
    relations={relation: relation.words for relation in R},
    groups={"OPEN": OPEN, "ENDS": ENDS, "WAITING": WAITING, "TO_DO": TO_DO},
    forms=FORMS,
    not_from_here=Words(
        "这次巡查当前为“{}”，不能“{}”。请刷新后按给出的操作办理。",
        "The round is “{}” now: “{}” is not possible. Reload and take one of the steps offered.",
    ),
)
