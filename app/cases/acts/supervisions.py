"""What follows supervision (督办): an order with its own clock, its answer, its lifting."""

from collections.abc import Mapping
from datetime import datetime

from app.cases.clocks import clocks, runs
from app.cases.clocks.answerable import Answerable
from app.cases.models import CaseClock, CaseSupervision
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.errors import Invalid
from app.deadlines.limits import Limit
from workflows import case as machine
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, LimitKind
from workflows.words import Words

_NOT_PAST = Words("答复期限应在现在之后。", "It must be answered after now.")
_WHICH = Words("请说明是第几次督办：{}。", "Say which supervision is meant: {}.")
ORDERS_MOST = 200
_TOO_MANY = Words("该案件的督办单已满 {} 份。", "This case has {} supervision orders: no more.").format(ORDERS_MOST)


def supervise(turn: Turn) -> None:
    """Show the card and write the order; its clock ends when it is to be answered by."""
    case, data, due_at = turn.case, turn.data, turn.data.get("due_at")
    n = len(turn.supervisions) + 1
    if n > ORDERS_MOST:
        raise Invalid.at("data.grade", _TOO_MANY)
    order = turn.add_supervision(
        CaseSupervision(
            case_id=case.case_id,
            n=n,
            number=data.get("number") or f"DB{case.number}-{n}",
            grade=data["grade"],
            wording=data.get("order") or None,
            issued_at=turn.counts_at,
            issued_by=turn.person.person_id,
            due_at=due_at,
        )
    )
    if due_at:
        _start_clock(turn, order, _minutes_until(turn, due_at))
    case.supervision = data["grade"]


def _minutes_until(turn: Turn, due_at: datetime) -> int:
    minutes = int((due_at - turn.counts_at).total_seconds() // 60)
    if minutes < 1:
        raise Invalid.at("data.due_at", _NOT_PAST)
    return minutes


def _start_clock(turn: Turn, order: CaseSupervision, minutes: int) -> CaseClock:
    """Start the clock of an order: it runs through nights and holidays, to the minute that was given."""
    limit, owner = Limit(minutes, LimitKind.URGENT_MINUTES), runs.numbered(Stage.SUPERVISION, order.n)
    started = clocks.start(turn, Stage.SUPERVISION, answerable(turn), limit=limit, owner=owner)
    if started is None:
        raise RuntimeError("a clock with a limit was not started")
    order.clock = started.clock
    return started


def answerable(turn: Turn) -> Answerable:
    """Return who answers: the lead department while it has the case, else the centre."""
    lead = turn.lead_task()
    at_work = lead is not None and lead in turn.live_tasks() and lead.department
    return Answerable.department(str(at_work)) if at_work else Answerable.centre(turn.case.centre)


def follow(turn: Turn) -> None:
    """Let whoever has the case now answer the orders that stand; what the end of the case had stopped runs on."""
    if turn.case.state in machine.ENDS:
        return
    for order in turn.supervisions:
        clock = order.replied_at is None and order.lifted_at is None and _clock_of(turn, order)
        if clock and clock.stopped_at is None:
            clock.answerable = str(answerable(turn))
        elif clock:
            _run_on(turn, order, clock)


def _clock_of(turn: Turn, order: CaseSupervision) -> CaseClock | None:
    return next((one for one in turn.clocks if one.clock == order.clock), None)


def _run_on(turn: Turn, order: CaseSupervision, stopped: CaseClock) -> None:
    """Give an order what was left of its time when the case had ended: it is to be answered by another date then."""
    stopped.owner = runs.numbered(Stage.SUPERVISION, order.n)  # an older version did not say whose time it is
    clock = _start_clock(turn, order, stopped.amount)
    if order.due_at is not None:
        order.due_at += clock.due_at - stopped.due_at


def reply(turn: Turn) -> None:
    """Keep what was done about it; its clock stops."""
    order = _order_for(turn, [one for one in turn.supervisions if one.lifted_at is None and one.replied_at is None])
    order.reply, order.replied_at = turn.data["answer"], turn.counts_at
    order.replied_by, order.replied_for = turn.person.person_id, turn.on_behalf_of
    _halt(turn, order, judged=True)


def lift(turn: Turn) -> None:
    """Take the order away; the card of the last one that stands is shown.

    A card that an older version has shown has no order: it goes by itself.
    """
    if is_bare(turn):
        turn.case.supervision = None
        return
    order = _order_for(turn, [one for one in turn.supervisions if one.lifted_at is None])
    order.lifted_at, order.lifted_by = turn.counts_at, turn.person.person_id
    _halt(turn, order, judged=False)
    standing = [one.grade for one in turn.supervisions if one.lifted_at is None]
    turn.case.supervision = standing[-1] if standing else None


def is_bare(whole: Whole) -> bool:
    """Tell whether a card is shown of which no order says who issued it."""
    return whole.case.supervision is not None and all(one.lifted_at is not None for one in whole.supervisions)


def _halt(turn: Turn, order: CaseSupervision, *, judged: bool) -> None:
    clock = _clock_of(turn, order)
    if clock is not None and clock.stopped_at is None:
        clocks.halt(turn, clock, judged=judged)


def _order_for(turn: Turn, orders: list[CaseSupervision]) -> CaseSupervision:
    """Return the order that is named, or the only one; raise Invalid where it is not told which."""
    wanted = turn.data.get("supervision")
    match = [one for one in orders if wanted in (None, one.n)]
    if len(match) != 1:
        numbers = "、".join(str(one.n) for one in orders)
        raise Invalid.at("data.supervision", _WHICH.format(numbers))
    return match[0]


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.SUPERVISE: Rule(supervise),
    CaseAction.REPLY_SUPERVISION: Rule(reply),
    CaseAction.LIFT_SUPERVISION: Rule(lift),
}
