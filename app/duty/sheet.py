"""Read a roster of duty from a sheet: the columns centre, day, shift and account, as the export has them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import Invalid
from app.core.permissions import Person
from app.duty import queries, service
from app.duty.exports import ACCOUNT, CENTRE, DAY, SHIFT
from app.frame import sheets
from app.identity.models import PersonRow
from workflows.words import Words

_COLUMNS = (CENTRE, DAY, SHIFT, ACCOUNT)
_LINE = Words("第 {} 行：{}", "Line {}: {}")
FAULTS_MOST = 20


@dataclass(frozen=True)
class SheetDuty:
    """A line: who is on duty where and when."""

    centre: str
    day: date
    shift: str
    person_id: UUID


def read(content: bytes, by: Person) -> list[SheetDuty]:
    """Return what a sheet says; raise SheetRefused, or Invalid naming each line at fault: nothing is taken then."""
    book = sheets.read(content)
    rows = [row for each in book.sheets for row in each.rows]
    head = next((row for row in rows if _places(row.cells)), None)
    if head is None:
        text = Words("表头应有：{}。", "The head of the table has: {}.").format("、".join(_COLUMNS))
        raise Invalid.at("file", text)
    places = _places(head.cells)
    lines = [(row.number, [_cell(row.cells, place) for place in places]) for row in rows if row.number > head.number]
    accounts = _accounts({str(cells[3]).lower() for _, cells in lines})
    managed = set(service.managed_centres(by))
    duties, faults = [], []
    for number, cells in lines:
        try:
            duties.append(_line(cells, accounts, managed))
        except Invalid as wrong:
            faults += [_LINE.format(number, text) for texts in wrong.fields.values() for text in texts]
    if faults:
        raise Invalid(fields={"file": faults[:FAULTS_MOST]})
    return duties


def _places(cells: Any) -> list[int]:
    names = [str(cell).strip() for cell in cells]
    try:
        return [next(names.index(each) for each in (str(one), one.en) if each in names) for one in _COLUMNS]
    except StopIteration:
        return []


def _cell(cells: Any, place: int) -> Any:
    return cells[place] if place < len(cells) else ""


def _accounts(names: set[str]) -> dict[str, UUID]:
    rows = db.session.execute(
        select(PersonRow.username, PersonRow.id).where(PersonRow.username.in_(names), PersonRow.active)
    )
    return {row.username: row.id for row in rows}


def _line(cells: list[Any], accounts: dict[str, UUID], managed: set[str]) -> SheetDuty:
    centre, day, shift, account = cells
    if str(centre).strip() not in managed:
        raise Invalid.at("file", Words("没有这个中心", "There is no such centre"))
    if str(shift).strip() not in {one.code for one in queries.shifts(str(centre).strip())}:
        raise Invalid.at("file", Words("没有这个班次", "There is no such shift"))
    if str(account).strip().lower() not in accounts:
        raise Invalid.at("file", Words("没有这个账号", "There is no such account"))
    try:
        on_day = day if isinstance(day, date) else date.fromisoformat(str(day).strip())
    except ValueError:
        raise Invalid.at("file", Words("日期应为 2026-12-31 的样子", "A day, please, like 2026-12-31")) from None
    return SheetDuty(str(centre).strip(), on_day, str(shift).strip(), accounts[str(account).strip().lower()])
