"""The roster of duty as a file; what leaves can be imported again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person
from app.deadlines.queries import shift_name
from app.duty import queries, service
from app.duty.models import DutyRow, Handover
from app.duty.schemas import NothingIn, RosterPageIn
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.grids.queries import grid_tree
from app.identity.models import PersonRow
from workflows.words import Words

CENTRE, DAY, SHIFT, ACCOUNT = (
    Words("中心编码", "Code of the centre"), Words("日期", "Day"), Words("班次", "Shift"), Words("账号", "Account"),
)  # fmt: skip


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(RosterPageIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[Any]:
    since: date = wanted.get("since") or clock.local(clock.now()).date()
    centres = [one for one in service.managed_centres(person) if wanted.get("centre") in (None, one)]
    rows = select(DutyRow.centre, DutyRow.day, DutyRow.shift, PersonRow.name, PersonRow.username)
    rows = rows.join(PersonRow, PersonRow.id == DutyRow.person_id).where(DutyRow.centre.in_(centres))
    rows = rows.where(DutyRow.day.between(since, since + timedelta(days=queries.ROSTER_DAYS - 1)))
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


def _nothing(args: Mapping[str, str]) -> None:
    forms.load_args(NothingIn(), args)


def _records(person: Person, _: None, most: int) -> Sequence[Handover]:
    return queries.handovers(queries.centres_of(person), None, most)[0]


def _record_rows(person: Person, records: Sequence[Handover]) -> Iterator[list[str]]:
    """Yield who handed over to whom and how much was open; what they wrote may name people, and stays in the house."""
    tree, signers, own = grid_tree(), queries.signers(records), set(queries.centres_of(person))
    for one in records:
        urgent = sum(not case.get("drill") for case in one.cases)
        node = tree.get(one.centre)
        if one.centre in own:
            yield [
                node.name if node else one.centre, one.day.isoformat(), shift_name(one.shift) or one.shift,
                signers.get(one.left_by, ""), _moment(one.left_at),
                signers.get(one.taken_by, "") if one.taken_by else "", _moment(one.taken_at), str(urgent),
            ]  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return clock.minute(moment) if moment else ""


HANDOVERS = ExportTable(
    name="handovers", title=Words("交接班记录", "Handovers"), permission=Permission.CASE_READ,
    columns=(
        (Words("中心", "Centre"), 20), (DAY, 12), (SHIFT, 12), (Words("交班人", "Left by"), 12),
        (Words("交班时间", "Left"), 17), (Words("接班人", "Taken over by"), 12),
        (Words("接班时间", "Taken over"), 17), (Words("未结急要件数", "Open urgent cases"), 14),
    ),
    read=_nothing, keys=_records, rows=_record_rows,
)  # fmt: skip
TABLES = (DUTY, HANDOVERS)
