"""Read tickets (工单) that another system has written down: a sheet (xlsx, csv) or JSON; each row becomes a report.

A sheet needs 编号 and 描述; the other columns may stand in any order or not at all. JSON is a list of objects as the
interface takes reports, each with its `external_no`. The number and the source make the id of the case: a file that is
taken twice makes each case once.

A row whose 事项 (in JSON: `action`, with `data` as the interface takes it) is one of ACTS is what came to pass since:
what its sender was asked and has answered, a second order, a reply that was given there, a call-back and what follows
it. Rows that say the same are told apart by their 时间 (`at`), or where none has one by the occasion: the ask that is
answered, the end that the order undoes, the round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from workflows import case_forms
from workflows.case_terms import CaseAction, CaseSource
from workflows.forms import Field, Kind
from workflows.ticket_terms import TicketKind
from workflows.words import Words, listed

TICKETS = UUID("6f1d3c52-6a55-5b0e-9a83-2f6f3c1e7d10")  # by which ids are made of numbers
MOST = 5_000  # in one file
HEADER_WITHIN = 10  # rows
NUMBER, DESCRIPTION = "编号", "描述"
ACTS = (
    CaseAction.NOTE_TICKET, CaseAction.ASK_SENDER, CaseAction.SENDER_TOOK_BACK, CaseAction.SENDER_REFUSED,
    CaseAction.ASK_SENDER_TIME, CaseAction.SENDER_GAVE_TIME, CaseAction.SENDER_KEPT_DATE, CaseAction.SECOND_ORDER,
    CaseAction.REPLY, CaseAction.CALL_BACK, CaseAction.REOPEN, CaseAction.DECLINE_REOPEN,
)  # fmt: skip
_TEXTS = {NUMBER: "external_no", DESCRIPTION: "description", "地址": "address"}
_FLAGS = {"保密": "secret", "要求答复": "reply_wanted"}
_CALL_BACK = {str(one.label): one for one in case_forms.FORMS[CaseAction.CALL_BACK].fields}
# of rows that say what came to pass since
_ANSWERS = {
    "理由": "reason",
    "答复": "reply",
    "新编号": "external_no",
    str(case_forms.NOTE.label): case_forms.NOTE.name,
}
_ANSWERS |= {title: one.name for title, one in _CALL_BACK.items() if one.kind is Kind.LONG}
_CHOSEN = {"结果": case_forms.OUTCOME} | {title: one for title, one in _CALL_BACK.items() if one.choices}
_YES, _NO = {"是", "有", "y", "yes", "true", "1"}, {"", "否", "无", "n", "no", "false", "0"}
AT = "时间"  # when it was said
_PLACE = {"网格": "grid", "经度": "lon", "纬度": "lat"}
_REPORTER = {"反映人": "name", "电话": "phone", "同意保存": "consent", "匿名": "anonymous"}
_OTHERS = {"来源": "source", "诉求类型": "ticket_kind", "类别": "class", "期限": "external_due"}
COLUMNS = (*_TEXTS, *_FLAGS, *_OTHERS, *_PLACE, *_REPORTER, "事项", AT, *_CHOSEN, *_ANSWERS)
_OF_REPORT = {name: title for title, name in {**_TEXTS, **_FLAGS, **_OTHERS, **_PLACE, **_REPORTER}.items()}
_OF_ACTS = {**_FLAGS, "诉求类型": "ticket_kind", "期限": "external_due", **_ANSWERS} | {
    title: one.name for title, one in _CHOSEN.items()
}
_OF_STEP = (
    {name: title for title, name in {**_FLAGS, **_OTHERS, **_ANSWERS}.items()}
    | {one.name: title for title, one in _CHOSEN.items()}
    | {case_forms.SENDER_NO.name: NUMBER}
)
_NO_HEADER = Words("没有找到表头：须有“{}”两列。", "There is no header: it needs the columns {}.").format(
    listed((NUMBER, DESCRIPTION))
)
_NO_LIST = Words("JSON 文件应是工单的列表。", "A JSON file has to be a list of tickets.")
_TOO_MANY = Words("一个文件最多 {} 件，请分成几个文件。", "At most {} tickets: split the file.").format(MOST)
_UNKNOWN = Words("读到“{}”：没有这一项。", "It says “{}”: there is no such thing.")
_NO_NUMBER = Words("没有编号。", "It has no number.")
_AT_COLUMN = Words("“{}”：{}", "{}: {}")
_NOT_ASKED = Words("“{}”这一步不问以下各列，已略去：{}。", "“{}” does not ask for these columns, left out: {}.")


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
    source: CaseSource = CaseSource.HOTLINE
    action: CaseAction | None = None
    at: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # in which a field of the report or step stands
    note: Words | None = None  # what was left out

    def at_column(self, name: str, text: Words) -> Words:
        """Say what is wrong with a field, by the column in which it stands; of JSON by its own name."""
        return _AT_COLUMN.format(self.columns.get(name, name), text)

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
        number, text = str(report.get("external_no") or ""), str(report.get("source") or CaseSource.HOTLINE)
        source, faults = _source(text), [] if number else [_NO_NUMBER]
        if source != text:
            faults.append(_AT_COLUMN.format("source", _UNKNOWN.format(text)))
        if report.get("action"):
            action, data = _action(str(report["action"]), faults), report.get("data")
            data, at = data if isinstance(data, dict) else {}, str(report.get("at") or "")
            yield TicketRow(place, number, data, tuple(faults), source, action, at)
        else:
            yield TicketRow(place, number, {"class": None, **report, "source": str(source)}, tuple(faults), source)


def _source(text: str) -> CaseSource:
    """Return the source of this value; for what is none, and refused, what holds where nothing is said."""
    return CaseSource.of(text) if text in {*CaseSource} else CaseSource.HOTLINE


def _of_sheet(content: bytes) -> Iterator[TicketRow]:
    for sheet in sheets.read(content).sheets:
        for place, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            titles = [letters.fold(cell) if isinstance(cell, str) else "" for cell in row.cells]
            if {NUMBER, DESCRIPTION} <= set(titles):
                return (_ticket(one, titles) for one in sheet.rows[place + 1 :])
    raise TicketsRefused(_NO_HEADER)


class _Line:
    """A row of a sheet by the titles of its columns, and what is wrong in it."""

    def __init__(self, row: sheets.SheetRow, titles: Sequence[str]) -> None:
        self.cells = dict(zip(titles, row.cells, strict=False))
        self.texts = {title: _text(self.cells.get(title, "")) for title in COLUMNS}
        self.faults: list[Words] = []
        for title, cell in self.cells.items():
            if isinstance(cell, sheets.Flaw):
                self.wrong(title, cell.words)

    def wrong(self, title: str, text: Words) -> None:
        """Note what is wrong in a column."""
        self.faults.append(_AT_COLUMN.format(title, text))

    def unknown(self, title: str) -> str:
        """Note that a cell names nothing that is known; return its text."""
        self.wrong(title, _UNKNOWN.format(self.texts[title]))
        return self.texts[title]

    def flag(self, title: str) -> bool | None:
        """Return a yes or a no; None where nothing is said."""
        text = self.texts[title]
        if text.lower() in _YES:
            return True
        if text.lower() not in _NO:
            self.unknown(title)
        return False if text else None

    def term(self, title: str, terms: Any) -> str:
        """Return the member that is called so: its value, its Chinese or its English."""
        text = self.texts[title]
        match = next((one for one in terms if text in (str(one), str(one.words), one.words.en)), None)
        return str(match) if match else self.unknown(title)

    def choice(self, title: str, question: Field) -> bool | str | None:
        """Return what was chosen of a field's choices, by its value or by what it is called; of two also yes or no."""
        text = self.texts[title]
        match = next((one.value for one in question.choices if text in (one.value, str(one.words), one.words.en)), None)
        if question.kind is not Kind.YES_NO:
            return match or self.unknown(title)
        return match == "true" if match else self.flag(title)


