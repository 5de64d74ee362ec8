"""What an import would change, said in Chinese, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.documents import EXAMPLE, LimitKind

_KINDS = {
    "class": "类别",
    "service": "服务",
    "stages": "环节时限",
    "settings": "设置",
    "calendars": "工作日历",
    "powers": "执法事项",
    "indicators": "考核指标",
}
_NAMES = {
    "admission": "准入",
    "assist": "协办",
    "auto_dispatch": "自动派遣",
    "check": "核查方式",
    "classes": "类别",
    "closure": "结案条件",
    "conditions": "立案条件",
    "confidential": "保密",
    "departments": "责任部门",
    "evidence": "照片要求",
    "first_level": "首办层级",
    "form": "表单",
    "handle_starts": "处置起算",
    "lead": "主办",
    "limits": "时限",
    "may_report": "可上报角色",
    "milestones": "阶段要求",
    "name": "名称",
    "note": "说明",
    "offered": "启用",
    "originals": "原图",
    "reopen": "重办期限",
    "rounds": "巡查",
    "routes": "派遣规则",
    "self_fix": "自行处置",
    "source": "来源",
    "stages": "环节",
    "text": "内容",
    "urgent": "急要件",
    "verify": "核实",
    "words": "俗称",
}
_IDENTITIES = ("condition", "code", "field", "colour", "who")  # what tells the items of a list apart
_ABSENT = object()


@dataclass(frozen=True)
class Change:
    """One document that is new or says something else."""

    kind: str
    code: str
    name: str
    added: bool
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        title = f"{_KINDS.get(self.kind, self.kind)} {self.code}" + (f" {self.name}" if self.name else "")
        return (
            f"＋ {title}：新增" if self.added else "\n".join((f"～ {title}", *(f"    {line}" for line in self.lines)))
        )


@dataclass(frozen=True)
class Difference:
    """Everything an import changes, and what the county should know about the result."""

    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        head = [str(change) for change in self.changes] or ["没有变化。"]
        return "\n".join(head + [f"！ {remark}" for remark in self.remarks])


def compare(kind: str, code: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Change | None:
    """Return how a document has changed; None if it says the same."""
    name = str(new.get("name", ""))
    if old is None:
        return Change(kind, code, name, added=True)
    lines = tuple(_lines(old, new, ""))
    return Change(kind, code, name, added=False, lines=lines) if lines else None


def _lines(old: Any, new: Any, path: str) -> Iterator[str]:
    if old == new:
        return
    before, after = _parts(old), _parts(new)
    if before is None or after is None:
        yield f"{path}：{_said(old)} → {_said(new)}"
        return
    for name in [*before, *(name for name in after if name not in before)]:
        inner = f"{path} · {_NAMES.get(name, name)}" if path else _NAMES.get(name, name)
        yield from _lines(before.get(name, _ABSENT), after.get(name, _ABSENT), inner)


def _parts(value: Any) -> dict[str, Any] | None:
    """Take an object, or a list whose items bear a name, apart; None for what is said whole (a limit, a word)."""
    if isinstance(value, Mapping) and not _is_limit(value):
        return dict(value)
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        mark = next((mark for mark in _IDENTITIES if all(mark in item for item in value)), None)
        if mark:
            return {str(item[mark]): item for item in value}
        return {str(place): item for place, item in enumerate(value, 1)}
    return None


def _is_limit(value: Mapping[str, Any]) -> bool:
    return any(kind in value for kind in LimitKind)


def _said(value: Any) -> str:
    if value is _ABSENT or value is None:
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping) and _is_limit(value):
        amount = next(kind.said(value[kind]) for kind in LimitKind if kind in value)
        text = f"{value['text']} " if "text" in value else ""
        return f"{text}{amount}（{'示例' if value.get('source') == EXAMPLE else value.get('source')}）"
    if isinstance(value, Mapping):
        return "、".join(f"{_NAMES.get(name, name)} {_said(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(_said(item) for item in value) or "（无）"
    return f"“{value}”" if isinstance(value, str) else str(value)
