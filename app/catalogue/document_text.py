"""Say what a document holds, value by value and row by row, in Chinese and in English. Pure.

A figure is an object that names its source beside plain values (a limit, a share, how many photos): it is said whole.
`called` tells what departments, roles, grids, classes and calendars are called; a code nobody knows is said as it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue import words
from app.catalogue.document_terms import NamedKind
from app.catalogue.documents import EXAMPLE
from workflows.case_terms import LimitKind
from workflows.forms import NO, YES
from workflows.words import Words, listed, plain

Called = Callable[[NamedKind, str], Words | None]
Path = tuple[str | int, ...]
_MARKS = (
    "condition",
    "code",
    "field",
    "colour",
    "who",
    "date",
    "year",
    "stage",
)  # what tells the items of a list apart
_NOTHING, DOT = plain(""), plain(" · ")
_NO_ROW = frozenset(("source", "code", "field", "condition", "en"))
_CONDITIONS = ("shown_if", "required_if")  # of a question
_HIDDEN = frozenset(("code", "field", "condition"))  # of parts that are called by a name: for programs
_ORDER = (  # in which people read fields; those not named here follow by the alphabet
    *("code", "name", "name_en", "zh", "major", "kind", "code_system", "local_code", "who", "colour", "subject"),
    *(
        "stage",
        "duty",
        "from",
        "until",
        "per",
        "since",
        "days",
        "windows",
        "label",
        "type",
        "required",
        "text",
        "closure",
    ),
    *("when", "lead", "assist", "accept", "verify", "file", "dispatch", "sign", "handle", "report", "finish", "check"),
    *("close", "case", "self_fix", "urgent", "urgent_limit", "call_now", "first_level", "limit", "limits", "A", "B"),
    *("C", "milestones", "conditions", "routes", "form", "calendars", "rules", "rounds"),
)


@dataclass(frozen=True)
class DocumentRow:
    """One thing a document says: where, what, and by which source."""

    path: Path
    label: Words
    value: Words
    source: Words | None = None
    is_example: bool = False


@dataclass(frozen=True)
class Block:
    """Rows that belong together."""

    title: Words
    rows: tuple[DocumentRow, ...]


def nobody(kind: NamedKind, code: str) -> None:
    """Call nothing by a name."""


def also_by(called: Called, *documents: Mapping[str, Any]) -> Called:
    """Return what calls calendars, too, as these documents themselves do."""
    rows = [row for document in documents for row in document.get("calendars") or () if isinstance(row, Mapping)]
    own = {row["code"]: plain(row["name"]) for row in rows if "code" in row and "name" in row}
    return lambda kind, code: own.get(code) or called(kind, code) if kind is NamedKind.CALENDAR else called(kind, code)


def by_labels(value: Any) -> Any:
    """Return a document whose questions depend on others by what these ask, not by their names for programs."""
    if isinstance(value, list):
        return [by_labels(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _by_labels(one) if name == "form" else by_labels(one) for name, one in value.items()}


def _by_labels(form: Any) -> Any:
    questions = [one for one in form if isinstance(one, Mapping)] if isinstance(form, list) else ()
    labels = {str(one.get("field")): str(one.get("label")) for one in questions}
    return [_depending(one, labels) for one in questions] if questions else form


def _depending(question: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    conditions = {name: question[name] for name in _CONDITIONS if isinstance(question.get(name), Mapping)}
    renamed = {name: {labels.get(key, key): one for key, one in value.items()} for name, value in conditions.items()}
    return {**question, **renamed}


def is_limit(value: Any) -> bool:
    """Tell whether a value is an amount of time."""
    return isinstance(value, Mapping) and any(kind in value for kind in LimitKind)


def is_figure(value: Any) -> bool:
    """Tell whether a value is said whole: plain values beside their source."""
    return isinstance(value, Mapping) and "source" in value and all(_is_plain(one) for one in value.values())


def amount(value: Mapping[str, Any]) -> Words:
    """Say an amount of time, in hours where it is whole hours."""
    kind = next(kind for kind in LimitKind if kind in value)
    return kind.amount(value[kind])


def source_of(value: Mapping[str, Any]) -> Words:
    """Say where something is from."""
    source = value.get("source")
    return words.EXAMPLE_WORDS if source == EXAMPLE else plain(source)


def value_text(value: Any, field: str = "", called: Called = nobody, within: str = "") -> Words:
    """Say a value of a field; a figure without its source."""
    if value is None or value in ([], {}):
        return words.NONE
    if isinstance(value, bool):
        return YES if value else NO
    if is_limit(value):
        return plain(f"{value['text']} ") + amount(value) if "text" in value else amount(value)
    if isinstance(value, Mapping):
        return _mapping(value, field, called)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listed([value_text(one, field, called, within) for one in value])
    return _plain(value, field, called, within)


def _mapping(value: Mapping[str, Any], field: str, called: Called) -> Words:
    inner = {name: one for name, one in _ordered(value) if name not in _NO_ROW}
    if set(inner) == {"value"}:
        return value_text(inner["value"])
    parts = []
    for name, one in inner.items():
        parts.append(plain(" ").join([words.name_of(name, field), value_text(one, name, called, field)]))
    return Words("；", "; ").join(parts) if parts else words.NONE


def _plain(value: Any, field: str, called: Called, within: str) -> Words:
    if not isinstance(value, str):
        return plain(value)
    if field in words.FREE:
        return plain(value)
    if field == "check" and within == "evidence":
        return plain(value)
    known = words.VALUES.get(field, {}).get(value) or (words.OF_TOWNSHIP.get(value) if field in words.CODES else None)
    if known:
        return known
    if field in words.CODES:
        return called(words.CODES[field], value) or plain(value)
    return plain(value)


def marked(items: Sequence[Any]) -> str | None:
    """Return the field by which the objects of a list are told apart; None if their place has to do."""
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    return next((mark for mark in _MARKS if all(mark in item for item in items)), None)


def item_name(item: Mapping[str, Any], place: int, field: str) -> Words:
    """Return what an item of a list is called."""
    if field == "conditions" and "condition" in item:
        return Words("条件 {}", "condition {}").format(item["condition"])
    for mark in ("name", "label"):
        if mark in item:
            return plain(item[mark])
    if "zh" in item:
        return Words(item["zh"], item.get("en", item["zh"]))
    for mark in ("colour", "who", "date", "year", "stage"):
        if mark in item and (mark not in words.CODES or item[mark] in words.VALUES[mark]):  # else a code, not a name
            return value_text(item[mark], mark)
    return numbered(place)


def numbered(place: int) -> Words:
    """Call an item of a list by its place."""
    return Words("第 {} 条", "no. {}").format(place)


def blocks(content: Mapping[str, Any], called: Called = nobody) -> list[Block]:
    """Say a whole document."""
    content, called = by_labels(content), also_by(called, content)
    inner = content.get("audit") if set(content) == {"audit"} else content
    top: list[DocumentRow] = []
    deeper_blocks: list[Block] = []
    lead: Path = ("audit",) if inner is not content else ()
    for field, value in _ordered(inner or {}):
        path, title = (*lead, field), words.name_of(field)
        if field == "code" and "major" not in (inner or {}):  # people know the codes of classes, and no others
            continue
        if _is_plain(value) or is_figure(value):
            top.append(_row(path, title, value, field, called, content=inner or {}))
        else:
            deeper_blocks += _deeper(path, title, value, field, called)
    general = [Block(Words("基本内容", "In general"), tuple(top))] if top else []
    return general + [block for block in deeper_blocks if block.rows]


def _ordered(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Put fields into the order in which people read them: files and canonical texts have others."""
    place = {name: number for number, name in enumerate(_ORDER)}
    return sorted(value.items(), key=lambda item: (place.get(item[0], len(_ORDER)), item[0]))


