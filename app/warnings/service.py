"""Give a warning, which makes receipts and rounds for its grids; call about those who are silent; end it.

A receipt is a round of kind `warning`: to start it is to confirm. It has no door but that of rounds.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round, Service
from app.core import clock, events
from app.core.db import db, upsert
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import Permission, Person
from app.core.transaction import running
from app.grids import queries as grids
from app.grids.service import follow_path
from app.grids.tree import GridNode
from app.rounds import round_plans
from app.warnings import queries, warning_kinds
from app.warnings.events import WarningGiven
from app.warnings.models import WarningRow
from app.warnings.warning_kinds import LevelRule, WarningKind
from workflows.round_terms import RoundKind
from workflows.words import Words

ROUND_DAYS = 1  # in which the rounds that are made beside the receipts are to be done; an example
_NO_LEVEL = Words("这种预警没有这一级。", "There is no such level of this kind.")
_NO_KIND = Words("没有这种预警，请从列表中选择。", "There is no such kind of warning: choose one of the list.")
_NO_RECEIPT = Words(
    "服务“{}”没有预警签收的巡查“{}”，请联系管理员检查预警种类。",
    "The service “{}” has no round “{}” of kind warning: ask the administrator to look at the kinds of warnings.",
)
_NOBODY_CONFIRMS = Words(
    "这个范围里没有要签收的网格，请选择更大的范围。", "No grid of this area would confirm it: choose a larger one."
)
_NOT_ADMITTED = Words(
    "服务“{}”今天不在准入期内，不能交给网格办理。", "The service “{}” is not admitted today: grids need not do it."
)


class WarningDiffers(Conflict):
    """这张表单已用过，请重新打开后再发布。"""

    code = "warning_differs"
    en = "A warning of this id says something else: give the new one another id."


class WarningBeyondGround(Forbidden):
    """只能发布和解除本中心辖区的预警。"""

    code = "warning_beyond_ground"
    en = "You give and end warnings for the ground of your own centre alone."


def give(warning_id: UUID, values: Mapping[str, Any], *, by: Person) -> tuple[WarningRow, bool]:
    """Give a warning, inside a transaction; return it, and whether it is new. The same again changes nothing.

    Raises WarningBeyondGround, WarningDiffers, and Invalid for a kind, level or grid that is not there, a grid where
    nobody would confirm, a service that is not admitted or has no receipt.
    """
    running()
    known = _known(warning_id, values, by)
    if known is not None:
        return known, False
    node = _node(values["grid"], by)
    kind, rule = _rule(values)
    service, receipt = _receipt(kind)
    beside = list(_rounds_beside(service)) if rule.also else []
    nodes = {plan.code: round_plans.grounds_around(plan, node.path) for plan in (receipt, *beside)}
    if not nodes[receipt.code]:
        raise Invalid.at("grid", _NOBODY_CONFIRMS)
    now = clock.now()
    row = _insert({
        "warning_id": warning_id, **values, "grid_path": node.path, "given_at": now, "given_by": by.person_id,
        "confirm_by": now + timedelta(minutes=rule.receipt_minutes), "call_count": 0, "changed_at": now,
    })  # fmt: skip
    if row is None:  # the same was given at the same time
        known = _known(warning_id, values, by)
        assert known is not None  # noqa: S101 - its id was taken
        return known, False
    for plan in (receipt, *beside):
        until = row.confirm_by if plan is receipt else now + timedelta(days=ROUND_DAYS)
        round_plans.make_for(warning_id, service, plan, nodes[plan.code], now, until, drill=row.drill)
    audit.record(Tag.WARNING_GIVEN, person_id=by.person_id, subject=(SubjectKind.GRID, node.code), **_about(row))
    events.publish(WarningGiven(warning_id))
    return row, True


def end(warning_id: UUID, *, by: Person) -> WarningRow:
    """End a warning, inside a transaction; again is alike.

    What nobody has begun is lifted afterwards (`lifts.py`) and cannot be begun meanwhile, who has set out finishes.

    Raises NotFound, WarningBeyondGround.
    """
    running()
    row = queries.one(warning_id, by)
    if not by.reaches(Permission.WARNING_GIVE, row.grid_path):
        raise WarningBeyondGround
    if row.ended_at is None:
        now = clock.now()
        row.ended_at, row.ended_by, row.changed_at = now, by.person_id, now
        audit.record(Tag.WARNING_ENDED, person_id=by.person_id, subject=(SubjectKind.GRID, row.grid), **_about(row))
    return row


def hold(warning_id: UUID) -> None:
    """Keep a warning from being ended until the running transaction has ended; nothing for what is none."""
    own = select(WarningRow.warning_id).where(WarningRow.warning_id == warning_id)
    db.session.execute(own.with_for_update(read=True))


def follow_grid(old_path: str, new_path: str) -> None:
    """Rewrite the copies of a grid's path, and of those below it, when it has moved in the tree."""
    follow_path(WarningRow, old_path, new_path, changed_at=clock.now())


def _known(warning_id: UUID, values: Mapping[str, Any], by: Person) -> WarningRow | None:
    """Return the warning of this id, to whoever may give it; None for a new one."""
    known = db.session.get(WarningRow, warning_id, populate_existing=True)
    if known is None:
        return None
    if not by.reaches(Permission.WARNING_GIVE, known.grid_path):
        raise WarningBeyondGround
    if any(getattr(known, name) != value for name, value in values.items()):
        raise WarningDiffers
    return known


def _insert(values: Mapping[str, Any]) -> WarningRow | None:
    """Insert a warning; None when somebody was faster."""
    table = WarningRow.__table__
    entered = upsert(table).on_conflict_do_nothing(index_elements=["warning_id"]).returning(table.c.warning_id)
    if db.session.execute(entered, values).first() is None:
        return None
    return db.session.get(WarningRow, values["warning_id"])


def _node(code: str, by: Person) -> GridNode:
    node = grids.of_today(code)
    if node is None:
        raise Invalid.at("grid", Words("没有这个网格，或它已停用。", "There is no such grid, or it has ended."))
    if not by.reaches(Permission.WARNING_GIVE, node.path):
        raise WarningBeyondGround
    return node


def _rule(values: Mapping[str, Any]) -> tuple[WarningKind, LevelRule]:
    kind = warning_kinds.kinds().get(values["kind"])
    if kind is None:
        raise Invalid.at("kind", _NO_KIND)
    rule = kind.levels.get(values["level"])
    if rule is None:
        raise Invalid.at("level", _NO_LEVEL)
    return kind, rule


def _receipt(kind: WarningKind) -> tuple[Service, Round]:
    service = catalogue.catalogue().services.get(kind.service)
    plans = service.rounds if service else ()
    receipt = next((one for one in plans if one.code == kind.receipt and one.kind is RoundKind.WARNING), None)
    if service is None or receipt is None:
        raise Invalid.at("kind", _NO_RECEIPT.format(kind.service, kind.receipt))
    if not service.admission.holds_on(clock.local(clock.now()).date()):
        raise Invalid.at("kind", _NOT_ADMITTED.format(service.name))
    return service, receipt


def _rounds_beside(service: Service) -> Iterator[Round]:
    return (one for one in service.rounds if one.frequency.on_warning and one.kind is not RoundKind.WARNING)


def _about(row: WarningRow) -> dict[str, Any]:
    return {"warning": f"{row.kind}:{row.level}", "drill": row.drill}