def _ticket(row: sheets.SheetRow, titles: Sequence[str]) -> TicketRow:
    line = _Line(row, titles)
    texts = line.texts
    source = _source(line.term("来源", CaseSource)) if texts["来源"] else CaseSource.HOTLINE
    action = _action(texts["事项"], line.faults)
    if not texts[NUMBER]:
        line.faults.append(_NO_NUMBER)
    note = _leave_out(line, action) if action else None
    report = _step(line) if action else _report(line, source)
    columns = _OF_STEP if action else _OF_REPORT
    return TicketRow(row.number, texts[NUMBER], report, tuple(line.faults), source, action, texts[AT], columns, note)


def _report(line: _Line, source: CaseSource) -> dict[str, Any]:
    report: dict[str, Any] = {name: line.texts[title] for title, name in _TEXTS.items() if line.texts[title]}
    report |= {"source": str(source), "class": _class(line)}
    return report | _wishes(line) | _place(line) | _reporter(line)


def _leave_out(line: _Line, action: CaseAction) -> Words | None:
    """Empty the columns for which the act does not ask, and say which: a program writes each row out in full."""
    fields = {one.name for one in case_forms.FORMS[action].fields}
    rest = [title for title, name in _OF_ACTS.items() if name not in fields and line.texts[title]]
    line.texts |= dict.fromkeys(rest, "")
    return _NOT_ASKED.format(action.words, listed(rest)) if rest else None


