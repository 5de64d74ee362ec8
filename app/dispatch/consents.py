"""Dates from above (a superior's, a hand-down's) are moved by who set them: their consent is data of the step."""

from datetime import datetime

from app.cases.acts import tickets
from app.cases.clocks import case_limits, clocks
from app.cases.turn import Turn
from app.core.errors import Invalid
from workflows.case_clocks import Stage
from workflows.words import Words

DUE = "consent_due_at"
_TOO_EARLY = Words(
    "上级同意的新期限不应早于所批的时间。", "The date to which those above consent must not lie before what is granted."
)
_NOTHING_TO_MOVE = Words(
    "没有超过上级给定的期限，无需填写上级同意的新期限。", "No date from above is passed: there is none to move."
)


def take(turn: Turn, until: datetime) -> None:
    """Move the dates from above that end before what is granted to the one consented to; raise Invalid for no good one.

    That there is a consent where a date is passed, the machine's `needs` have seen to.
    """
    case, consented = turn.case, turn.data.get(DUE)
    dates = {name: getattr(case, name) for name in ("external_due_at", "handed_down_due_at")}
    passed = [name for name, date in dates.items() if date and date < until and case_limits.binds(turn, date)]
    if consented is None:
        return
    if not passed:
        raise Invalid.at(f"data.{DUE}", _NOTHING_TO_MOVE)
    if consented < until:
        raise Invalid.at(f"data.{DUE}", _TOO_EARLY)
    if "external_due_at" in passed:
        tickets.move_dates(turn, until, consented)
    if "handed_down_due_at" in passed:
        case.handed_down_due_at = consented
    clocks.count_anew(turn, Stage.CASE)
