"""Resolve the scope of an assignment to its path; the rooms that own grids and departments come later and say how."""

from collections.abc import Callable

from app.core.errors import Invalid

Resolve = Callable[[str], str | None]
KINDS = {"grid": "网格", "department": "部门", "centre": "中心"}
_resolvers: dict[str, Resolve] = {}


class ScopeUnknown(Invalid):
    """没有这个网格、部门或中心，请核对代码。"""

    code = "scope_unknown"


def resolve_with(kind: str, resolve: Resolve) -> None:
    """Say how codes of a kind are looked up: the path (empty for a department), or None for an unknown code."""
    _resolvers[kind] = resolve


def path_of(kind: str, code: str) -> str:
    """Return the path of a scope; raise ScopeUnknown."""
    if kind not in KINDS:
        raise ScopeUnknown(f"范围类型“{kind}”不存在，应为网格、部门或中心。")
    path = _resolvers[kind](code)
    if path is None:
        raise ScopeUnknown(f"没有代码为“{code}”的{KINDS[kind]}。")
    return path


def known_path(kind: str, code: str | None) -> str | None:
    """Return the path of a scope; None for no code or an unknown one."""
    return _resolvers[kind](code) if code else None
