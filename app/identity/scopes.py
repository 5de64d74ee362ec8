"""Resolve, name and list the scopes of assignments; the rooms that own grids and departments come later and say how."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.permissions import ScopeKind
from workflows.words import Words

Resolve = Callable[[str], str | None]
HELD_IN: Mapping[ScopeKind, Words] = {
    ScopeKind.GRID: Words("在一个网格及其下级任职", "Held in a grid and all below it"),
    ScopeKind.DEPARTMENT: Words("在一个部门任职", "Held in a department"),
    ScopeKind.CENTRE: Words("在一个中心任职", "Held in a centre"),
}
_NO_KIND = Words(
    "范围类型“{}”不存在，应为网格、部门或中心。", "There is no kind of scope “{}”: grid, department or centre, please."
)
_NO_CODE = Words("没有代码为“{}”的{}。", "Nothing has the code “{}”: there is no such {}.")
_SEVERAL = Words("有 {} 个{}叫“{}”，请从列表中选择。", "There are {} of the kind {} called “{}”: choose from the list.")
_NONE = Words(
    "没有这个{}，请输入名称或代码，从列表中选择。", "There is no such {}: choose from the list by name or code."
)
_resolvers: dict[ScopeKind, Resolve] = {}


@dataclass(frozen=True, slots=True)
class Scope:
    """A place where a role can be held; `ground` is the path of the grid it belongs to, empty where it has none."""

    kind: ScopeKind
    code: str
    name: str
    ground: str
    lies_in: str = ""

    @property
    def called(self) -> str:
        """Return the name, with what it lies in."""
        return f"{self.name}（{self.lies_in}）" if self.lies_in else self.name

    @property
    def choice(self) -> str:
        """Return what stands in a list to choose from: the name, what it lies in, and the code that makes it one."""
        return f"{self.called} {self.code}"


Get = Callable[[str], Scope | None]
Every = Callable[[], Iterable[Scope]]
_listings: dict[ScopeKind, tuple[Get, Every]] = {}


class ScopeUnknown(Invalid):
    """没有这个网格、部门或中心，请核对代码。"""

    code = "scope_unknown"
    en = "There is no such grid, department or centre: check the code."


def resolve_with(kind: ScopeKind, resolve: Resolve) -> None:
    """Say how codes of a kind are looked up: the path (empty for a department), or None for an unknown code."""
    _resolvers[kind] = resolve


def list_with(kind: ScopeKind, get: Get, every: Every) -> None:
    """Say what a code of a kind is called, also one that has ended, and which can be chosen now."""
    _listings[kind] = get, every


def path_of(kind: ScopeKind, code: str) -> str:
    """Return the path of a scope; raise ScopeUnknown."""
    if kind not in _resolvers:
        raise ScopeUnknown(_NO_KIND.format(kind))
    path = _resolvers[kind](code)
    if path is None:
        raise ScopeUnknown(_NO_CODE.format(code, kind.words))
    return path


def scope(kind: ScopeKind, code: str) -> Scope:
    """Return a scope, also one that has ended; one that nobody knows any more is called by its code."""
    get, _ = _listings[kind]
    return get(code) or Scope(kind, code, code, "")


def every(kind: ScopeKind) -> Iterable[Scope]:
    """Return the scopes of a kind that can be chosen now."""
    _, every = _listings[kind]
    return every()


def find(kind: ScopeKind, text: str) -> Scope:
    """Find what somebody has chosen or typed: a choice of the list, a code or a name; raise ScopeUnknown."""
    text = text.strip()
    code = text.rpartition(" ")[2]
    listed = list(every(kind))
    exact = next((one for one in listed if one.code == text or (one.code == code and one.choice == text)), None)
    if exact:
        return exact
    named = [one for one in listed if text in (one.name, one.called)]
    if len(named) == 1:
        return named[0]
    if named:
        raise ScopeUnknown(_SEVERAL.format(len(named), kind.words, text))
    raise ScopeUnknown(_NONE.format(kind.words))


def known_path(kind: ScopeKind, code: str | None) -> str | None:
    """Return the path of a scope; None for no code or an unknown one."""
    return _resolvers[kind](code) if code else None


def anywhere(text: str) -> Scope | None:
    """Find a grid, department or centre by what was chosen or typed; None for nothing. Raises ScopeUnknown."""
    for kind in ScopeKind if text else ():
        try:
            return find(kind, text)
        except ScopeUnknown as unknown:
            last = unknown
    if text:
        raise last
    return None
