"""The tree of grids and the roster as files."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from app.core import clock
from app.core.permissions import Permission, Person
from app.departments.queries import directory
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.grids import coverage, queries, rosters
from app.grids.coverage import Gap
from app.grids.levels import Level
from app.grids.roster_schemas import CoverageIn
from app.grids.rosters import Appointment, RosterFilter, RosterLine
from app.grids.schemas import GridSearchIn, RosterIn
from app.grids.tree import GridNode
from workflows.forms import NO, YES
from workflows.words import Words

Line = tuple[RosterLine, Appointment | None]


def _search(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(GridSearchIn(), args)


def _nodes(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[GridNode]:
    return queries.search(person, wanted["q"])[:most]


def _grid_rows(person: Person, nodes: Sequence[GridNode]) -> Iterator[list[str]]:
    tree, departments = queries.grid_tree(), directory()
    for one in nodes:
        above = " ".join(each.name for each in tree.ancestors(one.code)[1:])
        codes = (one.responsible_department, one.trade_department)
        yield [
            one.code, one.name, one.level.words, above, one.area_class.words,
            *(departments.name_of(code) if code else "" for code in codes),
        ]  # fmt: skip


def _roster(args: Mapping[str, str]) -> RosterFilter:
    return rosters.filter_of(forms.load_args(RosterIn(), args))


def _lines(person: Person, wanted: RosterFilter, most: int) -> Sequence[Line]:
    lines = sorted(rosters.lines(person, wanted), key=lambda line: line.grid.path)
    return list(islice((one for line in lines for one in _of_line(line)), most))


def _of_line(line: RosterLine) -> Iterator[Line]:
    """Yield a grid with each who serves it; one that nobody serves, alone."""
    served = [one for several in line.served.values() for one in several]
    yield from ((line, one) for one in served)
    if not served:
        yield line, None


def _roster_rows(person: Person, lines: Sequence[Line]) -> Iterator[list[str]]:
    for line, one in lines:
        above = {node.level: node.name for node in (*line.above, line.grid)}
        place = [above.get(Level.TOWNSHIP, ""), above.get(Level.VILLAGE, ""), line.grid.name, line.grid.code]
        yield [
            *place,
            *([one.duty.words, one.name, one.username, f"{clock.local(one.valid_from):%Y-%m-%d}"] if one else [""] * 4),
        ]


def _coverage(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(CoverageIn(), args)


def _gaps(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[Gap]:
    return coverage.gaps(person, wanted["under"], wanted["duty"], wanted["at"])[:most]


def _gap_rows(person: Person, gaps: Sequence[Gap]) -> Iterator[list[str]]:
    for one in gaps:
        above = {node.level: node.name for node in (*one.above, one.grid)}
        yield [
            *(above.get(level, "") for level in (Level.TOWNSHIP, Level.VILLAGE, Level.GRID)), one.grid.code,
            one.duty.words, YES if one.away else NO, f"{clock.local(one.since):%Y-%m-%d}",
            YES if one.ever_served else NO,
        ]  # fmt: skip


_CODE = (Words("网格编码", "Code of the grid"), 22)
GRIDS = ExportTable(
    name="grid_list", title=Words("网格", "Grids"), permission=Permission.GRID_IMPORT,
    columns=(
        _CODE, (Words("名称", "Name"), 26), (Words("层级", "Level"), 12), (Words("上级", "Lies in"), 36),
        (Words("区域类别", "Area"), 12), (Words("责任部门", "Responsible"), 24), (Words("行业部门", "Trade"), 24),
    ),
    read=_search, keys=_nodes, rows=_grid_rows,
)  # fmt: skip
ROSTER = ExportTable(
    name="roster", title=Words("网格花名册", "Roster"), permission=Permission.GRID_ROSTER_READ,
    columns=(
        (Level.TOWNSHIP.words.capitalize(), 14), (Level.VILLAGE.words.capitalize(), 22),
        (Level.GRID.words.capitalize(), 26), _CODE,
        (Words("身份", "Duty"), 14), (Words("姓名", "Name"), 12), (Words("账号", "Account"), 18),
        (Words("起", "Since"), 12),
    ),
    read=_roster, keys=_lines, rows=_roster_rows,
)  # fmt: skip
COVERAGE = ExportTable(
    name="coverage", title=Words("缺人的网格", "Grids that lack somebody"), permission=Permission.GRID_ROSTER_READ,
    columns=(
        (Level.TOWNSHIP.words.capitalize(), 14), (Level.VILLAGE.words.capitalize(), 22),
        (Level.GRID.words.capitalize(), 26), _CODE, (Words("缺", "Lacking"), 14), (Words("请假", "On leave"), 10),
        (Words("自", "Since"), 12), (Words("曾有人", "Ever served"), 10),
    ),
    read=_coverage, keys=_gaps, rows=_gap_rows,
)  # fmt: skip
TABLES = (GRIDS, ROSTER, COVERAGE)
