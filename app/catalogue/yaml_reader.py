"""Read YAML that somebody sends: plain data of a bounded size and depth, whatever the text does. Pure."""

from collections.abc import Iterator
from typing import Any

import yaml

from workflows.words import Words, plain

DEEPEST = 40  # a document of ours is eight deep
LARGEST = 400_000  # values, counted with what aliases stand for; everything we ship has about 15,000

TOO_MUCH = Words(
    "文件内容过多或层次过深，请分成几个文件。", "The file holds too much, or is nested too deeply: divide it."
)
_UNUSABLE = Words(
    "不能使用这种内容：“{}”。请加引号写成文字。", "This cannot be used: “{}”. Put it in quotes as a text."
)
_NO_NAME = Words("名称“{}”应为文字，请加引号。", "The name “{}” should be a text: put it in quotes.")
_NO_TEXT = Words(
    "文件不是 UTF-8 文本，或含有不能识别的内容。", "The file is no text in UTF-8, or holds what cannot be read."
)
_PLACE = Words("第 {} 行第 {} 列附近", "near line {}, column {}: ")
_INVALID = Words("不是有效的 YAML 文件：{}{}。", "This is no valid YAML file: {}{}.")
_WRONGLY = Words("写法有误，请检查缩进、冒号和引号", "look at the indents, colons and quotes")


class Unreadable(ValueError):
    """A text is no YAML of ours; says where."""

    def __init__(self, text: Words) -> None:
        super().__init__(text)
        self.text = text


class _Twice(yaml.constructor.ConstructorError):
    """A key stands twice in an object."""

    def __init__(self, key: object, mark: Any) -> None:
        self.text = Words("“{}”写了两次", "“{}” stands there twice").format(key)
        super().__init__(None, None, str(self.text), mark)


class _Loader(yaml.CSafeLoader):
    """Plain data only, read by libyaml: dates stay text, and a key written twice is an error."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML reads it so
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys: list[Any] = []
        for inner, _ in node.value:
            key = self.construct_object(inner, deep=True)
            if key in keys:
                raise _Twice(key, inner.start_mark)
            keys.append(key)
        return super().construct_mapping(node, deep)


def read_yaml(text: bytes) -> Any:
    """Return the data of a text; raise Unreadable."""
    try:
        decoded = text.decode("utf-8-sig")
        _measure(decoded)
        data = yaml.load(decoded, _Loader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_where(error)) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # no UTF-8; a number of thousands of digits
        raise Unreadable(error.text if isinstance(error, Unreadable) else _NO_TEXT) from error
    _plain(data)
    return data


def _where(error: yaml.MarkedYAMLError) -> Words:
    mark = error.problem_mark
    place = _PLACE.format(mark.line + 1, mark.column + 1) if mark else plain("")
    return _INVALID.format(place, error.text if isinstance(error, _Twice) else _WRONGLY)


def _measure(text: str) -> None:
    """Raise Unreadable for what would not fit, before anything is built: the reader itself knows no bounds."""
    sizes: dict[str, int] = {}
    open_: list[tuple[str | None, int]] = []  # anchor and size so far of what is being read
    total = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, begun = open_.pop()
            if anchor:
                sizes[anchor] = total - begun
            continue
        if isinstance(event, yaml.AliasEvent) and event.anchor in {anchor for anchor, _ in open_}:
            raise Unreadable(Words("“*{}”引用了自己。", "“*{}” refers to itself.").format(event.anchor))
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, total))
        total += sizes.get(event.anchor, 1) if isinstance(event, yaml.AliasEvent) else 1
        if total > LARGEST or len(open_) > DEEPEST:
            raise Unreadable(TOO_MUCH)


def _plain(data: Any) -> None:
    """Raise Unreadable where data is not what JSON can hold."""
    waiting = [data]
    visited: set[int] = set()
    while waiting:
        value = waiting.pop()
        if not isinstance(value, dict | list):
            if not isinstance(value, str | int | float | bool | None):
                raise Unreadable(_UNUSABLE.format(value))
            continue
        if id(value) in visited:
            continue
        visited.add(id(value))
        waiting += value if isinstance(value, list) else _values(value)


def _values(value: dict[Any, Any]) -> Iterator[Any]:
    for key, inner in value.items():
        if not isinstance(key, str):
            raise Unreadable(_NO_NAME.format(key))
        yield inner
