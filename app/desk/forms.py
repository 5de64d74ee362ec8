"""Build the form of an action from the schema of its rule and the needs of its move, and read it back. Pure.

What a field is called, what can be chosen and what was typed come from outside; nothing here knows an action by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.cases.schemas import ActData, SpotData
from app.core import clock
from app.core.schemas import BoundedInteger, Degrees, Moment
from app.desk.words import CHOICES, FIELDS, HINTS
from app.frame.forms import flat
from workflows.words import Words

SHORT = 200  # characters: longer texts get several lines
PLACE = ("lon", "lat")
_HIDDEN = frozenset({"crs", "originals", "placed", "accuracy_m"})  # what programs say
_ASIDE = frozenset({"note", "attachments"})  # every act may carry them
_COMMON = frozenset(ActData().fields)
_FEW = frozenset({"condition", "task"})  # what is read in full before one is chosen
SEARCHED = 12  # with more options than this one types
_KINDS: tuple[tuple[type, str], ...] = (
    (fields.List, "many"),
    (Degrees, "place"),
    (fields.Boolean, "yes"),
    (fields.UUID, "one"),
    (BoundedInteger, "one"),
    (Moment, "moment"),
    (fields.Date, "date"),
)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen."""

    value: str
    words: Words
    group: Words | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `kind` is text, long, search, one, radio, yes, many, date, moment, place or photos."""

    name: str
    kind: str
    label: Words
    required: bool
    options: tuple[Option, ...] = ()
    value: Any = ""
    errors: tuple[Words, ...] = ()
    hint: Words | None = None
    least: int = 0
    most: int = 0
    aside: bool = False


@dataclass(frozen=True)
class Known:
    """What is known when a form is built: what can be chosen, what was typed or suggested, what was at fault."""

    options: Mapping[str, Sequence[Option]]
    values: Mapping[str, Any]
    errors: Mapping[str, tuple[Words, ...]]
    photos: int = 0


def build(schema: ma.Schema, needs: Sequence[str], known: Known) -> list[Field]:
    """Return the fields of an action: those it needs first, in the order of the needs, then its own, then the rest."""
    names = [name for name in _names(schema) if _shown(name, needs, known)]
    found = [_field(name, schema, needs, known) for name in names]
    return sorted(found, key=lambda each: (each.aside, _rank(each.name, needs), each.name in _COMMON))


def read(built: Sequence[Field], given: Any) -> dict[str, Any]:
    """Return the data of an act from what a browser sent; what is left empty is left out."""
    data: dict[str, Any] = {}
    for field in built:
        if field.kind == "place":
            data |= {name: number(given.get(name, "")) for name in PLACE if given.get(name, "").strip()}
            continue
        value = _READERS.get(field.kind, _text)(field, given)
        if value not in (None, "", []):
            data[field.name] = value
    return data


def typed(built: Sequence[Field], given: Any) -> dict[str, Any]:
    """Return what was typed, to be shown again."""
    names = [name for field in built for name in (PLACE if field.kind == "place" else (field.name,))]
    many = {field.name for field in built if field.kind in ("many", "photos")}
    return {name: given.getlist(name) if name in many else given.get(name, "") for name in names}


def errors_of(messages: Mapping[str, Any]) -> dict[str, tuple[Words, ...]]:
    """Return the errors of an act by field: `data.lead` and all below belong to `lead`, both degrees to the place."""
    found: dict[str, tuple[Words, ...]] = {}
    for key, texts in messages.items():
        name = key.removeprefix("data.").split(".")[0]
        name = "place" if name in PLACE else name
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *flat(texts))))
    return found


def _names(schema: ma.Schema) -> list[str]:
    keys = [field.data_key or name for name, field in schema.fields.items()]
    placed = ["place" if key == "lon" else key for key in keys if key != "lat"]
    silent = _HIDDEN | {"grid"} if isinstance(schema, SpotData) else _HIDDEN  # at a desk a place is clicked on the map
    return [key for key in placed if key not in silent]


def _shown(name: str, needs: Sequence[str], known: Known) -> bool:
    if name == "task":
        return len(known.options.get("task", ())) > 0
    if name == "reason":
        return name in needs
    return True


def _rank(name: str, needs: Sequence[str]) -> int:
    asked = "lon" if name == "place" else name
    return list(needs).index(asked) if asked in needs else len(needs)


def _field(name: str, schema: ma.Schema, needs: Sequence[str], known: Known) -> Field:
    own = _of(schema, "lon" if name == "place" else name)
    kind = _kind(name, own, known)
    options = tuple(known.options.get(name) or _fixed(name, own))
    required = ("lon" if name == "place" else name) in needs or (name == "task" and bool(options))
    if kind == "many":  # what is chosen already stands first
        options = tuple(sorted(options, key=lambda one: one.value not in (known.values.get(name) or ())))
    photos = known.photos if name == "attachments" else 0
    value = {each: known.values.get(each, "") for each in PLACE} if kind == "place" else known.values.get(name, "")
    return Field(
        name=name,
        kind=kind,
        label=FIELDS[name],
        required=required or photos > 0,
        options=options,
        value=value or _default(name, own, options, required),
        errors=known.errors.get(name, ()),
        hint=HINTS.get(name),
        least=max(photos, int(required and name == "attachments")),
        most=_longest(own),
        aside=not required and not photos and (name in _ASIDE or (kind == "place" and isinstance(schema, SpotData))),
    )


def _of(schema: ma.Schema, key: str) -> fields.Field:
    return next(field for name, field in schema.fields.items() if (field.data_key or name) == key)


def _kind(name: str, own: fields.Field, known: Known) -> str:
    """Return how a field is asked for: by what it holds, and by how much there is to choose from."""
    of_type = next((kind for of, kind in _KINDS if isinstance(own, of)), "")
    chosen = known.options.get(name)
    if name == "attachments":
        return "photos"
    if name in CHOICES or (chosen is not None and name in _FEW):
        return "radio"
    if of_type or chosen is None:
        return of_type or ("long" if _longest(own) > SHORT else "text")
    return "search" if len(chosen) > SEARCHED or name in HINTS else "one"


def _longest(own: fields.Field) -> int:
    lengths = [each.max for each in own.validators if isinstance(each, validate.Length) and each.max]
    return max(lengths, default=0)


def _fixed(name: str, own: fields.Field) -> list[Option]:
    """Return the choices that the schema itself gives."""
    return [Option(value, words) for value, words in CHOICES.get(name, {}).items()]


def _default(name: str, own: fields.Field, options: Sequence[Option], required: bool) -> Any:
    """Choose what is the only thing to choose, and what the schema would take for silence."""
    if name in CHOICES and own.load_default is not ma.missing:
        return str(own.load_default).lower()
    only = options[0].value if required and len(options) == 1 else ""
    return [only] if only and isinstance(own, fields.List) else only


def _text(field: Field, given: Any) -> Any:
    text = given.get(field.name, "").strip()
    if field.kind == "radio" and text in ("true", "false"):
        return text == "true"
    if field.kind in ("radio", "one") and field.name == "task" and text.isdecimal():
        return int(text)
    return text


def _search(field: Field, given: Any) -> str:
    """Return the value of the option whose words were chosen or typed; what means nothing here, as it was typed."""
    text: str = given.get(field.name, "").strip()
    alike = (each.value for each in field.options if text in (each.value, each.words, each.words.en))
    return next(alike, text)


def _many(field: Field, given: Any) -> list[Any]:
    values = [value.strip() for value in given.getlist(field.name) if value.strip()]
    return [int(value) if field.name == "tasks" and value.isdecimal() else value for value in values]


def _moment(field: Field, given: Any) -> str:
    """Return the time with the county's zone, or what cannot be read as one for the schema to refuse."""
    text: str = given.get(field.name, "").strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL).isoformat()
    except ValueError:
        return text


def _yes(field: Field, given: Any) -> bool | None:
    return True if given.get(field.name) else None


_READERS = {"search": _search, "many": _many, "photos": _many, "moment": _moment, "yes": _yes}


def number(text: str) -> float | str:
    """Return what was typed as a number, or as it is for a schema to refuse."""
    try:
        return float(text)
    except ValueError:
        return text
