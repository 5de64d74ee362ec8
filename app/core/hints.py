"""What a device adds by itself: its clock, a file's date, how exactly it measured. Kept or dropped, never refused."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, missing, post_load

from app.core import loading
from app.core.schemas import Moment, Schema, Text, Whole

DROPPED = "dropped"  # the name under which a loaded request lists the hints that could not be used
_BOUNDS = ("type", "format", "minimum", "maximum", "minLength", "maxLength")


class Hint(fields.Field[Any]):
    """A field that is left out where it cannot be used; a `HintedSchema` notes which were."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        """Load the value without blanks around it; nothing where it says nothing or cannot be used."""
        if _is_blank(value):
            return missing
        try:
            return super().deserialize(value.strip() if isinstance(value, str) else value, attr, data, **options)
        except ValidationError:
            if loading.version() == 1:
                raise
            return missing

    def _bind_to_schema(self, name: str, parent: Any) -> None:
        if not isinstance(parent, HintedSchema):
            raise TypeError(f"{name} is a hint: its schema notes what is dropped and is a HintedSchema")
        super()._bind_to_schema(name, parent)


class HintedMoment(Hint, Moment):
    """A time that a device has set: one that is none, or outside the years we know, says nothing."""

    def __init__(self, description: str) -> None:
        super().__init__(metadata=described(description))


class HintedWhole(Hint, Whole):
    """A number that a device has measured."""

    def __init__(self, low: int, high: int, description: str) -> None:
        super().__init__(low, high, metadata=described(description))


class HintedText(Hint, Text):
    """A text that a program adds by itself."""

    def __init__(self, maximum: int, description: str) -> None:
        super().__init__(maximum, metadata=described(description))


class HintedSchema(Schema):
    """A schema with hints: what it had to drop is listed under `dropped`, by the names as they were sent."""

    @post_load(pass_original=True)
    def _note_dropped(self, loaded: dict[str, Any], original: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        hints = {field.data_key or name: name for name, field in self.fields.items() if isinstance(field, Hint)}
        sent = [name for name in hints if not _is_blank(original.get(name))]
        dropped = tuple(name for name in sorted(sent) if hints[name] not in loaded)
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