def _deeper(path: Path, title: Words, value: Any, field: str, called: Called) -> Iterator[Block]:
    """Give a block to each part of what has parts of its own, else one to the whole."""
    parts = list(_parts(value, field))
    if field != "routes" and all(isinstance(one, Mapping) and not is_figure(one) for _, _, one in parts):
        for step, label, one in parts:
            rows = tuple(_rows((*path, step), _NOTHING, one, field, called))
            if field == "conditions":
                yield Block(_condition(one), tuple(row for row in rows if row.path[-1] != "text"))
            else:
                yield Block(DOT.join([title, label]) if isinstance(step, int) else label, rows)
    else:
        yield Block(title, tuple(_rows(path, _NOTHING, value, field, called)))


def _condition(condition: Mapping[str, Any]) -> Words:
    """Call a filing condition by its number and text."""
    number, text = condition.get("condition"), condition.get("text", "")
    return Words("立案条件 {}：{}", "Filing condition {}: {}").format(number, text)


def _rows(path: Path, label: Words, value: Any, field: str, called: Called) -> Iterator[DocumentRow]:
    if _is_plain(value) or is_figure(value) or (field == "routes" and isinstance(value, Mapping)):
        yield _row(path, label, value, field, called)
        return
    if field == "limits" and isinstance(value, Mapping) and _same(value):
        label = DOT.join([label, Words("各类区域", "every area class")])
        yield _row(path, label, next(iter(value.values())), field, called)
        return
    for step, name, inner in _parts(value, field):
        if isinstance(value, Mapping) and (step in ("source", "en") or step in _HIDDEN):
            continue
        deeper = DOT.join([label, name]) if label else name
        yield from _rows((*path, step), deeper, inner, step if isinstance(step, str) else field, called)
    if "source" in value and isinstance(value, Mapping):
        yield _own_source(path, value)


