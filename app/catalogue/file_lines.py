"""Find on which line of a file a fault lies, by the path under which it is told. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

_STEP = re.compile(r"\[(?P<inner>[^\]]*)\]|(?P<name>[^.\[\]]+)")
_CALLED = ("code", "condition", "field", "colour", "who")  # by which of these an entry of a list is called


def lines(text: bytes, paths: Iterable[str]) -> dict[str, int]:
    """Return the line of each path, counted from 1: where the field stands, else what it would have to stand in.

    A path is that of `files` and of the schemas: `classes[T-01].conditions[0].limits.A`, `class[0102].check`.
    """
    try:
        root = yaml.compose(text.decode("utf-8-sig"), yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    return {path: _line(root, [_step(each) for each in _STEP.finditer(path)]) for path in paths} if root else {}


def _step(part: re.Match[str]) -> tuple[str, bool]:
    return (part["name"], False) if part["inner"] is None else (part["inner"], True)


def _line(root: Any, steps: list[tuple[str, bool]]) -> int:
    node, line, rest = _begin(root, steps)
    for place, (name, is_entry) in enumerate(rest):
        match = _entry(root, node, name) if is_entry else _field(node, name)
        if match is None and not place:
            match = _field(_value(root, "defaults"), name)  # what a class has of its file's defaults
        if match is None:
            break
        mark, node = match
        line = mark.start_mark.line + 1
    return line


def _begin(root: Any, steps: list[tuple[str, bool]]) -> tuple[Any, int, list[tuple[str, bool]]]:
    """Return where a path begins, and what of it is left: at a document of its own, at a class, or at the top."""
    named = len(steps) > 1 and steps[1][1]
    for entry in _entries(_value(root, "documents")) if named else ():
        if (_text(entry, "kind"), _text(entry, "code")) == (steps[0][0], steps[1][0]):
            content = _value(entry, "content") or entry
            return content, entry.start_mark.line + 1, steps[2:]
    if named and steps[0][0] == "classes" and (match := _entry(root, _value(root, "classes"), steps[1][0])):
        return match[1], match[0].start_mark.line + 1, steps[2:]
    return root, root.start_mark.line + 1, steps


def _field(node: Any, name: str) -> tuple[Any, Any] | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next(((key, value) for key, value in pairs if key.value == name), None)


def _value(node: Any, name: str) -> Any:
    match = _field(node, name)
    return match[1] if match else None


def _entries(node: Any) -> Iterator[Any]:
    yield from node.value if isinstance(node, yaml.SequenceNode) else ()


def _entry(root: Any, node: Any, name: str) -> tuple[Any, Any] | None:
    """Return an entry of a list by what it is called, with the prefix of codes or without, or by its place."""
    entries = list(_entries(node))
    prefix = _text(root, "prefix") or ""
    for entry in entries:
        if any(name in (text, f"{prefix}{text}") for text in (_text(entry, each) for each in _CALLED) if text):
            return entry, entry
    return (entries[int(name)],) * 2 if name.isdigit() and int(name) < len(entries) else None


def _text(node: Any, name: str) -> str | None:
    value = _value(node, name)
    return str(value.value) if isinstance(value, yaml.ScalarNode) else None
