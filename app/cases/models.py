"""A case, its steps, tasks, clocks and links; everything a case owns has `case_id` first in its key."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, Uuid, cast, false, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


def _case_id() -> Mapped[UUID]:
    return mapped_column(Uuid, ForeignKey("cases.case_id"), primary_key=True)


def _partial(name: str, *columns: str, where: ColumnElement[bool]) -> Index:
    """Return an index of those rows alone of which something is true."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class PlaceKind(StrEnum):
    """What is known of where a case is."""

    POINT = "point"
    GRID = "grid"  # somewhere in it


class Case(db.Model):
    """The newest state of a case; the steps are the truth, and `gezhi verify` compares."""

    __tablename__ = "cases"

    case_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(Code(30))
    workflow: Mapped[str] = mapped_column(Code(40))
    state: Mapped[str] = mapped_column(Code(30))
    seq: Mapped[int]
    turned_seq: Mapped[int]  # the last step that changed state, class, tasks or lead: what makes a `seen` stale
    hash: Mapped[str] = mapped_column(Code(80))

    source: Mapped[str] = mapped_column(Code(20))
    external_no: Mapped[str | None] = mapped_column(String(60))
    external_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reporter_id: Mapped[UUID | None] = mapped_column(Uuid)
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)

    service: Mapped[str | None] = mapped_column(Code(40))
    class_code: Mapped[str | None] = mapped_column(Code(20))
    condition: Mapped[str | None] = mapped_column(Code(20))
    colour: Mapped[str | None] = mapped_column(Code(10))  # of the grade of risk (RiskColour), where its class has some
    catalogue_version: Mapped[int | None]
    confidential: Mapped[bool] = mapped_column(default=False)

    grid: Mapped[str] = mapped_column(Code(24))
    grid_path: Mapped[str] = mapped_column(Code(120))
    area_class: Mapped[str] = mapped_column(Code(1))
    level: Mapped[str] = mapped_column(Code(10))
    centre: Mapped[str] = mapped_column(Code(24))
    handed_down_by: Mapped[str | None] = mapped_column(Code(24))  # the upper centre, which then closes
    handed_down_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # and by when it wants it done
    lon: Mapped[float | None]  # with `lat`: none where only a grid was named, and it lies somewhere in there
    lat: Mapped[float | None]
    address: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(2000))
    form: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    object_id: Mapped[UUID | None] = mapped_column(Uuid)  # what was entered once and its reporter has named
    object_identifier: Mapped[str | None] = mapped_column(Code(40))  # as it was then

    urgent: Mapped[bool] = mapped_column(default=False)
    urgent_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: from the beginning, or not known
    self_fixed: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False, server_default=false())  # it counts in no statistic
    danger_remains: Mapped[bool] = mapped_column(default=False)
    outside_admission: Mapped[bool | None]  # its service was not admitted (准入) that day; none: nobody looked
    missed_by_patrol: Mapped[bool] = mapped_column(default=False)
    reopen_wanted: Mapped[bool] = mapped_column(default=False)  # a call-back or spot check found it unsolved
    own_judged: Mapped[bool | None]  # somebody judged the work of his own department, by a decision of the county
    review_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a deferral is looked at again
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a closing is to be followed up next
    follow_ups: Mapped[int] = mapped_column(default=0, server_default="0")  # how often its end was followed up
    finding: Mapped[str | None] = mapped_column(Code(20))
    supervision: Mapped[str | None] = mapped_column(Code(10))
    lead: Mapped[str | None] = mapped_column(Code(24))
    merged_from: Mapped[str | None] = mapped_column(Code(30))
    ended_how: Mapped[str | None] = mapped_column(Code(30))  # the action that ended it: forced closures show apart

    round: Mapped[int] = mapped_column(default=1)
    reworks: Mapped[int] = mapped_column(default=0)
    wrong_dispatches: Mapped[int] = mapped_column(default=0)

    found_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    case_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("workflow <> 'case' OR state <> 'closed' OR closed_at IS NOT NULL", name="closed_has_time"),
        CheckConstraint(
            "workflow <> 'case' OR state NOT IN ('dispatched', 'handling', 'deferred', 'enforcing') "
            "OR lead IS NOT NULL",
            name="handling_has_lead",
        ),
        CheckConstraint(
            "workflow <> 'case' OR state <> 'merged' OR merged_from IS NOT NULL", name="merged_knows_before"
        ),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="place_whole"),
        CheckConstraint("seq >= 1 AND turned_seq BETWEEN 1 AND seq", name="seq_counts"),
        CheckConstraint(
            "colour IS NULL OR colour IN ('red', 'orange', 'yellow', 'blue', 'green')", name="colour_known"
        ),
        Index("ix_cases_number", "number"),
        Index("ix_cases_queue", "centre", "state", "changed_at", "case_id"),
        Index("ix_cases_changed", "changed_at", "case_id"),
        _partial("ix_cases_open", "case_id", where=ended_how.is_(None)),  # one open case after the other
        _partial("ix_cases_external_no", "external_no", where=external_no.is_not(None)),
        _partial("ix_cases_follow_up", "follow_up_at", "case_id", where=follow_up_at.is_not(None)),
        Index("ix_cases_near", "class_code", "state", "lat"),
        Index("ix_cases_path", "grid_path", "changed_at", "case_id"),
        Index("ix_cases_reporter", "reporter_id", "changed_at", "case_id"),
        _partial("ix_cases_object", "object_id", "changed_at", "case_id", where=object_id.is_not(None)),
        # whose last step is of version 1: `sha256:…`, `sm3:…`; later ones begin with their version
        _partial("ix_cases_unproven", "case_id", where=hash >= "s"),
    )


