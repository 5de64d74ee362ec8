"""Read files into documents: plain, whole, each figure with the full name of its source.

A file holds one of: `classes` (a code system with its defaults), `service` (with classes of its own beside it, if it
has any), `stages`, `settings`, `documents` (what `gezhi catalogue export` writes), or a whole document for a later room
(`audit`, `calendars`, `messages`, …).
Sources are named once, under `sources`, and cited by their key. A source `{rule: full name}` speaks of all matters
alike: it may be noted beside a figure that was taken after it, and is no figure's source.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.catalogue import file_lines
from app.catalogue.document_terms import DocumentKind
from app.catalogue.documents import EXAMPLE
from app.catalogue.yaml_reader import Unreadable, read_yaml
from app.core.errors import Faults, Invalid
from app.core.transaction import breathe
from app.frame.forms import flat
from workflows.words import Words, listed

WHOLE = (
    DocumentKind.AUDIT,
    DocumentKind.CALENDARS,
    DocumentKind.ESCALATIONS,
    DocumentKind.INDICATORS,
    DocumentKind.MESSAGES,
    DocumentKind.OBJECTS,
    DocumentKind.POWERS,
    DocumentKind.RESIDENTS,
    DocumentKind.WARNINGS,
)
_SHAPES = ("classes", DocumentKind.SERVICE, DocumentKind.STAGES, DocumentKind.SETTINGS, "documents", *WHOLE)
_CLASSES_KEYS = {"sources", "code_system", "kind", "prefix", "defaults", "classes"}

_NONE = Words("无", "nothing")
_ON_LINE = Words("第 {} 行：{}", "Line {}: {}")
_NO_SHAPE = Words("文件须写明以下之一：{}。", "The file needs one of these: {}.")
_ALONE = Words("除 sources 外只能有 {}，请删除：{}。", "Beside sources it holds {} alone: leave out {}.")
_KEYS = Words("请删除：{}；请补上：{}。", "Leave out: {}; add: {}.")
_NO_SOURCE = Words(
    "来源“{}”未在 sources 中说明；没有依据的请写 {}。",
    "The source “{}” is not explained under sources; write {} where there is none.",
)
_RULE = Words(
    "“{}”是对各类事项通用的规则，不能作为这里的来源；请写 {}，并在 note 中说明参照的规则。",
    "“{}” is a rule for all matters alike and no source of this; write {}, and name the rule in a note.",
)


class DocumentRefused(Invalid):
    """目录文件有误，请按提示修改后重新导入。"""

    code = "document_refused"
    en = "There are faults in the files: mend them and import again."


@dataclass(frozen=True)
class Document:
    """One document as plain data, and where it was read."""

    kind: str
    code: str
    content: Mapping[str, Any]
    where: str


@dataclass(frozen=True)
class UploadedFile:
    """A file that somebody sends: what it is called, and its bytes."""

    name: str
    content: bytes


def read(paths: Iterable[Path]) -> list[Document]:
    """Return the documents of files, and of the YAML files in folders; raise DocumentRefused as `read_uploads` does."""
    return read_uploads(opened(paths))


def opened(paths: Iterable[Path]) -> list[UploadedFile]:
    """Return files, and the YAML files in folders, as if somebody had sent them; raise DocumentRefused."""
    return [UploadedFile(path.name, path.read_bytes()) for path in _files(paths)]


def read_uploads(uploads: Iterable[UploadedFile]) -> list[Document]:
    """Return the documents of files that were sent; raise DocumentRefused naming file, line and field."""
    uploads = list(uploads)
    with naming_lines(uploads):
        return _read(uploads)


@contextmanager
def naming_lines(uploads: Sequence[UploadedFile]) -> Iterator[None]:
    """Say of whatever is refused on which line of these files it stands."""
    try:
        yield
    except DocumentRefused as refused:
        raise DocumentRefused(fields=on_lines(refused.fields, lines_of(uploads, refused.fields))) from refused


def lines_of(uploads: Sequence[UploadedFile], places: Collection[str]) -> dict[str, int]:
    """Return the line of each place (`file: path`) that lies in one of these files."""
    lines: dict[str, int] = {}
    for upload in uploads:
        start = f"{upload.name}: "
        paths = {where.removeprefix(start): where for where in places if where.startswith(start)}
        matches = file_lines.lines(upload.content, paths) if paths else {}
        lines |= {paths[path]: line for path, line in matches.items()}
    return lines


def on_lines(fields: Mapping[str, Faults], lines: Mapping[str, int]) -> dict[str, Faults]:
    """Return what is refused with the line before each text whose place has one."""
    return {
        where: [_ON_LINE.format(lines[where], text) for text in flat(texts)] if where in lines else texts
        for where, texts in fields.items()
    }


def _read(uploads: Iterable[UploadedFile]) -> list[Document]:
    documents = [document for upload in uploads for document in _read_file(upload)]
    places: dict[tuple[str, str], str] = {}
    for document in documents:
        if other := places.get((document.kind, document.code)):
            raise _refused(
                document.where,
                Words("编码 {} 与 {} 重复。", "The code {} is that of {}, too.").format(document.code, other),
            )
        places[document.kind, document.code] = document.where
    return documents


def write(documents: Sequence[Mapping[str, Any]]) -> str:
    """Write documents (each kind, code, content) as a file that can be imported."""
    return "".join(["documents:\n", *map(_written, documents)])


def _written(document: Mapping[str, object]) -> str:
    breathe()
    return str(yaml.dump([document], Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=118))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        elif path.is_file():
            yield path
        else:
            raise _refused(str(path), Words("没有这个文件或文件夹。", "There is no such file or folder."))


def _read_file(upload: UploadedFile) -> list[Document]:
    try:
        data = read_yaml(upload.content)
    except Unreadable as error:
        raise _refused(upload.name, error.text) from error
    shape = next((shape for shape in _SHAPES if shape in data), None) if isinstance(data, dict) else None
    if shape is None:
        raise _refused(upload.name, _NO_SHAPE.format(listed(_SHAPES)))
    if shape in WHOLE:
        return [Document(shape, shape, data, upload.name)]
    return list(_documents(shape, data, upload.name))


def _documents(shape: str, data: dict[str, Any], file: str) -> Iterator[Document]:
    sources = data.pop("sources", None) or {}
    if not isinstance(sources, dict):
        raise _refused(
            f"{file}: sources", Words("应为“简称: 全称”的列表。", "This should be a list of “short name: full name”.")
        )
    if shape == "classes":
        if "service" in data:
            yield _service(data.pop("service"), sources, file)
        yield from _classes(data, sources, file)
        return
    if set(data) != {shape}:
        raise _refused(file, _ALONE.format(shape, listed(sorted(set(data) - {shape}))))
    if shape == "documents":
        yield from _exported(data["documents"], file)
    elif shape == DocumentKind.SERVICE:
        yield _service(data["service"], sources, file)
    else:
        yield Document(shape, shape, _cited({"code": shape, **data}, sources, file), file)


def _service(row: Any, sources: Mapping[str, Any], file: str) -> Document:
    content, where = row if isinstance(row, dict) else {}, f"{file}: service"
    return Document(DocumentKind.SERVICE, str(content.get("code")), _cited(content, sources, where), where)


def _classes(data: dict[str, Any], sources: Mapping[str, Any], file: str) -> Iterator[Document]:
    """Give each class the file's defaults and the prefix of its code system."""
    unknown, missing = set(data) - _CLASSES_KEYS, {"code_system", "kind"} - set(data)
    if unknown or missing:
        raise _refused(file, _KEYS.format(listed(sorted(unknown)) or _NONE, listed(sorted(missing)) or _NONE))
    defaults, rows = data.get("defaults") or {}, data["classes"]
    if not isinstance(rows, list) or not isinstance(defaults, dict):
        raise _refused(
            f"{file}: classes", Words("应为列表；defaults 应为对象。", "This should be a list, and defaults an object.")
        )
    for place, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("code"), str):
            raise _refused(
                f"{file}: classes[{place}].code", Words("必填，且应为加引号的文字。", "Required, as a text in quotes.")
            )
        own = {"code_system": data["code_system"], "kind": data["kind"], "local_code": row["code"], **defaults, **row}
        own["code"] = f"{data.get('prefix') or ''}{row['code']}"
        where = f"{file}: classes[{own['code']}]"
        yield Document(DocumentKind.CLASS, own["code"], _cited(own, sources, where), where)


