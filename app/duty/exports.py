"""The roster of duty as a file; what leaves can be imported again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person
from app.duty import queries, service
from app.duty.models import DutyRow
from app.duty.schemas import RosterPageIn
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.grids.queries import grid_tree
from app.identity.models import PersonRow
from workflows.words import Words

CENTRE, DAY, SHIFT, ACCOUNT = (
    Words("中心编码", "Code of the centre"), Words("日期", "Day"), Words("班次", "Shift"), Words("账号", "Account"),
)  # fmt: skip
_BEHIND, _AHEAD = timedelta(days=31), timedelta(days=366)


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(RosterPageIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[Any]:
    since: date = wanted.get("since") or clock.local(clock.now()).date() - _BEHIND
    centres = [one for one in service.managed_centres(person) if wanted.get("centre") in (None, one)]
    rows = select(DutyRow.centre, DutyRow.day, DutyRow.shift, PersonRow.name, PersonRow.username)
    rows = rows.join(PersonRow, PersonRow.id == DutyRow.person_id).where(DutyRow.centre.in_(centres))
    rows = rows.where(DutyRow.day.between(since, since + _BEHIND + _AHEAD))
    ordered = rows.order_by(DutyRow.centre, DutyRow.day, DutyRow.shift, PersonRow.username)
    return db.session.execute(ordered.limit(most)).all()


def _rows(person: Person, rows: Sequence[Any]) -> Iterator[list[str]]:
    tree, managed = grid_tree(), set(service.managed_centres(person))
    for row in rows:
        if row.centre in managed:
            names = {one.code: one.name for one in queries.shifts(row.centre)}
            node = tree.get(row.centre)
            yield [
                node.name if node else "", row.centre, row.day.isoformat(), row.shift,
                names.get(row.shift, ""), row.name, row.username,
            ]  # fmt: skip


DUTY = ExportTable(
    name="duty", title=Words("值班表", "Duty roster"), permission=Permission.GRID_ROSTER,
    columns=(
        (Words("中心", "Centre"), 20), (CENTRE, 14), (DAY, 12), (SHIFT, 10),
        (Words("班次名称", "Name of the shift"), 12),
        (Words("姓名", "Name"), 12), (ACCOUNT, 18),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip
TABLES = (DUTY,)
