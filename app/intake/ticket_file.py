"""Read tickets (工单) that another system has written down: a sheet (xlsx, csv) or JSON; each row becomes a report.

A sheet needs 编号 and 描述; the other columns may stand in any order or not at all. JSON is a list of objects as the
interface takes reports, each with its `external_no`. The number and the source make the id of the case: a file that is
taken twice makes each case once.

A row whose 事项 (in JSON: `action`, with `data` as the interface takes it) is one of ACTS is what its sender has said
since: a second order, an answer, or a reply that was given there. Rows that say the same are told apart by their 时间
(`at`), or where none has one by the occasion: the ask that is answered, the end that the order undoes, the round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

import orjson

from app.cases import choices
from app.core import clock, letters
from app.core.digests import canonical
from app.core.errors import Invalid
from app.frame import sheets
from app.grids.queries import grid_tree
from workflows.case_terms import CaseAction, CaseSource
from workflows.ticket_terms import ReplyOutcome, TicketKind
from workflows.words import Words, listed

TICKETS = UUID("6f1d3c52-6a55-5b0e-9a83-2f6f3c1e7d10")  # by which ids are made of numbers
MOST = 5_000  # in one file
HEADER_WITHIN = 10  # rows
NUMBER, DESCRIPTION = "编号", "描述"
_TEXTS = {NUMBER: "external_no", DESCRIPTION: "description", "地址": "address"}
_FLAGS = {"保密": "secret", "要求答复": "reply_wanted"}
ACTS = (
    CaseAction.NOTE_TICKET, CaseAction.SENDER_TOOK_BACK, CaseAction.SENDER_REFUSED, CaseAction.SENDER_GAVE_TIME,
    CaseAction.SENDER_KEPT_DATE, CaseAction.SECOND_ORDER, CaseAction.REPLY,
)  # fmt: skip
_SAID = {"理由": "reason", "答复": "reply", "新编号": "external_no"}  # of such a row, by the names that acts have
_YES, _NO = {"是", "有", "y", "yes", "true", "1"}, {"", "否", "无", "n", "no", "false", "0"}
AT = "时间"  # when the sender said it
OTHERS = ("来源", "诉求类型", "类别", "网格", "经度", "纬度", "期限", "反映人", "电话", "同意保存", "匿名")
COLUMNS = (*_TEXTS, *_FLAGS, *OTHERS, "事项", AT, "结果", *_SAID)
_NO_HEADER = Words("没有找到表头：须有“{}”两列。", "There is no header: it needs the columns {}.").format(
    listed((NUMBER, DESCRIPTION))
)
_NO_LIST = Words("JSON 文件应是工单的列表。", "A JSON file has to be a list of tickets.")
_TOO_MANY = Words("一个文件最多 {} 件，请分成几个文件。", "At most {} tickets: split the file.").format(MOST)
_UNKNOWN = Words("读到“{}”：没有这一项。", "It says “{}”: there is no such thing.")
_NO_NUMBER = Words("没有编号。", "It has no number.")


class TicketsRefused(Invalid):
    """文件读不出工单。"""

    code = "tickets_refused"
    en = "No tickets can be read from this file."


@dataclass(frozen=True)
class TicketRow:
    """One ticket: where it stood, the report it makes (as the interface would take it), or what is wrong with it.

    With an `action` it is a step of a ticket that was taken in before, and `report` its data; `at` as it stood there.
    """

    row: int
    number: str
    report: Mapping[str, Any]
    faults: tuple[Words, ...] = ()
    source: str = str(CaseSource.HOTLINE)
    action: CaseAction | None = None
    at: str = ""

    @property
    def case_id(self) -> UUID:
        """Return the id of its case: the same whenever the same ticket is read."""
        return uuid5(TICKETS, f"{self.source}:{self.number}")

    def op_id(self, case_id: UUID, occasion: str) -> UUID:
        """Return the id of its step of a case: the same whenever the same row is read on the same occasion."""
        return uuid5(case_id, f"{self.action}:{occasion}:{canonical(dict(self.report))}")


def read(content: bytes) -> list[TicketRow]:
    """Read a file; raise TicketsRefused or SheetRefused where it holds no tickets."""
    rows = list(_of_json(content) if content.lstrip()[:1] in (b"[", b"{") else _of_sheet(content))
    if len(rows) > MOST:
        raise TicketsRefused(_TOO_MANY)
    return rows


def _of_json(content: bytes) -> Iterator[TicketRow]:
    try:
        tickets = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise TicketsRefused(_NO_LIST) from None
    if not isinstance(tickets, list):
        raise TicketsRefused(_NO_LIST)
    for place, ticket in enumerate(tickets, 1):
        report = ticket if isinstance(ticket, dict) else {}
        number, source = str(report.get("external_no") or ""), str(report.get("source") or CaseSource.HOTLINE)
        faults = [] if number else [_NO_NUMBER]
        if report.get("action"):
            action, data = _action(str(report["action"]), faults), report.get("data")
            data, at = data if isinstance(data, dict) else {}, str(report.get("at") or "")
            yield TicketRow(place, number, data, tuple(faults), source, action, at)
        else:
            yield TicketRow(place, number, {"class": None, **report, "source": source}, tuple(faults), source)


def _of_sheet(content: bytes) -> Iterator[TicketRow]:
    for sheet in sheets.read(content).sheets:
        for place, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            titles = [letters.fold(cell) if isinstance(cell, str) else "" for cell in row.cells]
            if {NUMBER, DESCRIPTION} <= set(titles):
                return (_ticket(one, titles) for one in sheet.rows[place + 1 :])
    raise TicketsRefused(_NO_HEADER)


def _ticket(row: sheets.SheetRow, titles: Sequence[str]) -> TicketRow:
    cells = dict(zip(titles, row.cells, strict=False))
    flaws = [cell.words for cell in cells.values() if isinstance(cell, sheets.Flaw)]
    texts = {name: _text(cells.get(name, "")) for name in COLUMNS}
    faults: list[Words] = []
    source = _source(texts["来源"], faults)
    action = _action(texts["事项"], faults)
    if not texts[NUMBER]:
        faults.append(_NO_NUMBER)
    report = _step(texts, cells, faults) if action else _report(texts, cells, source, faults)
    return TicketRow(row.number, texts[NUMBER], report, (*flaws, *faults), source, action, texts[AT])


def _report(
    texts: Mapping[str, str], cells: Mapping[str, sheets.Cell], source: str, faults: list[Words]
) -> dict[str, Any]:
    report: dict[str, Any] = {field: texts[name] for name, field in _TEXTS.items() if texts[name]}
    report |= {"source": source, "class": _class(texts["类别"], faults)}
    return report | _wishes(texts, cells, faults) | _place(texts, faults) | _reporter(texts, faults)


def _step(texts: Mapping[str, str], cells: Mapping[str, sheets.Cell], faults: list[Words]) -> dict[str, Any]:
    """Return what a later row says, as the act takes it; what the act does not ask for, it refuses by itself."""
    data: dict[str, Any] = {field: texts[name] for name, field in _SAID.items() if texts[name]}
    if texts["结果"]:
        data["outcome"] = _term(ReplyOutcome, texts["结果"], faults)
    return data | _wishes(texts, cells, faults)


def _wishes(texts: Mapping[str, str], cells: Mapping[str, sheets.Cell], faults: list[Words]) -> dict[str, Any]:
    wishes: dict[str, Any] = {
        field: value for name, field in _FLAGS.items() if (value := _flag(texts[name], faults)) is not None
    }
    if texts["诉求类型"]:
        wishes["ticket_kind"] = _term(TicketKind, texts["诉求类型"], faults)
    if texts["期限"]:
        wishes["external_due"] = _due(cells["期限"], texts["期限"], faults)
    return wishes


def _action(text: str, faults: list[Words]) -> CaseAction | None:
    """Return which step a row is; None for a ticket to be taken in."""
    if not text or text in ("登记", str(CaseAction.REPORT)):
        return None
    match = next((one for one in ACTS if text in (str(one), str(one.words), one.words.en)), None)
    if match is None:
        faults.append(_UNKNOWN.format(text))
    return match


def _text(cell: sheets.Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return letters.fold(cell) if isinstance(cell, str) else ""


def _flag(text: str, faults: list[Words]) -> bool | None:
    if text.lower() in _YES:
        return True
    if text.lower() not in _NO:
        faults.append(_UNKNOWN.format(text))
    return False if text else None


def _source(text: str, faults: list[Words]) -> str:
    return _term(CaseSource, text, faults) if text else str(CaseSource.HOTLINE)


def _term(terms: Any, text: str, faults: list[Words]) -> str:
    """Return the member that is called so: its value, its Chinese or its English."""
    match = next((one for one in terms if text in (str(one), str(one.words), one.words.en)), None)
    if match is None:
        faults.append(_UNKNOWN.format(text))
        return text
    return str(match)


def _class(text: str, faults: list[Words]) -> str | None:
    match = choices.class_in(text) if text else None
    if text and match is None:
        faults.append(_UNKNOWN.format(text))
    return match.code if match else None


def _place(texts: Mapping[str, str], faults: list[Words]) -> dict[str, Any]:
    degrees = {name: texts[column] for name, column in (("lon", "经度"), ("lat", "纬度")) if texts[column]}
    if degrees:
        return {name: _number(text, faults) for name, text in degrees.items()}
    text = texts["网格"]
    matches = [node for node in grid_tree().current if text in (node.code, node.name)] if text else []
    if text and len(matches) != 1:
        faults.append(_UNKNOWN.format(text))
    return {"grid": matches[0].code} if len(matches) == 1 else {}


def _number(text: str, faults: list[Words]) -> float | str:
    try:
        return float(text)
    except ValueError:
        faults.append(_UNKNOWN.format(text))
        return text


def _reporter(texts: Mapping[str, str], faults: list[Words]) -> dict[str, Any]:
    contact = {name: texts[column] for name, column in (("name", "反映人"), ("phone", "电话")) if texts[column]}
    anonymous = bool(_flag(texts["匿名"], faults))
    if not contact and not anonymous:
        return {}
    return {"reporter": {**contact, "anonymous": anonymous, "consent": bool(_flag(texts["同意保存"], faults))}}


def _due(cell: sheets.Cell, text: str, faults: list[Words]) -> str:
    """Return the sender's date; a day alone ends with that day."""
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        faults.append(_UNKNOWN.format(text))
        return text
    if isinstance(cell, date) or len(text) <= len("2026-12-01"):
        moment = datetime.combine(moment.date(), time(23, 59))
    return (moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)).isoformat()
