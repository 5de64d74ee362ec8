"""What a device adds by itself: its clock, a file's date, how exactly it measured. Kept or dropped, never refused."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import ValidationError, fields, missing, post_load, validate

from app.core import load_version
from app.core.schemas import BoundedInteger, Moment, Schema, Text
from workflows.words import Words

UNFIT = Words("内容不可用。", "This cannot be used.")  # said to nobody: such a value is dropped
DROPPED = "dropped"  # the name under which a loaded request lists the hints that could not be used
_BOUNDS = ("type", "format", "enum", "minimum", "maximum", "minLength", "maxLength", "additionalProperties")


class Hint(fields.Field[Any]):
    """A field that is left out where it cannot be used; a `HintedSchema` notes which were."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        """Load the value without blanks around it; nothing where it says nothing or cannot be used."""
        if _is_blank(value):
            return missing
        try:
            return super().deserialize(value.strip() if isinstance(value, str) else value, attr, data, **options)
        except ValidationError:
            if load_version.version() == 1:
                raise
            return missing

    def has_lost(self, sent: Any, loaded: Any) -> bool:
        """Tell whether something of what was sent could not be used."""
        return not _is_blank(sent) and loaded is missing

    def _bind_to_schema(self, name: str, parent: Any) -> None:
        if not isinstance(parent, HintedSchema):
            raise TypeError(f"{name} is a hint: its schema notes what is dropped and is a HintedSchema")
        super()._bind_to_schema(name, parent)


class HintedMoment(Hint, Moment):
    """A time that a device has set: one that is none, or outside the years we know, says nothing."""

    def __init__(self, description: str) -> None:
        super().__init__(metadata=described(description))


class HintedWhole(Hint, BoundedInteger):
    """A number that a device has measured."""

    def __init__(self, low: int, high: int, description: str) -> None:
        super().__init__(low, high, metadata=described(description))


class HintedText(Hint, Text):
    """A text that a program adds by itself."""

    def __init__(self, maximum: int, description: str) -> None:
        super().__init__(maximum, metadata=described(description))


class HintedWord(Hint, fields.String):
    """One of a few words that a program adds by itself."""

    def __init__(self, words: Collection[str], description: str) -> None:
        super().__init__(
            validate=validate.OneOf(words, error=UNFIT), metadata=described(f"{description} {' / '.join(words)}。")
        )


class HintedTexts(Hint, fields.Dict):
    """Texts by names that a program adds by itself: what is unusable among them is dropped, the others are kept."""

    def __init__(self, names: str, texts: str, most: int, description: str) -> None:
        super().__init__(
            keys=fields.String(validate=validate.Regexp(names, error=UNFIT)),
            values=fields.String(validate=validate.Regexp(texts, error=UNFIT)),
            validate=validate.Length(max=most, error=UNFIT),
            metadata=described(description),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **options)
        except ValidationError as error:
            if load_version.version() == 1 or not error.valid_data:
                raise
            return error.valid_data

    def has_lost(self, sent: Any, loaded: Any) -> bool:
        """Tell whether all or some of the texts could not be used."""
        return super().has_lost(sent, loaded) or (isinstance(sent, Mapping) and len(loaded) < len(sent))


class HintedSchema(Schema):
    """A schema with hints: what it had to drop is listed under `dropped`, by the names as they were sent."""

    @post_load(pass_original=True)
    def _note_dropped(self, loaded: dict[str, Any], original: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        hints = {one.data_key or name: (name, one) for name, one in self.fields.items() if isinstance(one, Hint)}
        lost = [
            called
            for called, (name, field) in hints.items()
            if field.has_lost(original.get(called), loaded.get(name, missing))
        ]
        dropped = tuple(sorted(lost))
        return {**loaded, DROPPED: dropped} if dropped else loaded


def described(description: str) -> dict[str, Any]:
    """Say for the description what a hint means."""
    return {"description": f"{description} 不可用的值会被忽略并注明。Dropped and noted if unusable."}


def take_anything(_: Any, field: Any, *, ret: dict[str, Any]) -> dict[str, Any]:
    """Let the interface's description bind a hint by nothing: whatever it is, it is taken."""
    for name in _BOUNDS if isinstance(field, Hint) else ():
        ret.pop(name, None)
    return {}


def _is_blank(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else value is None or value is missing
