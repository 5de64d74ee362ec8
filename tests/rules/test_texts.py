"""Every text that comes in is bounded, and free of what cannot be kept: by the fields of `core.schemas`."""

import pytest
from marshmallow import fields, validate

from app.core.schemas import Schema, Text
from app.rooms import commands

pytestmark = pytest.mark.one_database
NARROW = (validate.OneOf, validate.Equal, validate.Regexp)
OTHERS = {
    "app.catalogue.schemas.requests.ImportCarriedIn.carried",  # a sealed file, decoded and checked as such
    "app.catalogue.schemas.requests.ImportConfirmIn.carried",
    "app.catalogue.schemas.requests.ImportCountIn.carried",
    "app.intake.cli.PhotoIn.base64",  # a photo, decoded and judged as such
}
COMING_IN = ("In", "Data", "Document", "_Sent")


def schemas(of=Schema):
    """All schemas of the house."""
    return [of, *(deeper for kind in of.__subclasses__() for deeper in schemas(kind))]


def strings(field):
    """The fields for text in a field: itself, or what its lists and dicts hold."""
    inner = [getattr(field, name, None) for name in ("inner", "key_field", "value_field")]
    found = [deeper for each in inner if isinstance(each, fields.Field) for deeper in strings(each)]
    return [field, *found] if isinstance(field, fields.String) and not isinstance(field, fields.UUID) else found


def is_bounded(field):
    """Tell whether a field takes a text of ours, or one of a few words."""
    return isinstance(field, Text) or any(isinstance(each, NARROW) for each in field.validators)


def test_every_text_that_comes_in_is_one_of_ours(app):
    assert commands()  # with them come their schemas, as with the application its rooms'
    loose = {
        f"{schema.__module__}.{schema.__name__}.{name}"
        for schema in schemas()
        if schema.__name__.endswith(COMING_IN)
        for name, field in schema._declared_fields.items()
        if not field.dump_only and not all(map(is_bounded, strings(field)))
    }
    assert loose == OTHERS
