"""Read the kinds of objects from a plain document, as `app/catalogue/seed/objects.yaml` has them.

    objects:
      - code, name, name_en
        geometry: point | line | area
        layer, layer_en                            under which layer a map shows them
        identifier:                                left out: of any form, and not asked for
          required: true | false
          parts: [{part: county | major | minor | sequence, digits}]     left out: of any form
          source
        classes: [code of a class, …]              whose cases are about such an object; or
        class_prefix                               the class is this and the digits of major and minor
        keeper_leads: true                         whether who maintains, manages or owns one handles its cases; left
                                                   out: not, as where the keeper is whom they are about
        owned_by_people: true                      whether owners may be private persons, whose names stay in the house
        condition_grades: {source, grades: [{code, name, name_en}]}      the best first
        form: [{field, label, label_en, type, required, choices, choices_en, minimum, maximum}]
        note, source

A county without a document of its own goes by the one that is shipped.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import fields, post_load, validate, validates_schema

from app import catalogue
from app.catalogue import queries as catalogue_queries
from app.catalogue.document_terms import DocumentKind
from app.catalogue.lookups import Catalogue
from app.catalogue.object_terms import Geometry, IdentifierPart
from app.catalogue.schemas import parts
from app.catalogue.yaml_reader import read_yaml
from app.core.errors import InvalidField
from app.core.schemas import KINDS, BoundedInteger, Schema, Text
from workflows.forms import Field
from workflows.words import Words, listed

KIND = DocumentKind.OBJECTS
KINDS_MOST = 200
IDENTIFIER_MOST = 40
_SHIPPED = Path(str(catalogue.__file__)).parent / "seed" / "objects.yaml"
_SORTED_BY = (IdentifierPart.MAJOR, IdentifierPart.MINOR)
_FREE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*\Z")


@dataclass(frozen=True, slots=True)
class IdentifierPattern:
    """What the identifiers of a kind look like; without parts they may be any letters and digits."""

    parts: tuple[tuple[IdentifierPart, int], ...] = ()
    required: bool = False

    @property
    def digits(self) -> int:
        """Return how many digits an identifier has."""
        return sum(length for _, length in self.parts)

    @property
    def words(self) -> Words:
        """Say what an identifier looks like."""
        if not self.parts:
            return Words("字母、数字和 _ . / -，最多 {} 位", "letters, digits and _ . / -, at most {}").format(
                IDENTIFIER_MOST
            )
        each = (Words("{} {} 位", "{} {}").format(part.words, length) for part, length in self.parts)
        return Words("{} 位数字（{}）", "{} digits ({})").format(self.digits, listed(each))

    def fits(self, identifier: str) -> bool:
        """Tell whether a text is an identifier of this form."""
        if not self.parts:
            return len(identifier) <= IDENTIFIER_MOST and bool(_FREE.match(identifier))
        return len(identifier) == self.digits and identifier.isascii() and identifier.isdigit()

    def sort_of(self, identifier: str | None) -> str:
        """Return the digits of major and minor class; "" where there are none."""
        if identifier is None or not self.fits(identifier):
            return ""
        place, digits = 0, {}
        for part, length in self.parts:
            digits[part] = identifier[place : place + length]
            place += length
        return "".join(digits.get(part, "") for part in _SORTED_BY)


@dataclass(frozen=True, slots=True)
class ConditionGrade:
    """In what condition an object of a kind can be."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """One kind of objects."""

    code: str
    name: Words
    geometry: Geometry
    layer: Words
    source: str
    identifier: IdentifierPattern = IdentifierPattern()
    classes: tuple[str, ...] = ()
    class_prefix: str | None = None
    keeper_leads: bool = False
    owned_by_people: bool = False
    condition_grades: tuple[ConditionGrade, ...] = ()
    form: tuple[Field, ...] = ()
    note: str = ""

    def grade(self, code: str | None) -> ConditionGrade | None:
        """Return the grade with that code."""
        return next((one for one in self.condition_grades if one.code == code), None)

    def classes_of(self, identifier: str | None) -> tuple[str, ...]:
        """Return the codes of the classes whose cases are about an object with this identifier."""
        sort = self.sort(identifier)
        return self.classes if self.class_prefix is None else (f"{self.class_prefix}{sort}",) if sort else ()

    def sort(self, identifier: str | None) -> str:
        """Return the digits of an identifier by which a class picks its objects; "" where it picks the whole kind."""
        return "" if self.class_prefix is None else self.identifier.sort_of(identifier)

    def sort_for(self, class_code: str) -> str | None:
        """Return by which digits of major and minor a class picks objects: "" for all of the kind, None for none."""
        if class_code in self.classes:
            return ""
        if self.class_prefix is None or not class_code.startswith(self.class_prefix):
            return None
        return class_code.removeprefix(self.class_prefix) or None


ObjectKinds = Mapping[str, ObjectKind]


def sorts_for(class_code: str) -> Mapping[str, str]:
    """Return of which kinds objects are that a class's cases are about, each with the digits that narrow it down."""
    every = ((kind.code, kind.sort_for(class_code)) for kind in kinds().values())
    return {code: sort for code, sort in every if sort is not None}


def kinds() -> ObjectKinds:
    """Return the kinds in force, by code."""
    return catalogue_queries.made_of(KIND, _kinds)


def layers() -> Mapping[Words, tuple[str, ...]]:
    """Return the layers of a map, in the order of the document: under each the codes of its kinds."""
    codes: dict[Words, list[str]] = {}
    for kind in kinds().values():
        codes.setdefault(kind.layer, []).append(kind.code)
    return {layer: tuple(own) for layer, own in codes.items()}


