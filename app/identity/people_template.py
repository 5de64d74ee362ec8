"""Write the empty sheet of people: its columns as text, and beside it what can be chosen."""

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.core.permissions import Permission, Person
from app.identity import queries, scopes
from app.identity.ground import ground_of
from app.identity.people_file import COLUMNS

ROWS = 2_000  # that are formatted beforehand; more may follow
_TEXT, _BOLD = "@", Font(bold=True)
_WIDTHS = (12, 16, 16, 16, 12, 22, 14, 14)


def book(person: Person) -> bytes:
    """Return the sheet for the ground on which a person imports people."""
    made = Workbook()
    people, roles, places = made.active, made.create_sheet("角色"), made.create_sheet("范围代码")
    people.title = "人员"
    _write_choices(roles, ("角色", "范围类型"), _roles())
    _write_choices(places, ("范围类型", "范围代码", "名称"), _places(person))
    _write_people(people, roles.max_row)
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def _write_people(sheet: Any, last_role: int) -> None:
    """Head the columns, make them text (a spreadsheet spoils long numbers), and offer the choices."""
    sheet.append(COLUMNS)
    for place, (column, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True), start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = _TEXT
        sheet.cell(1, place).font = _BOLD
        choices = {"角色": f"'角色'!$A$2:$A${last_role}", "范围类型": f'"{",".join(scopes.KINDS.values())}"'}.get(
            column
        )
        if choices:
            offered = DataValidation(type="list", formula1=choices, allow_blank=True)
            offered.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(offered)
    for row in sheet.iter_rows(2, ROWS + 1, 1, len(COLUMNS)):
        for cell in row:
            cell.number_format = _TEXT
    sheet.freeze_panes = "A2"


def _write_choices(sheet: Any, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    for row in (header, *rows):
        sheet.append(row)
    for place in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 24
        sheet.cell(1, place).font = _BOLD
    sheet.freeze_panes = "A2"


def _roles() -> list[tuple[str, ...]]:
    known = queries.roles()
    return [
        (known.names[role], scopes.KINDS[known.scope_kinds[role]]) for role, may in known.permissions.items() if may
    ]


def _places(person: Person) -> list[tuple[str, ...]]:
    ground = ground_of(person, Permission.PEOPLE_IMPORT)
    return [(label, one.code, one.called) for kind, label in scopes.KINDS.items() for one in ground.offered(kind)]
