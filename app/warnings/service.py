"""Give a warning, which makes receipts and rounds for its grids; call about those who are silent; end it.

A receipt is a round of kind `warning`: to start it is to confirm. It has no door but that of rounds.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round, Service
from app.core import clock, events
from app.core.db import db
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import SYSTEM, Permission, Person
from app.core.transaction import running
from app.grids import queries as grids
from app.grids.tree import GridNode
from app.rounds import round_plans
from app.rounds import service as rounds
from app.rounds.models import RoundRow
from app.warnings import queries, warning_kinds
from app.warnings.events import WarningGiven
from app.warnings.models import WarningRow
from app.warnings.warning_kinds import LevelRule, WarningKind
from workflows.round_terms import RoundAction, RoundKind, RoundState
from workflows.words import Words

ROUND_DAYS = 1  # in which the rounds that are made beside the receipts are to be done; an example
_NO_LEVEL = Words("这种预警没有这一级。", "There is no such level of this kind.")
_NO_KIND = Words("没有这种预警，请从列表中选择。", "There is no such kind of warning: choose one of the list.")
_NO_RECEIPT = Words(
    "服务“{}”没有预警签收的巡查“{}”，请联系管理员检查预警种类。",
    "The service “{}” has no round “{}” of kind warning: ask the administrator to look at the kinds of warnings.",
)
_NOT_ADMITTED = Words(
    "服务“{}”今天不在准入期内，不能交给网格办理。", "The service “{}” is not admitted today: grids need not do it."
)


class WarningDiffers(Conflict):
    """同一编号的预警内容不同，请换一个编号。"""

    code = "warning_differs"
    en = "A warning of this id says something else: give the new one another id."


class WarningBeyondGround(Forbidden):
    """只能发布和解除本中心辖区的预警。"""

    code = "warning_beyond_ground"
    en = "You give and end warnings for the ground of your own centre alone."


def give(warning_id: UUID, values: Mapping[str, Any], *, by: Person) -> tuple[WarningRow, bool]:
    """Give a warning, inside a transaction; return it, and whether it is new. The same again changes nothing.

    Raises WarningBeyondGround, WarningDiffers, and Invalid for a kind, level or grid that is not there, a service that
    is not admitted or has no receipt.
    """
    running()
    node = _node(values["grid"], by)
    known = db.session.get(WarningRow, warning_id)
    if known is not None:
        if any(getattr(known, name) != value for name, value in values.items()):
            raise WarningDiffers
        return known, False
    kind, rule = _rule(values)
    service, receipt = _receipt(kind)
    now = clock.now()
    row = WarningRow(
        warning_id=warning_id, **values, grid_path=node.path, given_at=now, given_by=by.person_id,
        confirm_by=now + timedelta(minutes=rule.receipt_minutes), call_count=0, changed_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    round_plans.make_for(warning_id, service, receipt, node.path, now, row.confirm_by)
    for plan in _rounds_beside(service) if rule.also else ():
        round_plans.make_for(warning_id, service, plan, node.path, now, now + timedelta(days=ROUND_DAYS))
    _set_out(warning_id)
    audit.record(Tag.WARNING_GIVEN, person_id=by.person_id, subject=(SubjectKind.GRID, node.code), **_about(row))
    events.publish(WarningGiven(warning_id))
    return row, True


def end(warning_id: UUID, *, by: Person) -> WarningRow:
    """End a warning, inside a transaction: what nobody has begun is lifted, who has set out finishes. Again is alike.

    Raises NotFound, WarningBeyondGround.
    """
    running()
    row = queries.one(warning_id, by)
    _node(row.grid, by)
    if row.ended_at is None:
        now = clock.now()
        row.ended_at, row.ended_by, row.changed_at = now, by.person_id, now
        for round_id in _open_rounds(warning_id):
            rounds.by_system(round_id, RoundAction.LIFT, SYSTEM, uuid5(round_id, RoundAction.LIFT))
        audit.record(Tag.WARNING_ENDED, person_id=by.person_id, subject=(SubjectKind.GRID, row.grid), **_about(row))
    return row


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


def _set_out(warning_id: UUID) -> None:
    """Let the rounds of a warning be due at once, and not at the next sweep."""
    for round_id in _open_rounds(warning_id):
        rounds.by_system(round_id, RoundAction.FALL_DUE, SYSTEM, uuid5(round_id, RoundAction.FALL_DUE))


def _open_rounds(warning_id: UUID) -> Sequence[UUID]:
    states = (RoundState.PLANNED, RoundState.DUE, RoundState.MISSED)
    open_ = select(RoundRow.round_id).where(RoundRow.origin_id == warning_id, RoundRow.state.in_(states))
    return db.session.scalars(open_.order_by(RoundRow.round_id)).all()


def _about(row: WarningRow) -> dict[str, Any]:
    return {"warning": f"{row.kind}:{row.level}", "drill": row.drill}
