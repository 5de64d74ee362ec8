"""Say who is told at which share of a limit and how long after its end: ladders that are data, one for each stage.

    escalations:                              `app/catalogue/seed/escalations.yaml`
      - stage: handle | sign | …              whose clock it is
        steps:                                the first ones first
          - who: department_leader            a role: held in the late department, at the centre, or over the grid
            share: {value: 90, source}        when so much of the limit has run, in percent; or
            after: {work_days: 1, source}     so long after its end
            urgent: {urgent_minutes: 30, …}   the same of an urgent case; left out: as `after`

Each step of a ladder is taken once for an end: an end that is moved away lets those count again that lie ahead then.
What stands in `raise_at` is when to look next; it is planned with every step of the case, so that a sweep reads what is
owed and nothing else. A county without a document of its own goes by the one that is shipped.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from marshmallow import fields, post_load, validate, validates_schema

from app.cases.clocks import case_limits
from app.cases.models import CaseClock
from app.cases.own_tables import CLOCKS
from app.cases.protocol import all_tables, procedure_of
from app.cases.timeline import Snapshot
from app.cases.turn import Turn
from app.catalogue import queries as catalogue_queries
from app.catalogue.document_terms import DocumentKind
from app.catalogue.schemas.parts import LimitDocument
from app.core.errors import InvalidField
from app.core.field_texts import CHOOSE
from app.core.schemas import BoundedInteger, Schema, Text
from app.deadlines import limits as arithmetic
from app.deadlines.limits import Limit
from app.deadlines.queries import calendars
from workflows.case_terms import LimitKind
from workflows.procedure import EngineStep
from workflows.words import Words

KIND = DocumentKind.ESCALATIONS
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # planned, and nothing is left to do
STEPS_MOST = 10
WHOLE_SHARE = 100
_KEPT = ("warn_at", "due_at", "paused_at", "raised")
_SHIPPED = Path(catalogue_queries.__file__).parent / "seed" / "escalations.yaml"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: who is told, and when; by a share of the limit, or by a time after its end."""

    who: str
    share: int | None
    after: Limit | None
    urgent: Limit | None


Ladders = Mapping[str, tuple[Rung, ...]]


def ladders() -> Ladders:
    """Return the ladders in force, by stage."""
    return catalogue_queries.made_of(KIND, _ladders)


def basis() -> str:
    """Return what is the same as long as the ladders are: the county's document, or "" while it goes by the shipped."""
    return catalogue_queries.made_of(KIND, _basis)


def _ladders(document: Mapping[str, Any] | None) -> Ladders:
    return load(document) if document else _shipped()


def _basis(document: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(document), sort_keys=True, default=str) if document else ""


@cache
def _shipped() -> Ladders:
    return load(yaml.load(_SHIPPED.read_bytes(), yaml.CSafeLoader))


def plan(turn: Turn, before: Snapshot) -> None:
    """Write on each running clock when its lateness is to be looked at next; on one that stands still, never.

    What nothing has touched is left as it is, unless its moment has come: by then it may lie elsewhere.
    """
    if not _rises(turn):
        return
    as_urgent = before.case.get("urgent") == turn.case.urgent and turn.action != EngineStep.RECOUNT
    for clock in turn.running():
        held = before.rows.get(CLOCKS.name, {}).get(str(clock.clock), {})
        is_ahead = clock.raise_at is not None and clock.raise_at > turn.now
        if not (as_urgent and is_ahead and held and all(held[name] == getattr(clock, name) for name in _KEPT)):
            clock.raised, clock.raise_at = _planned(turn, clock)


def _rises(turn: Turn) -> bool:
    return EngineStep.RAISE_LATE in procedure_of(turn.case.workflow).workflow.actions


def _planned(turn: Turn, clock: CaseClock) -> tuple[int, datetime]:
    """Return how many steps of its ladder a clock has taken, and when the next is due."""
    moments = moments_of(clock, urgent=turn.case.urgent)
    now = clock.paused_at or turn.now
    raised = min(clock.raised or 0, sum(moment <= now for moment in moments))
    ahead = moments[raised:]
    return raised, ahead[0] if ahead and clock.paused_at is None else NEVER


def is_misplanned(turn: Turn) -> bool:
    """Tell whether a clock is planned for another moment than its ladder and the calendars in force now give it.

    Both change while no step touches the clock; those of an older version were never planned.
    """
    running = [clock for clock in turn.running() if clock.paused_at is None] if _rises(turn) else []
    return any(clock.raise_at is None or _differs(clock.raise_at, _planned(turn, clock)[1]) for clock in running)


def _differs(moment: datetime, other: datetime) -> bool:
    return abs(moment - other) >= timedelta(seconds=1)  # less is the rounding of shares


