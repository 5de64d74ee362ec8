"""Read a file of objects (xlsx, csv, GeoJSON) row by row: which column is which field, and what each cell means.

Columns are known by our names in either language, by the fields' own names, and by those that surveys of components
bear (`ObjID`, `ObjName`).
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core import clock, letters
from app.core.errors import Invalid
from app.departments.queries import directory
from app.frame import cells
from app.grids import systems
from app.objects.models import ObjectState
from app.objects.object_kinds import ObjectKind
from app.objects.sight import ROLES_OF_DEPARTMENTS
from workflows.words import Words, listed

MOST_BYTES = 64 * 1_048_576
_TEXTS = {"name": 80, "identifier": 40}
COLUMNS: Mapping[str, tuple[Words, tuple[str, ...]]] = {
    "object_id": (Words("对象号", "Object id"), ("object_id",)),
    "identifier": (Words("编号", "Identifier"), ("identifier", "objid", "标识码", "部件标识码")),
    "name": (Words("名称", "Name"), ("name", "objname", "部件名称")),
    "lon": (Words("经度", "Longitude"), ("lon", "lng", "x")),
    "lat": (Words("纬度", "Latitude"), ("lat", "y")),
    "geometry": (Words("图形", "Geometry"), ("geometry", "geojson")),
    "owner": (Words("权属单位", "Owner"), ("owner", "deptname1")),
    "manager": (Words("主管单位", "Manager"), ("manager", "主管部门", "deptname2")),
    "maintainer": (Words("养护单位", "Maintainer"), ("maintainer", "deptname3")),
    "state": (Words("状态", "State"), ("state", "objstate")),
    "grade": (Words("状况等级", "Grade of condition"), ("grade",)),
}
_ATTRIBUTE = "attributes."

_NO_TABLE = Words(
    "没有找到表头：须有“名称”和“经度”“纬度”（或“图形”）等列。",
    "No head of a table is found: it has a name and a longitude and a latitude, or a geometry.",
)
_EMPTY = Words("文件里没有对象。", "There are no objects in the file.")
_NO_JSON = Words("不是有效的 GeoJSON（FeatureCollection）。", "This is no FeatureCollection of GeoJSON.")
_NUMBER = Words("应为数字，例如 111.9547。", "A number, please, like 111.9547.")
_DEGREES = Words("应为以度计的经纬度。", "Degrees, please.")


class NoObjectsInFile(Invalid):
    """文件里没有可以导入的对象，请按提示准备文件。"""

    code = "no_objects_in_file"
    en = "There is nothing to import in the file: prepare it as shown."


@dataclass(frozen=True)
class FileRow:
    """A row: its number in the file, what it says by field, and what is wrong with its cells by column."""

    number: int
    body: Mapping[str, Any]
    faults: tuple[tuple[Words, Words], ...] = ()


@dataclass(frozen=True)
class ObjectFile:
    """What a file holds: its raw rows by field, and what was passed over."""

    kind: ObjectKind
    raw: Sequence[tuple[int, Mapping[str, Any]]]
    notes: tuple[Words, ...]

    def rows(self) -> Iterator[FileRow]:
        """Yield what each row means."""
        reader = CellReader(self.kind)
        return (reader.row(number, raw) for number, raw in self.raw)


def read(content: bytes, kind: ObjectKind) -> ObjectFile:
    """Read a file; raise SheetRefused, or NoObjectsInFile for one that holds no objects."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    file = _geojson(content, kind) if start.startswith(b"{") else _sheet(content, kind)
    if not file.raw:
        raise NoObjectsInFile.at("file", _EMPTY)
    return file


def heading(kind: ObjectKind, field: str) -> Words:
    """Return what the column of a field is called; a field of the place for one that belongs to none."""
    if field in COLUMNS:
        return COLUMNS[field][0]
    role = field.removesuffix("_text")
    if role in COLUMNS:
        return COLUMNS[role][0]
    name = field.removeprefix(_ATTRIBUTE)
    return next((one.label for one in kind.form if one.name == name), Words(field, field))


def _names(kind: ObjectKind) -> dict[str, str]:
    """Return by which headings, in small letters, each field is known."""
    known: dict[str, str] = {}
    for one in kind.form:
        for name in (str(one.label), one.label.en, one.name, _ATTRIBUTE + one.name):
            known[name.casefold()] = _ATTRIBUTE + one.name
    for field, (words, others) in COLUMNS.items():
        for name in (str(words), words.en, *others):
            known[name.casefold()] = field
    return known


def _sheet(content: bytes, kind: ObjectKind) -> ObjectFile:
    table = cells.table_in(content, _names(kind), _is_head)
    if table is None:
        raise NoObjectsInFile.at("file", _NO_TABLE)
    return ObjectFile(kind, table.rows, table.notes)


def _is_head(fields: Collection[str | None]) -> bool:
    return "name" in fields and ({"lon", "lat"} <= set(fields) or "geometry" in fields)


def _geojson(content: bytes, kind: ObjectKind) -> ObjectFile:
    try:
        collection = json.loads(letters.decoded(content))
    except (ValueError, RecursionError):
        raise NoObjectsInFile.at("file", _NO_JSON) from None
    features = collection.get("features")
    if not isinstance(features, list):
        raise NoObjectsInFile.at("file", _NO_JSON)
    system = systems.stated(collection)
    if not system.is_known:
        raise NoObjectsInFile.at("file", systems.refusal(system))
    names, unknown = _names(kind), dict[str, None]()
    raw = [(number, _feature(feature, names, unknown)) for number, feature in enumerate(features, 1)]
    return ObjectFile(kind, raw, tuple(cells.passed_over(list(unknown))))


def _feature(feature: Any, names: Mapping[str, str], unknown: dict[str, None]) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    values: dict[str, Any] = {}
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        field = names.get(str(name).casefold())
        if field is None:
            unknown[str(name)] = None
        elif value not in (None, ""):
            values[field] = value if isinstance(value, bool) else str(value)
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    if isinstance(geometry, Mapping) and geometry.get("type") == "Point":
        values.pop("geometry", None)
        point = geometry.get("coordinates")
        if isinstance(point, list) and len(point) >= 2:
            values["lon"], values["lat"] = str(point[0]), str(point[1])
    elif geometry is not None:
        values["geometry"] = geometry
    return values


class CellReader:
    """Reads the cells of objects of one kind."""

    def __init__(self, kind: ObjectKind) -> None:
        self._kind = kind
        self._form = {_ATTRIBUTE + one.name: one for one in kind.form}
        self._states = {
            name.casefold(): state.value
            for state in ObjectState
            for name in (state.value, str(state.words), state.words.en)
        }
        self._grades = {
            name.casefold(): one.code
            for one in kind.condition_grades
            for name in (one.code, str(one.name), one.name.en)
        }
        known, now = directory(), clock.now()
        self._departments = {
            name: code for code, one in known.by_code.items() if one.valid(now) for name in known.names_of(code)
        }

    def row(self, number: int, raw: Mapping[str, Any]) -> FileRow:
        """Return what a row means."""
        body: dict[str, Any] = {}
        answers: dict[str, Any] = {}
        faults: list[tuple[Words, Words]] = []
        for field, cell in raw.items():
            try:
                if field.startswith(_ATTRIBUTE):
                    answers[field.removeprefix(_ATTRIBUTE)] = cells.answer(self._form[field], cell)
                else:
                    body |= self._value(field, cell)
            except cells.UnfitCell as unfit:
                faults.append((heading(self._kind, field), unfit.text))
        if answers:
            body["attributes"] = {name: answer for name, answer in answers.items() if answer is not None}
        return FileRow(number, body, tuple(faults))

    def _value(self, field: str, cell: Any) -> dict[str, Any]:
        if field == "geometry":
            return {"geometry": _shape(cell)}
        text = cells.text_of(cell)
        if not text:
            return {}
        if field in ROLES_OF_DEPARTMENTS:
            code = self._departments.get(text)
            return {field: code} if code else {f"{field}_text": cells.short(letters.fold_name(text), 60)}
        return {field: self._READERS.get(field, _named)(self, field, text)}

    def _state(self, field: str, text: str) -> str:
        return _known(self._states, text, [one.words for one in ObjectState])

    def _grade(self, field: str, text: str) -> str:
        return _known(self._grades, text, [one.name for one in self._kind.condition_grades])

    _READERS: ClassVar[Mapping[str, Any]] = {
        "lon": lambda self, field, text: _degrees(text),
        "lat": lambda self, field, text: _degrees(text),
        "state": _state,
        "grade": _grade,
    }


def _named(reader: CellReader, field: str, text: str) -> str:
    return cells.short(letters.fold_name(text) if field == "name" else text, _TEXTS.get(field, 40))


def _degrees(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise cells.UnfitCell(_NUMBER) from None
    if not -180 <= number <= 180:
        raise cells.UnfitCell(_DEGREES)
    return number


def _shape(cell: Any) -> Any:
    if isinstance(cell, Mapping):
        return dict(cell)
    try:
        return json.loads(cells.text_of(cell))
    except (ValueError, RecursionError):
        raise cells.UnfitCell(Words("应为 GeoJSON 图形。", "A GeoJSON geometry, please.")) from None


def _known(values: Mapping[str, str], text: str, names: Sequence[Words]) -> str:
    value = values.get(text.casefold())
    if value is None:
        raise cells.UnfitCell(cells.ONE_OF.format(listed(names)))
    return value