def kinds_of(catalogue: Catalogue) -> ObjectKinds:
    """Return the kinds that a catalogue has, by code; those that are shipped where it has no document of its own."""
    return _kinds(catalogue.others.get((KIND, KIND)))


def _kinds(document: Mapping[str, Any] | None) -> ObjectKinds:
    return load(document) if document else _shipped()


def warnings(catalogue: Catalogue, codes: Collection[str] | None) -> Iterator[Words]:
    """Say which kinds answer to classes that are not in force; `codes` are those just brought, which take none away."""
    document = catalogue.others.get((KIND, KIND)) if codes is None else None
    for kind in load(document).values() if document else ():
        missing = [code for code in kind.classes if code not in catalogue.classes]
        if missing:
            text = Words("对象“{}”所对应的类别不在目录中：{}。", "“{}” answers to classes that are not in force: {}.")
            yield text.format(kind.name, listed(missing))


@cache
def _shipped() -> ObjectKinds:
    return load(read_yaml(_SHIPPED.read_bytes()))


def load(document: Mapping[str, Any]) -> ObjectKinds:
    """Make the kinds from a plain document; raise ValidationError naming each field that is wrong."""
    rows: list[ObjectKind] = _ObjectKindsDocument().load(document)[KIND]
    return MappingProxyType({kind.code: kind for kind in rows})


class _IdentifierPartDocument(Schema):
    part = parts.member(IdentifierPart, required=True)
    digits = BoundedInteger(1, 20, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[IdentifierPart, int]:
        return data["part"], data["digits"]


class _IdentifierDocument(Schema):
    required = parts.flag(False)
    source = parts.source()
    parts = parts.several(parts.nested(_IdentifierPartDocument))  # last: the name hides the module from here on

    @validates_schema
    def short_enough(self, data: dict[str, Any], **_: Any) -> None:
        parts.refuse_doubled((str(part) for part, _ in data["parts"]), "parts")
        if sum(length for _, length in data["parts"]) > IDENTIFIER_MOST:
            raise InvalidField(Words("一共最多 {} 位。", "At most {} in all.").format(IDENTIFIER_MOST), "parts")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> IdentifierPattern:
        return IdentifierPattern(tuple(data["parts"]), data["required"])


class _ConditionGradeDocument(Schema):
    code = parts.code(required=True)
    name = Text(30, minimum=1, required=True)
    name_en = Text(40, minimum=1, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ConditionGrade:
        return ConditionGrade(data["code"], Words(data["name"], data["name_en"]))


class _ConditionGradesDocument(Schema):
    source = parts.source()
    grades = parts.several(parts.nested(_ConditionGradeDocument), least=1, required=True)

    @validates_schema
    def of_one_code_each(self, data: dict[str, Any], **_: Any) -> None:
        parts.refuse_doubled((one.code for one in data["grades"]), "grades")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[ConditionGrade, ...]:
        return tuple(data["grades"])


class _AttributeDocument(parts.FormFieldDocument):
    type = parts.one_of(parts.ATTRIBUTE_KINDS, required=True)


class _ObjectKindDocument(Schema):
    code = parts.code(required=True)
    name = Text(30, minimum=1, required=True)
    name_en = Text(40, minimum=1, required=True)
    geometry = parts.member(Geometry, required=True)
    layer = Text(30, minimum=1, required=True)
    layer_en = Text(40, minimum=1, required=True)
    identifier = parts.nested(_IdentifierDocument)
    classes = parts.several(parts.code())
    class_prefix = Text(10)
    keeper_leads = parts.flag(False)
    owned_by_people = parts.flag(False)
    condition_grades = parts.nested(_ConditionGradesDocument)
    form = parts.several(parts.nested(_AttributeDocument))
    note = Text(300, load_default="")
    source = parts.source()

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse doubled codes, and classes that identifiers cannot tell."""
        parts.refuse_doubled((each.name for each in data["form"]), "form")
        parts.refuse_doubled(data["classes"], "classes")
        if "class_prefix" not in data:
            return
        pattern = data.get("identifier", IdentifierPattern())
        if data["classes"] or not {part for part, _ in pattern.parts} >= set(_SORTED_BY):
            raise InvalidField(
                Words(
                    "按编号定类别时，编号须含大类和小类（major、minor），且不再写 classes。",
                    "Identifiers that tell the class have a major and a minor part, and no classes stand beside.",
                ),
                "class_prefix",
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ObjectKind:
        """Make the kind."""
        return ObjectKind(
            data["code"],
            Words(data["name"], data["name_en"]),
            data["geometry"],
            Words(data["layer"], data["layer_en"]),
            data["source"],
            data.get("identifier", IdentifierPattern()),
            tuple(data["classes"]),
            data.get("class_prefix"),
            data["keeper_leads"],
            data["owned_by_people"],
            data.get("condition_grades", ()),
            tuple(data["form"]),
            data["note"],
        )


class _ObjectKindsDocument(Schema):
    objects = fields.List(
        fields.Nested(_ObjectKindDocument, error_messages=parts.SAY),
        required=True,
        validate=validate.Length(1, KINDS_MOST, error=KINDS.format(KINDS_MOST)),
        error_messages=parts.SAY,
    )

    @validates_schema
    def one_of_a_code(self, data: dict[str, Any], **_: Any) -> None:
        parts.refuse_doubled((each.code for each in data.get(KIND, ())), KIND)
