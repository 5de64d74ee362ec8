"""One step in the making: the case with all it owns, who acts, with which data, at what time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.cases.models import Case, CaseClock, CaseSupervision, CaseTask, CaseTicket
from app.cases.own_tables import OwnTable, Rows
from app.cases.whole import Whole
from app.core.db import db
from app.core.permissions import Person


@dataclass
class Turn(Whole):
    """A step in the making. Effects change `case`, `tasks` and `clocks`; the door writes them down."""

    person: Person = field(kw_only=True)
    action: str = field(kw_only=True)
    data: dict[str, Any] = field(kw_only=True)
    now: datetime = field(kw_only=True)
    counts_at: datetime = field(kw_only=True)
    task: CaseTask | None = field(default=None, kw_only=True)
    satisfied: set[str] = field(default_factory=set, kw_only=True)  # needs of the move that something else answers
    others: dict[UUID, Case] = field(default_factory=dict, kw_only=True)  # other cases locked with this one
    needs: tuple[str, ...] = field(default=(), kw_only=True)  # of the move that is taken
    offline: bool = field(default=False, kw_only=True)  # done without a connection: nobody can be asked, photos follow
    state_from: str = field(default="", kw_only=True)
    turned: bool = field(default=False, kw_only=True)
    entered_anew: bool = field(default=False, kw_only=True)  # the same state, but before another centre
    dropped: tuple[str, ...] = field(default=(), kw_only=True)  # hints of the device that could not be used
    written: Rows = field(default_factory=dict, kw_only=True)  # rows written by statements, whole, to be noted
    baseline_values: dict[str, Any] | None = field(
        default=None, kw_only=True
    )  # a step that changes nothing, and says all

    def moment(self) -> datetime:
        """Return when the step counts: by a phone's time what was done in time was permitted, too."""
        return self.counts_at

    def round_since(self) -> datetime:
        """Return when this round began: with this step, where it is the first of its round."""
        is_first = all(step.round != self.case.round for step in self.past)
        return self.counts_at if is_first else super().round_since()

    @property
    def on_behalf_of(self) -> str | None:
        """Name the department for which the person takes this step."""
        task = self.task
        if task is None:
            return None
        mine = self.person.departments()
        return next((code for code in (task.department, task.contractor) if code in mine), None)

    def wrote(self, owned: OwnTable, values: Mapping[str, Any]) -> None:
        """Note a row as it now stands in the database, for the step to say so."""
        rest = {name: values[name] for name in owned.columns if values[name] is not None}
        self.written.setdefault(owned.name, {})[owned.key_of(values)] = rest

    def add_task(self, task: CaseTask) -> CaseTask:
        """Add a task; the flush at the end of the turn writes it."""
        self.tasks.append(task)
        self.turned = True
        db.session.add(task)
        return task

    def add_clock(self, clock: CaseClock) -> CaseClock:
        """Add a clock; the flush at the end of the turn writes it."""
        self.clocks.append(clock)
        db.session.add(clock)
        return clock

    def add_ticket(self, ticket: CaseTicket) -> CaseTicket:
        """Add what its sender wants; the flush at the end of the turn writes it."""
        self.ticket = ticket
        db.session.add(ticket)
        return ticket

    def add_supervision(self, supervision: CaseSupervision) -> CaseSupervision:
        """Add a supervision order; the flush at the end of the turn writes it."""
        self.supervisions.append(supervision)
        db.session.add(supervision)
        return supervision
