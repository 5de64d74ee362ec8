"""Count the running limits of all open cases anew when the calendars have changed; say before how many would move.

The calendars change by an import or an override, when a version comes into force, or with an upgrade that brings a new
year's notice: by what the limits were last counted (`deadlines.models`) is compared with what holds now. Cases are
gone through in the order of their ids, a few at a time, each in its own transaction and only where an end moves; the
place reached is kept, and doing some twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.cases import service
from app.cases.acts import calendar_recount
from app.cases.clocks import case_limits, escalations, recount
from app.cases.errors import CaseConflict, CaseNotFound
from app.cases.models import Case, CaseClock, CaseStep
from app.cases.protocol import all_tables, is_known, is_open
from app.cases.turn import Turn
from app.cases.whole import read_wholes
from app.core import space
from app.core.db import db
from app.core.errors import Problem
from app.core.logs import log
from app.core.permissions import SYSTEM
from app.core.transaction import breathe, transaction
from app.deadlines import limits as arithmetic
from app.deadlines import queries as calendars
from app.deadlines import service as recounts
from app.deadlines.calendar import WorkingCalendar
from app.deadlines.calendar_documents import Calendars
from app.deadlines.limits import Limit
from app.deadlines.queries import MovedLimits
from workflows.case_terms import LimitKind

BATCH = 50  # cases between two marks of how far it is
BATCHES = 2  # in one go: the timers of the same process wait meanwhile
EVERY_SECONDS = 1.0
# Our figures, of a preview: it says how far it is after about a second.
ROWS, LIMITS_MOST = 2_000, 200  # running limits read in one statement, and more than one case has
AT_ONCE, WHOLE = 20_000, 10  # limits looked at in one go; reading a case whole takes as long as so many


def sweep() -> int:
    """Go on with counting anew, if there is anything to; return how many cases got other ends."""
    if space.is_short():
        return 0
    moved = 0
    for _ in range(BATCHES):
        with transaction():
            current = recounts.current_recount(_total)
        if current is None:
            break
        case_ids = _next(current.after)
        count = sum(_follow(turn) for turn in _turns(case_ids))
        with transaction():
            recounts.note_progress(current, case_ids, count)
        moved += count
    return moved


def preview(new: Calendars, so_far: MovedLimits) -> MovedLimits:
    """Count on how many running limits, of how many cases, would end at another time by other calendars.

    Most limits end by start, amount and what was granted. Where one was paused, capped by a date from above, entered
    again or made urgent on the way, its case is read whole. After AT_ONCE it says how far it is and is asked to go on:
    neither time nor memory of one go grows with the number of cases.
    """
    touched = _touched(new)
    if touched is None:
        return MovedLimits()
    moved, work = replace(so_far, total=so_far.total or _cases_of(touched)), 0
    while rows := _next_rows(touched, moved.after):
        counts, read_whole = _count(rows, new)
        moved = MovedLimits(
            limits=moved.limits + sum(counts),
            cases=moved.cases + sum(map(bool, counts)),
            done=moved.done + len(counts),
            total=moved.total,
            after=rows[-1].case_id,
        )
        work += len(rows) + read_whole * WHOLE
        breathe()
        if work >= AT_ONCE and len(rows) >= ROWS - LIMITS_MOST:
            return moved
    return replace(moved, after=None)


def _next_rows(touched: Select[Any], after: UUID | None) -> Sequence[Any]:
    """Return the touched limits of the next cases, all of each."""
    following = touched if after is None else touched.where(CaseClock.case_id > after)
    rows = db.session.execute(following.order_by(CaseClock.case_id).limit(ROWS)).all()
    if len(rows) < ROWS:
        return rows
    return [row for row in rows if row.case_id != rows[-1].case_id]  # of the last one there may be more


def _count(rows: Sequence[Any], new: Calendars) -> tuple[list[int], int]:
    """Return how many limits of each case move, and how many cases were read whole for it."""
    counts: list[int] = []
    unknown: list[UUID] = []
    for case_id, of_case in groupby(rows, key=attrgetter("case_id")):
        moves = [_moves(row, new) for row in of_case]
        if None in moves:
            unknown.append(case_id)
        else:
            counts.append(moves.count(True))
    for begin in range(0, len(unknown), BATCH):
        turns = _turns(unknown[begin : begin + BATCH])
        with calendars.supposing(new):
            counts += [calendar_recount.count(turn) for turn in turns]
        breathe()
    return counts, len(unknown)


def _cases_of(touched: Select[Any]) -> int:
    return db.session.scalar(touched.with_only_columns(func.count(distinct(CaseClock.case_id)))) or 0


def _touched(new: Calendars) -> Select[Any] | None:
    """Select the running limits that go through days which other calendars have otherwise; None where nothing differs.

    A limit of a centre's stage follows that centre to another calendar: then all of the old and the new one counts.
    """
    names = ["case_id", "kind", "stage", "answerable", "amount", "half", "calendar", "started_at", "due_at"]
    names += ["paused_at", "extended_to", "ordinary_limit"]
    columns = [getattr(CaseClock, name) for name in names]
    from_above = func.coalesce(Case.external_due_at, Case.handed_down_due_at).label("from_above")
    running = select(*columns, Case.workflow, from_above, _began_otherwise().label("began_otherwise")).join(
        Case, Case.case_id == CaseClock.case_id
    )
    in_working_time = or_(CaseClock.kind.in_(calendar_recount.IN_WORKING_TIME), CaseClock.ordinary_limit.is_not(None))
    spans = _spans(new)
    if not spans:
        return None
    conditions = [_through(CaseClock.calendar == code, span) for code, span in spans.items()]
    old = calendars.calendars()  # one that is not in the document any more counts as the default
    gone, of_default = CaseClock.calendar.not_in([*old.by_code]), spans.get(old.default.code)
    conditions += [_through(gone, of_default)] if of_default else []
    return running.where(CaseClock.stopped_at.is_(None), in_working_time, is_known(), or_(*conditions))


def _began_otherwise() -> ColumnElement[bool]:
    """Return the condition that a limit may have stood still, or had run before: by chance it ends as if it had not."""
    pausing = sorted({step for table in all_tables() for step in table.procedure.pausing_steps})
    earlier = aliased(CaseClock)
    stood_still = exists().where(CaseStep.case_id == CaseClock.case_id, CaseStep.action.in_(pausing))
    ran_before = exists().where(
        earlier.case_id == CaseClock.case_id, earlier.stage == CaseClock.stage, earlier.clock < CaseClock.clock
    )
    return stood_still | ran_before


def _through(counted: ColumnElement[bool], span: tuple[datetime, datetime]) -> ColumnElement[bool]:
    return and_(counted, CaseClock.due_at >= span[0], CaseClock.started_at <= span[1])


def _spans(new: Calendars) -> dict[str, tuple[datetime, datetime]]:
    """Return from when to when lie the days that are otherwise for limits which count by each calendar of today."""
    old, spans = calendars.calendars(), {}
    for code, before in old.by_code.items():
        after = [new.by_code.get(code, new.default)]
        after += [
            new.of_centre(centre) for centre in {*old.of_centres, *new.of_centres} if old.of_centre(centre) is before
        ]
        after += [new.default] if before is old.default else []
        each = {one.code: one for one in after}.values()
        changed = [span for one in each if (span := calendars.changed_span(before, one))]
        breathe()  # years of days, each by its rules
        if changed:
            spans[code] = min(begin for begin, _ in changed), max(end for _, end in changed)
    return spans


def _moves(row: Any, new: Calendars) -> bool | None:
    """Tell whether a limit ends otherwise by other calendars; None where that is seen in the whole case alone."""
    if row.paused_at or row.from_above or row.ordinary_limit or row.began_otherwise:
        return None
    limit = Limit(row.amount + 0.5 if row.half else row.amount, LimitKind.of(row.kind))
    if _end(row, limit, case_limits.calendar_named(row.calendar)) != row.due_at:
        return None
    return calendar_recount.differs(_end(row, limit, _calendar_then(row, new)), row.due_at)


def _end(row: Any, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """Return when a limit ends that has run since it began: nothing that was granted ends it sooner."""
    counted = arithmetic.due(row.started_at, limit, calendar)
    return max(counted, row.extended_to) if row.extended_to else counted


def _calendar_then(row: Any, new: Calendars) -> WorkingCalendar:
    with calendars.supposing(new):
        return recount.calendar_of(row.workflow, row)


def _next(after: UUID | None) -> Sequence[UUID]:
    open_cases = select(Case.case_id).where(_not_ended()).order_by(Case.case_id).limit(BATCH)
    return db.session.scalars(open_cases if after is None else open_cases.where(Case.case_id > after)).all()


def _total() -> int:
    return db.session.scalar(select(func.count()).select_from(Case).where(_not_ended())) or 0


def _not_ended() -> ColumnElement[bool]:
    """Return the condition that a case is open, beginning with what an index knows."""
    return and_(Case.ended_how.is_(None), is_open())


def _turns(case_ids: Sequence[UUID]) -> list[Turn]:
    cases = db.session.scalars(select(Case).where(Case.case_id.in_(case_ids))).all()
    return [calendar_recount.trial(whole) for whole in read_wholes(cases)]


def _follow(turn: Turn) -> bool:
    """Count a case anew; tell whether an end has moved, and not only when its lateness is told higher."""
    moves = calendar_recount.count(turn) > 0
    is_due = calendar_recount.is_due(turn) or escalations.is_misplanned(turn)
    return is_due and _recount(turn) and moves


def _recount(turn: Turn) -> bool:
    """Take the step in a transaction of its own, if it is still due there."""
    case = turn.case
    try:
        with transaction():
            return service.act(case.case_id, calendar_recount.ACTION, SYSTEM, {}, calendar_recount.op_id(case)).created
    except (CaseConflict, CaseNotFound):
        return False
    except (Problem, LookupError, ValueError, TypeError) as error:  # of a row changed by hand: the others go on
        log.error("recount.failed", case_id=str(case.case_id), code=type(error).__name__)
        return False
