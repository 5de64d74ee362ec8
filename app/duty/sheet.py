"""Read a roster of duty from a sheet: the columns centre, day, shift and account, as the export has them."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.errors import Invalid
from app.core.permissions import Person
from app.core.schemas import day_of
from app.duty import queries, service
from app.duty.exports import ACCOUNT, CENTRE, DAY, SHIFT
from app.duty.models import DutyRow
from app.duty.service import SheetDuty
from app.frame import sheets
from app.identity import queries as identity
from app.identity.models import PersonRow
from workflows.words import Words

_COLUMNS = (CENTRE, DAY, SHIFT, ACCOUNT)
_LINE = Words("第 {} 行：{}", "Line {}: {}")
FAULTS_MOST = 20


@dataclass(frozen=True)
class SheetPreview:
    """What a sheet would change; `packed` comes back with the confirmation and is read and checked once more."""

    fresh: Sequence[SheetDuty]  # not on the roster yet
    already: int  # lines that change nothing
    names: Mapping[UUID, str]
    packed: str


def look(content: bytes, by: Person) -> SheetPreview:
    """Say what a sheet would change and change nothing. Raises as `read` does."""
    duties = read(content, by)
    days = [one.day for one in duties]
    rows = select(DutyRow.centre, DutyRow.day, DutyRow.shift, DutyRow.person_id)
    rows = rows.where(DutyRow.centre.in_({one.centre for one in duties}), DutyRow.day.between(min(days), max(days)))
    on_roster = {SheetDuty(*row) for row in db.session.execute(rows)}
    fresh = [one for one in dict.fromkeys(duties) if one not in on_roster]
    packed = base64.b64encode(content).decode()
    return SheetPreview(fresh, len(duties) - len(fresh), identity.names({one.person_id for one in fresh}), packed)


def unpack(packed: str) -> bytes:
    """Return the file that was looked at; raise Invalid for what is none."""
    try:
        return base64.b64decode(packed.encode(), validate=True)
    except ValueError:
        raise Invalid.at("file", Words("请重新选择文件。", "Choose the file again.")) from None


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
    accounts = _accounts({str(cells[3]).strip().lower() for _, cells in lines})
    managed = set(service.managed_centres(by))
    working = queries.at_work(managed)
    duties, faults = [], []
    for number, cells in lines:
        try:
            duties.append(_line(cells, accounts, managed, working))
        except Invalid as wrong:
            faults += [_LINE.format(number, text) for texts in wrong.fields.values() for text in texts]
    if not lines:
        raise Invalid.at("file", Words("表里没有一行。", "The table has no line."))
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


def _line(cells: list[Any], accounts: dict[str, UUID], managed: set[str], working: set[tuple[UUID, str]]) -> SheetDuty:
    centre, day, shift, account = cells
    if str(centre).strip() not in managed:
        raise Invalid.at("file", Words("没有这个中心", "There is no such centre"))
    if str(shift).strip() not in {one.code for one in queries.shifts(str(centre).strip())}:
        raise Invalid.at("file", Words("没有这个班次", "There is no such shift"))
    if str(account).strip().lower() not in accounts:
        raise Invalid.at("file", Words("没有这个账号", "There is no such account"))
    if (accounts[str(account).strip().lower()], str(centre).strip()) not in working:
        raise Invalid.at("file", service.NOT_THERE)
    try:
        on_day = day_of(day.isoformat() if isinstance(day, date) else str(day).strip())
    except ValueError:
        raise Invalid.at("file", Words("日期应为 2026-12-31 的样子", "A day, please, like 2026-12-31")) from None
    return SheetDuty(str(centre).strip(), on_day, str(shift).strip(), accounts[str(account).strip().lower()])