def moments_of(clock: CaseClock, *, urgent: bool) -> Sequence[datetime]:
    """Return when each step of a clock's ladder is due, none before the one below it."""
    calendar, kind = case_limits.calendar_named(clock.calendar), LimitKind.of(clock.kind)
    moments: list[datetime] = []
    for rung in ladders().get(clock.stage, ()):
        if rung.share is None:
            after = (urgent and rung.urgent) or rung.after
            moment = arithmetic.due(clock.due_at, after, calendar) if after else clock.due_at
        else:
            moment = _at_share(clock, rung.share / WHOLE_SHARE, calendar, kind)
        moments.append(max([moment, *moments[-1:]]))
    return moments


def due_rungs(clock: CaseClock, now: datetime, *, urgent: bool) -> Sequence[Rung]:
    """Return the steps of a clock's ladder that are due and were not taken."""
    reached = sum(moment <= now for moment in moments_of(clock, urgent=urgent))
    return ladders().get(clock.stage, ())[clock.raised or 0 : reached]


def roles_at_end(clock: CaseClock) -> frozenset[str]:
    """Return the roles that the ladder of a clock tells just when the limit ends, and neither before nor afterwards."""
    return frozenset(rung.who for rung in ladders().get(clock.stage, ()) if rung.share == WHOLE_SHARE)


def take_rest(clock: CaseClock) -> list[str]:
    """Take at once what is left of the ladder of a clock that ends late; return the roles told of lateness."""
    ladder = ladders().get(clock.stage, ())
    left, clock.raised = ladder[clock.raised or 0 :], max(clock.raised or 0, len(ladder))
    return [rung.who for rung in left if rung.share is None or rung.share >= WHOLE_SHARE]


def owes(clock: CaseClock, now: datetime, *, urgent: bool) -> bool:
    """Tell whether somebody is to be told of a clock now; its moment may have moved since it was planned."""
    looked_at = clock.raise_at is None or clock.raise_at <= now
    return clock.paused_at is None and looked_at and bool(due_rungs(clock, now, urgent=urgent))


def _at_share(clock: CaseClock, share: float, calendar: Any, kind: LimitKind) -> datetime:
    """Return when a share of the limit has run: measured from its warning, which pauses have moved along."""
    warned = calendars().warn_share
    if share >= 1:
        return clock.due_at
    if share >= warned:
        return arithmetic.warn_at(clock.warn_at, clock.due_at, (share - warned) / (1 - warned), kind, calendar)
    return arithmetic.warn_at(clock.started_at, clock.warn_at, share / warned, kind, calendar)


def load(document: Mapping[str, Any]) -> Ladders:
    """Make the ladders from a plain document; raise ValidationError naming each field that is wrong."""
    return MappingProxyType(dict(_EscalationsDocument().load(document)[KIND]))


class _ShareDocument(Schema):
    value = BoundedInteger(1, WHOLE_SHARE, required=True)
    source = Text(300, minimum=1, required=True)


class _RungDocument(Schema):
    who = Text(30, minimum=1, required=True)
    share = fields.Nested(_ShareDocument)
    after = fields.Nested(LimitDocument)
    urgent = fields.Nested(LimitDocument)

    @validates_schema
    def one_time(self, data: dict[str, Any], **_: Any) -> None:
        if ("share" in data) == ("after" in data) or ("urgent" in data and "after" not in data):
            raise InvalidField(
                Words(
                    "share 和 after 须写且只写一个；urgent 只与 after 同写。",
                    "Either share or after; urgent stands beside after alone.",
                )
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Rung:
        share, after, urgent = data.get("share"), data.get("after"), data.get("urgent")
        return Rung(data["who"], share["value"] if share else None, _limit(after), _limit(urgent))


def _limit(figure: Any) -> Limit | None:
    return Limit(figure.amount, LimitKind.of(figure.kind)) if figure else None


class _LadderDocument(Schema):
    stage = Text(30, minimum=1, required=True)
    steps = fields.List(
        fields.Nested(_RungDocument),
        required=True,
        validate=validate.Length(1, STEPS_MOST, error=Words("应有 1 到 {} 级。", "1 to {} steps.").format(STEPS_MOST)),
    )

    @validates_schema
    def of_a_stage(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data["stage"] in one.procedure.clocks for one in all_tables()):
            raise InvalidField(CHOOSE, "stage")

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        shares = [rung.share for rung in data["steps"]]
        before = [share for share in shares if share is not None]
        if before != sorted(before) or shares != [*before, *[None] * (len(shares) - len(before))]:
            raise InvalidField(
                Words(
                    "先写到期前的（比例从小到大），再写到期后的。",
                    "First what comes before the end, the smaller share first; then what comes after it.",
                ),
                "steps",
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[str, tuple[Rung, ...]]:
        return data["stage"], tuple(data["steps"])


class _EscalationsDocument(Schema):
    escalations = fields.List(fields.Nested(_LadderDocument), required=True)

    @validates_schema
    def distinct(self, data: dict[str, Any], **_: Any) -> None:
        stages = [stage for stage, _ in data["escalations"]]
        if len(set(stages)) < len(stages):
            raise InvalidField(Words("同一环节写了两次。", "A stage stands twice."), KIND)
