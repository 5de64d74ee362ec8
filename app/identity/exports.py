"""The list of people as a file: who they are and what they hold, without their telephones."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from app.core.permissions import Permission, Person
from app.frame.exports.registry import ExportTable
from app.identity import queries, register, scopes
from app.identity.register import SHOW, PeopleFilter
from workflows.words import Words, listed, plain

_OPEN, _CLOSED, _AWAY = Words("在用", "open"), Words("已关闭", "closed"), Words("请假", "away")


def _read(args: Mapping[str, str]) -> PeopleFilter:
    show = args.get("show", "")
    return PeopleFilter(
        args.get("text", ""), args.get("role", ""), scopes.anywhere(args.get("place", "")),
        show if show in SHOW else "active",
    )  # fmt: skip


def _rows(person: Person, ids: Sequence[UUID]) -> Iterator[list[str]]:
    names = queries.roles().names
    for one in register.entries(person, ids):
        held = (plain(f"{names[each.role]} {each.scope.called}") for each in one.held)
        yield [one.name, one.username, (_AWAY if one.away else _OPEN) if one.active else _CLOSED, listed(held)]


PEOPLE = ExportTable(
    name="people", title=Words("人员与任职", "People"), permission=Permission.PEOPLE_READ,
    columns=(
        (Words("姓名", "Name"), 12), (Words("账号", "Account"), 18), (Words("状态", "State"), 10),
        (Words("任职", "Roles held"), 60),
    ),
    read=_read, keys=register.ids, rows=_rows,
)  # fmt: skip
TABLES = (PEOPLE,)