def _same(limits: Mapping[str, Any]) -> bool:
    """Tell whether several area classes have one limit, and one that is decided: examples are set one by one."""
    values = list(limits.values())
    return len(values) > 1 and all(one == values[0] for one in values) and values[0].get("source") != EXAMPLE


def _own_source(path: Path, value: Mapping[str, Any]) -> DocumentRow:
    return DocumentRow(path, words.NAMES["source"], source_of(value), None, value["source"] == EXAMPLE)


def _row(
    path: Path, label: Words, value: Any, field: str, called: Called, content: Mapping[str, Any] | None = None
) -> DocumentRow:
    if is_figure(value):
        return DocumentRow(path, label, value_text(value, field, called), source_of(value), value["source"] == EXAMPLE)
    if field == "source" and content is not None:
        return DocumentRow(path[:-1], label, source_of(content), None, value == EXAMPLE)
    if field == "routes":
        return DocumentRow(path, label, _route(value, called))
    return DocumentRow(path, label, value_text(value, field, called, str(path[-2]) if len(path) > 1 else ""))


def _route(route: Mapping[str, Any], called: Called) -> Words:
    """Say a route as a sentence."""
    when = [
        Words("为", " ").join([words.name_of(name), value_text(values, name, called)])
        for name, values in (route.get("when") or {}).items()
    ]
    first = Words("且", " and ").join(when) if when else Words("其他情况", "otherwise")
    lead, assist = value_text(route.get("lead"), "lead", called), value_text(route.get("assist"), "assist", called)
    also = Words("；协办：{}", "; assisting: {}").format(assist) if route.get("assist") else _NOTHING
    return Words("{}——主办：{}{}", "{} — lead: {}{}").format(first, lead, also)


def _parts(value: Any, field: str) -> Iterator[tuple[str | int, Words, Any]]:
    """Yield the parts of an object or a list: the step that leads there, what it is called, itself."""
    if isinstance(value, Mapping):
        for name, inner in _ordered(value):
            yield name, words.name_of(name, field), inner
    else:
        for place, inner in enumerate(value):
            yield place, item_name(inner, place + 1, field), inner


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return False
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(_is_plain(one) for one in value)
    return True