class CaseStep(db.Model):
    """One change, appended and never edited; its data and salt alone may be erased, and the chain still verifies."""

    __tablename__ = "case_steps"

    case_id: Mapped[UUID] = _case_id()
    seq: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[UUID] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(Code(30))
    state_from: Mapped[str | None] = mapped_column(Code(30))
    state_to: Mapped[str] = mapped_column(Code(30))
    round: Mapped[int]
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[str] = mapped_column(String(60))
    on_behalf_of: Mapped[str | None] = mapped_column(Code(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[str | None]
    salt: Mapped[str | None] = mapped_column(Code(32))
    data_digest: Mapped[str] = mapped_column(Code(80))
    previous_hash: Mapped[str] = mapped_column(Code(80))
    hash: Mapped[str] = mapped_column(Code(80))
    asked_digest: Mapped[str] = mapped_column(Code(80))  # of (actor, action, data) as asked: is it the same again?

    __table_args__ = (
        Index("uq_case_steps_op", "case_id", "op_id", unique=True),
        # when cases were put off: the board counts them by the day
        _partial("ix_case_steps_deferred", "counts_at", "case_id", where=action == "grant_deferral"),
    )


class CaseTask(db.Model):
    """Work asked of a department (lead, assist, called) or of a person (verify, check)."""

    __tablename__ = "case_tasks"

    case_id: Mapped[UUID] = _case_id()
    task: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int]
    part: Mapped[str] = mapped_column(Code(30))
    state: Mapped[str] = mapped_column(Code(30))
    department: Mapped[str | None] = mapped_column(Code(24))
    handler_id: Mapped[UUID | None] = mapped_column(Uuid)
    contractor: Mapped[str | None] = mapped_column(Code(24))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by: Mapped[UUID | None] = mapped_column(Uuid)  # who dispatched or named; none: the system, or not known
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extensions: Mapped[int] = mapped_column(default=0)
    reworks: Mapped[int] = mapped_column(default=0)
    ask: Mapped[str | None] = mapped_column(Code(30))
    ask_by: Mapped[UUID | None] = mapped_column(Uuid)
    ask_data: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    ask_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # undecided by then is denied
    note: Mapped[str | None] = mapped_column(String(500))
    # of a verification or check on the spot: by which step, how far away, how exactly placed, which marks (SpotMark)
    spot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    parent: Mapped[int | None]  # the task within which this part is done
    unit: Mapped[str | None] = mapped_column(String(60))  # the section, station or team that does it

    __table_args__ = (
        Index("ix_case_tasks_department", "department", "state", "case_id"),
        Index("ix_case_tasks_handler", "handler_id", "state", "case_id"),
        # which firms still owe something: asked of every department by the health check
        _partial("ix_case_tasks_contractor", "contractor", "state", where=contractor.is_not(None)),
        # whom a person by name still owes something, and what waits for a name
        _partial("ix_case_tasks_named", "case_id", "task", where=department.is_(None) & (state == "sent")),
        _partial("ix_case_tasks_ask", "ask_until", where=ask.is_not(None)),
    )


class CaseClock(db.Model):
    """A limit that runs: who is answerable, when it warns, when it ends, and how it ended."""

    __tablename__ = "case_clocks"

    case_id: Mapped[UUID] = _case_id()
    clock: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(Code(30))
    round: Mapped[int]
    task: Mapped[int | None]
    answerable: Mapped[str] = mapped_column(Code(60))
    owner: Mapped[str | None] = mapped_column(Code(60))  # whose time it counts (runs.py); none: of an older version
    kind: Mapped[str] = mapped_column(Code(20))
    amount: Mapped[int]  # whole minutes or days
    half: Mapped[bool] = mapped_column(default=False, server_default=false())  # and half a working day
    calendar: Mapped[str] = mapped_column(Code(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # not read any more (pauses are counted from the steps); written while an older version may run beside this one
    counts_from: Mapped[datetime] = mapped_column(UtcDateTime)
    warn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    extended_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # what holds again when the case is urgent no longer: the limit as `kind:amount`, and the end granted before
    ordinary_limit: Mapped[str | None] = mapped_column(Code(40))
    ordinary_extended_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned: Mapped[bool] = mapped_column(default=False)
    overdue: Mapped[bool] = mapped_column(default=False)
    urging_only: Mapped[bool] = mapped_column(default=False)  # a rework clock urges; it does not judge
    raised: Mapped[int] = mapped_column(default=0, server_default="0")  # steps of its ladder that were taken
    raise_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the next is due; none: nobody has planned it
    result: Mapped[str | None] = mapped_column(Code(10))
    milestone: Mapped[int | None] = (
        mapped_column()
    )  # its number among those of the condition, and what has to be reached
    text: Mapped[str | None] = mapped_column(String(200))
    # whether it was reached, once it has stopped; none: it runs, is no milestone, or an older version stopped it
    reached: Mapped[bool | None]

    __table_args__ = (
        CheckConstraint("result IS NULL OR stopped_at IS NOT NULL", name="result_when_stopped"),
        _partial("ix_case_clocks_warn", "warn_at", where=stopped_at.is_(None) & paused_at.is_(None) & ~warned),
        _partial("ix_case_clocks_due", "due_at", where=stopped_at.is_(None) & paused_at.is_(None) & ~overdue),
        _partial(
            "ix_case_clocks_raise",
            "raise_at",
            where=stopped_at.is_(None) & paused_at.is_(None) & raise_at.is_not(None),
        ),
        _partial(
            "ix_case_clocks_unplanned",
            "due_at",
            where=stopped_at.is_(None) & paused_at.is_(None) & raise_at.is_(None),
        ),
        _partial("ix_case_clocks_milestones", "due_at", "case_id", "clock", where=milestone.is_not(None)),
        _partial(
            "ix_case_clocks_milestones_running",
            "due_at",
            "case_id",
            "clock",
            where=milestone.is_not(None) & stopped_at.is_(None),
        ),
    )


class CaseLink(db.Model):
    """How a case hangs together with another one."""

    __tablename__ = "case_links"

    case_id: Mapped[UUID] = _case_id()
    other: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_case_links_other", "other", "kind"),)


class CaseTicket(db.Model):
    """What the sender of a case wants, and what was said to them; a case has none until there is something to keep.

    `due_at` is the date of its own sender; `carried` holds by the id of each case merged into this one its numbers, its
    date and what its sender asks for. The earliest date of them all stands in the row of the case.
    """

    __tablename__ = "case_tickets"

    case_id: Mapped[UUID] = _case_id()
    kind: Mapped[str | None] = mapped_column(Code(20))  # TicketKind
    secret: Mapped[bool] = mapped_column(default=False)  # departments see nothing by which the sender is known
    reply_wanted: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ordered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last second order (二次派单)
    carried: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    carried_numbers: Mapped[str | None] = mapped_column(Text)  # by which this case is found, one a line
    asked: Mapped[str | None] = mapped_column(Code(20))  # SenderAsk: what the sender has not answered yet
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_of: Mapped[UUID | None] = mapped_column(Uuid)  # whose sender: of this case or one it carries; none: unsaid
    asked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to when they were asked for more time
    return_asks: Mapped[int] = mapped_column(default=0)
    reply: Mapped[str | None] = mapped_column(String(2000))
    outcome: Mapped[str | None] = mapped_column(Code(20))  # ReplyOutcome
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_round: Mapped[int | None]
    calls: Mapped[int] = mapped_column(default=0)  # call-backs of the last round, nobody reached included
    called_round: Mapped[int | None]  # in which somebody was reached last
    satisfaction: Mapped[str | None] = mapped_column(Code(20))  # Satisfaction

    __table_args__ = (
        CheckConstraint("kind IN ('ask', 'help', 'complaint', 'suggestion', 'report')", name="kind_known"),
        CheckConstraint("asked IN ('return', 'time')", name="asked_known"),
        CheckConstraint("outcome IN ('solved', 'partly', 'explained', 'unfounded', 'not_taken')", name="outcome_known"),
        CheckConstraint("satisfaction IN ('satisfied', 'partly', 'not')", name="satisfaction_known"),
        CheckConstraint("(reply IS NULL) = (outcome IS NULL)", name="reply_whole"),
    )

    @hybrid_property
    def is_secret(self) -> bool:
        """Tell whether departments see nothing by which its sender is known, or one of those that the case carries."""
        return self.secret or any(one.get("secret") for one in self.carried.values())

    @is_secret.inplace.expression
    @classmethod
    def _is_secret(cls) -> ColumnElement[bool]:
        # the text as json.dumps writes it; a quotation mark within a number is escaped there, and does not match
        return or_(cls.secret, cast(cls.carried, Text).like('%"secret": true%'))


class CaseSupervision(db.Model):
    """A supervision order (督办单): what is asked, by when, what was answered, who lifted it."""

    __tablename__ = "case_supervisions"

    case_id: Mapped[UUID] = _case_id()
    n: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    grade: Mapped[str] = mapped_column(Code(10))  # Card
    wording: Mapped[str | None] = mapped_column(String(1000))  # what is asked
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[UUID | None] = mapped_column(Uuid)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock: Mapped[int | None]  # that which ends by then
    reply: Mapped[str | None] = mapped_column(String(2000))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_by: Mapped[UUID | None] = mapped_column(Uuid)
    replied_for: Mapped[str | None] = mapped_column(Code(24))  # the department; none: the centre
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[UUID | None] = mapped_column(Uuid)

    __table_args__ = (
        CheckConstraint("grade IN ('ordinary', 'yellow', 'red')", name="grade_known"),
        CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name="reply_whole"),
        Index("ix_case_supervisions_issued", "issued_at", "case_id"),
        _partial("ix_case_supervisions_open", "issued_at", "case_id", where=lifted_at.is_(None)),
    )


class NumberBlock(db.Model):
    """The next free case number of a county and day; processes take whole blocks, so gaps are normal."""

    __tablename__ = "number_blocks"

    prefix: Mapped[str] = mapped_column(Code(24), primary_key=True)
    next: Mapped[int]
