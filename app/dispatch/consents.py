"""Dates from above (a sender's, a hand-down's) are moved by who set them: their consent is data of the step.

Several may have set one: the senders of the case and of what it carries, and each centre that handed it down on its
way.
A consent moves the dates of those alone who consent; what is granted needs that of each whose date it passes.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.cases.acts import ask_bounds, tickets
from app.cases.case_tickets import numbers_of
from app.cases.clocks import clocks, dates_above, hand_down_dates
from app.cases.clocks.hand_down_dates import DUE, GIVERS
from app.cases.protocol import Finder, FormData
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.errors import Invalid
from app.core.permissions import Person
from app.grids.queries import grid_tree
from workflows.case_clocks import Stage
from workflows.forms import Choice, Pool
from workflows.words import Words, listed, plain

_TOO_EARLY = Words(
    "上级同意的新期限不应早于所批的时间。", "The date to which those above consent must not lie before what is granted."
)
_NOTHING_TO_MOVE = Words(
    "没有超过上级给定的期限，无需填写上级同意的新期限。", "No date from above is passed: there is none to move."
)
_WHOSE = Words(
    "所批的时间超过了几方给定的期限，须都征得同意，请选明：{}。",
    "It passes the dates of several, and each has to consent: name them, {}.",
)
_NOT_THEIRS = Words("没有超过其给定的期限：{}。", "None of their dates is passed: {}.")
_SENDER = Words("来源单位（{}）", "The sender ({})")


def take(turn: Turn, until: datetime) -> None:
    """Move the dates of those who consent to the one consented to; raise Invalid for no good one, or not all asked.

    That there is a consent where a date is passed, the machine's `needs` have seen to.
    """
    consented = turn.data.get(DUE)
    if consented is None:
        return
    passed = _passed(turn, until)
    if not passed:
        raise Invalid.at(f"data.{DUE}", _NOTHING_TO_MOVE)
    if consented < until:
        raise Invalid.at(f"data.{DUE}", _TOO_EARLY)
    givers = _consenting(turn, passed)
    tickets_of = tickets.dates(turn).keys() & givers
    if tickets_of:
        tickets.move_dates(turn, tickets_of, consented)
    words = hand_down_dates.in_force(turn) if givers - tickets_of else []
    if words:
        moved = [word._replace(due_at=consented) if word.giver in givers else word for word in words]
        turn.case.handed_down_due_at = hand_down_dates.earliest(moved)
    turn.data = turn.data | {GIVERS: sorted(givers)}
    clocks.count_anew(turn, Stage.CASE)


def _consenting(turn: Turn, passed: Mapping[str, Words]) -> set[str]:
    named = turn.data.get(GIVERS)
    givers = set(named or (passed if len(passed) == 1 else ()))
    if others := givers - passed.keys():
        raise Invalid.at(f"data.{GIVERS}", _NOT_THEIRS.format(listed(sorted(others))))
    if passed.keys() - givers:
        raise Invalid.at(f"data.{GIVERS}", _WHOSE.format(listed(passed.values())))
    return givers


def _passed(whole: Whole, until: datetime) -> dict[str, Words]:
    """Return who has set a date that ends before what is granted, and what each is called."""
    senders = [key for key, date in tickets.dates(whole).items() if _passes(whole, date, until)]
    named = {key: _SENDER.format(numbers_of(whole, UUID(key))) for key in senders}
    if whole.case.handed_down_due_at is None:
        return named
    centres = [word.giver for word in hand_down_dates.in_force(whole) if _passes(whole, word.due_at, until)]
    return named | {code: _name(code) for code in centres}


def _passes(whole: Whole, date: datetime, until: datetime) -> bool:
    """Tell whether a date ends before what is granted, and holds in this round."""
    return date < until and dates_above.binds(whole, date)


def _name(code: str) -> Words:
    node = grid_tree().get(code)
    return node.centre_name if node else plain(code)


def _choose(whole: Whole, _: Person, form_data: FormData) -> list[Choice]:
    """Return whose consent is needed for what is asked for, where it is that of several."""
    wanted = str(form_data.get("task") or "")
    asking = [task for task in whole.standing_tasks() if task.ask and wanted in ("", str(task.task))]
    ends = [
        end for task in asking if (end := ask_bounds.end_of_ask(task)) and ask_bounds.passes_date_above(whole, task)
    ]
    passed = _passed(whole, max(ends)) if ends else {}
    return [Choice(key, words) for key, words in passed.items()] if len(passed) > 1 else []


CHOICES: Mapping[Pool, Finder] = {Pool.GIVER: _choose}
