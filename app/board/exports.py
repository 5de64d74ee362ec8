"""The lists of the board as files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.board import audit, queries
from app.board.audit import AuditCase
from app.board.schemas import AuditIn, CasesIn
from app.cases import export_rows
from app.core.permissions import Permission, Person
from app.desk.words import spot_words
from app.frame import forms
from app.frame.exports.registry import ExportTable
from workflows.words import Words, listed


def _cases(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(CasesIn(exclude=["cursor"]), args)


def _closings(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(AuditIn(exclude=["cursor"]), args)


def _sample(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[AuditCase]:
    county = audit.rules_in_force()
    if county is None:
        return ()
    return audit.sample(person, county, wanted.get("day")).narrowed(wanted.get("finding"), wanted.get("rule"))[:most]


def _closing_rows(person: Person, cases: Sequence[AuditCase]) -> Iterator[list[str]]:
    by_number, spots = {one.case.number: one for one in cases}, audit.spots_of(cases)
    for row in export_rows.rows(person, [one.case.case_id for one in cases]):
        one = by_number[row[0]]
        on_spot = [spot_words(spot) for spot in spots.get(one.case.case_id, ())]
        yield [*row, listed(reason.name for reason in one.reasons), listed(on_spot), one.finding.words]


_OF_CLOSINGS = (
    (Words("抽中原因", "Why"), 30), (Words("现场情况", "On the spot"), 40), (Words("抽查结论", "Finding"), 12),
)  # fmt: skip
TABLES = (
    ExportTable(
        name="board_cases", title=Words("督导案件清单", "Cases of the board"), permission=Permission.BOARD_READ,
        columns=export_rows.COLUMNS, read=_cases, keys=queries.every, rows=export_rows.rows, sight=export_rows.sight,
    ),
    ExportTable(
        name="board_closings", title=Words("结案抽查", "Audit of closings"), permission=Permission.BOARD_READ,
        columns=(*export_rows.COLUMNS, *_OF_CLOSINGS),
        read=_closings, keys=_sample, rows=_closing_rows, sight=export_rows.sight,
    ),
)  # fmt: skip