def _step(line: _Line) -> dict[str, Any]:
    """Return what a later row says, as the act takes it."""
    data: dict[str, Any] = {name: line.texts[title] for title, name in _ANSWERS.items() if line.texts[title]}
    data |= {one.name: line.choice(title, one) for title, one in _CHOSEN.items() if line.texts[title]}
    return data | _wishes(line)


def _wishes(line: _Line) -> dict[str, Any]:
    flags = {name: line.flag(title) for title, name in _FLAGS.items()}
    wishes: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    if line.texts["诉求类型"]:
        wishes["ticket_kind"] = line.term("诉求类型", TicketKind)
    if line.texts["期限"]:
        wishes["external_due"] = _due(line, "期限")
    return wishes


def _action(text: str, faults: list[Words]) -> CaseAction | None:
    """Return which step a row is; None for a ticket to be taken in."""
    if not text or text in ("登记", str(CaseAction.REPORT)):
        return None
    match = next((one for one in ACTS if text in (str(one), str(one.words), one.words.en)), None)
    if match is None:
        faults.append(_AT_COLUMN.format("事项", _UNKNOWN.format(text)))
    return match


def _text(cell: sheets.Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return letters.fold(cell) if isinstance(cell, str) else ""


def _class(line: _Line) -> str | None:
    text = line.texts["类别"]
    match = choices.class_in(text) if text else None
    if text and match is None:
        line.unknown("类别")
    return match.code if match else None


def _place(line: _Line) -> dict[str, Any]:
    degrees = {name: _number(line, title) for title, name in _PLACE.items() if name != "grid" and line.texts[title]}
    if degrees:
        return degrees
    text = line.texts["网格"]
    matches = [node for node in grid_tree().current if text in (node.code, node.name)] if text else []
    if text and len(matches) != 1:
        line.unknown("网格")
    return {"grid": matches[0].code} if len(matches) == 1 else {}


def _number(line: _Line, title: str) -> float | str:
    try:
        return float(line.texts[title])
    except ValueError:
        return line.unknown(title)


def _reporter(line: _Line) -> dict[str, Any]:
    contact = {name: line.texts[title] for title, name in _REPORTER.items() if name in ("name", "phone")}
    contact = {name: text for name, text in contact.items() if text}
    anonymous = bool(line.flag("匿名"))
    if not contact and not anonymous:
        return {}
    return {"reporter": {**contact, "anonymous": anonymous, "consent": bool(line.flag("同意保存"))}}


def _due(line: _Line, title: str) -> str:
    """Return the sender's date; a day alone ends with that day."""
    cell, text = line.cells[title], line.texts[title]
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return line.unknown(title)
    if isinstance(cell, date) or len(text) <= len("2026-12-01"):
        moment = datetime.combine(moment.date(), time(23, 59))
    return (moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)).isoformat()