def _exported(rows: Any, file: str) -> Iterator[Document]:
    for place, row in enumerate(rows if isinstance(rows, list) else [None]):
        if not isinstance(row, dict) or set(row) != {"kind", "code", "content"} or not isinstance(row["content"], dict):
            raise _refused(
                f"{file}: documents[{place}]", Words("须写明 kind、code、content。", "It needs kind, code and content.")
            )
        yield Document(str(row["kind"]), str(row["code"]), row["content"], f"{file}: {row['kind']}[{row['code']}]")


def _cited(value: Any, sources: Mapping[str, Any], where: str) -> Any:
    """Put the full name in place of each source's key."""
    if isinstance(value, list):
        return [_cited(item, sources, f"{where}[{place}]") for place, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    cited = {name: _cited(item, sources, f"{where}.{name}") for name, item in value.items()}
    if (source := cited.get("source")) is not None and source != EXAMPLE:
        if not isinstance(source, str) or source not in sources:
            raise _refused(f"{where}.source", _NO_SOURCE.format(source, EXAMPLE))
        if isinstance(sources[source], dict):
            raise _refused(f"{where}.source", _RULE.format(source, EXAMPLE))
        cited["source"] = sources[source]
    return cited


def _refused(where: str, text: Words) -> DocumentRefused:
    return DocumentRefused.at(where, text)
