"""Read what a list is asked for from the address: filters as people choose them, and the same written back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.cases import choices
from app.departments.queries import directory
from app.grids.queries import grid_tree
from workflows.case_terms import CaseState
from workflows.words import Words

NAMES = ("mine", "queue", "state", "class", "grid", "department", "overdue", "supervised", "text")
LIST = "list"  # under this name a case knows from which list one came
TEXT_MOST = 60
_NOWHERE: dict[str, Any] = {"state": []}


@dataclass(frozen=True)
class ListFilters:
    """A list as it was asked for: `texts` as people wrote it, `filters` as the database reads it."""

    texts: Mapping[str, str]
    filters: Mapping[str, Any]
    faults: Mapping[str, Words]

    @property
    def carried(self) -> Mapping[str, str]:
        """Return what goes along to a case and back: the whole list as one value, apart from the fields of forms."""
        return {LIST: self.query()} if self.texts else {}

    @property
    def narrowed(self) -> bool:
        """Tell whether more than a queue was asked for."""
        return bool(set(self.texts) - {"queue", "mine"})

    def query(self, **more: str) -> str:
        """Write the address of the same list."""
        return urlencode({**self.texts, **more})


def parse(args: Mapping[str, str], queue: str | None = None) -> ListFilters:
    """Read the filters of a list; one that means nothing is told, and the list is empty then."""
    texts = {name: args.get(name, "").strip()[:TEXT_MOST] for name in NAMES}
    if queue is not None:
        texts["queue"] = queue
    filled = {name: text for name, text in texts.items() if text}
    read = {name: _READERS[name](text) for name, text in filled.items()}
    faults = {name: _FAULTS[name] for name, value in read.items() if value is None}
    filters = {**read, **_NOWHERE} if faults else read
    return ListFilters(filled, filters, faults)


def came_from(args: Mapping[str, str]) -> ListFilters:
    """Return the list from which one came to a case."""
    return parse(dict(parse_qsl(args.get(LIST, ""))))


def _class(text: str) -> str | None:
    case_class = choices.class_in(text)
    return case_class.code if case_class else None


def _grid(text: str) -> str | None:
    if grid_tree().get(text):
        return text
    return next((one.value for one in choices.grids() if text in (one.words, one.words.partition("（")[0])), None)


def _department(text: str) -> str | None:
    department = directory().find(text)
    return department.code if department else None


def _state(text: str) -> list[str] | None:
    return [text] if text in set(CaseState) else None


_READERS: Mapping[str, Any] = {
    "mine": lambda text: True,  # all one's queues together
    "queue": str,
    "state": _state,
    "class": _class,
    "grid": _grid,
    "department": _department,
    "overdue": lambda text: True,
    "supervised": lambda text: True,
    "text": lambda text: text.replace("\x00", ""),
}
_FAULTS: Mapping[str, Words] = {
    "state": Words("没有这种状态。", "There is no such state."),
    "class": Words("没有这个类别，请从列表中选择。", "There is no such class: choose one from the list."),
    "grid": Words("没有这个网格，请从列表中选择。", "There is no such grid: choose one from the list."),
    "department": Words("没有这个部门，请从列表中选择。", "There is no such department: choose one from the list."),
}
