"""Write the empty sheet of people: its columns as text, and beside it what can be chosen."""

from app.core.permissions import Permission, Person, ScopeKind
from app.frame import sheets
from app.frame.sheets import SheetPage
from app.identity import queries
from app.identity.bounds import ground_of
from app.identity.people_file import COLUMNS

ROWS = 2_000  # that are formatted beforehand; more may follow
_WIDTHS = (12, 16, 16, 16, 12, 22, 14, 14)
_WIDE = 24


def book(person: Person) -> bytes:
    """Return the sheet for the ground on which a person imports people."""
    roles = _roles()
    choices = {
        "角色": f"'角色'!$A$2:$A${len(roles) + 1}",
        "范围类型": f'"{",".join(str(kind.words) for kind in ScopeKind)}"',
    }
    return sheets.write_pages(
        [
            SheetPage("人员", tuple(zip(COLUMNS, _WIDTHS, strict=True)), empty_rows=ROWS, choices=choices),
            SheetPage("角色", (("角色", _WIDE), ("范围类型", _WIDE)), roles),
            SheetPage("范围代码", (("范围类型", _WIDE), ("范围代码", _WIDE), ("名称", _WIDE)), _places(person)),
        ]
    )


def _roles() -> list[tuple[str, ...]]:
    known = queries.roles()
    return [(known.names[role], known.scope_kinds[role].words) for role, may in known.permissions.items() if may]


def _places(person: Person) -> list[tuple[str, ...]]:
    ground = ground_of(person, Permission.PEOPLE_IMPORT)
    return [(kind.words, one.code, one.called) for kind in ScopeKind for one in ground.offered(kind)]
