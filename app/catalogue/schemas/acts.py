"""The forms of acts as programs get them: once with the catalogue, and with each act of a case that is read."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from marshmallow import fields

from app.catalogue.schemas import parts
from app.core.schemas import Schema, about
from workflows.case import CASE
from workflows.case_terms import TaskPart
from workflows.engine import Workflow
from workflows.forms import Asked, Choice, Field, Form, Kind, Pool, choices
from workflows.round import ROUND


class ChoiceOut(Schema):
    """Something that can be chosen."""

    value = fields.String(required=True, **about("任务可照此或以整数提交。A task is sent as it is, or as an integer."))
    label = fields.String(required=True)
    label_en = fields.String(required=True)


class FieldOut(Schema):
    """A question. `of`: among what one chooses; classes, grids and departments have calls of their own."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    type = parts.one_of(Kind, required=True)
    of = parts.one_of(Pool, allow_none=True, required=True)
    asked = parts.one_of(Asked, required=True)
    required = fields.Boolean(**about("只在读取单个案件时给出。With a case that is read."))
    choices = fields.List(
        fields.Nested(ChoiceOut), required=True, allow_none=True,
        **about("null：选项不在这里。null: what can be chosen is not said here."),
    )  # fmt: skip
    default = fields.String(allow_none=True, required=True)
    most = fields.Integer(required=True, **about("最多几个字或几项，0 为不限。Characters or entries; 0: unbounded."))


class PhotosOut(Schema):
    """What the photos of an act show, and which figure of the class says how many are asked for."""

    purpose = fields.String(required=True)
    count = fields.String(allow_none=True, required=True)


class StepFormOut(Schema):
    """The form of steps that take no photos."""

    form = fields.String(required=True)
    actions = fields.List(fields.String(), required=True)
    fields_ = fields.List(fields.Nested(FieldOut), data_key="fields", attribute="fields", required=True)


class FormOut(StepFormOut):
    """The form of acts; an act names it."""

    photos = fields.Nested(PhotosOut, required=True)


class ActsOut(Schema):
    """The forms of all acts and of steps of rounds, what parts of tasks are called; `version` changes with them."""

    version = fields.String(required=True)
    forms = fields.List(fields.Nested(FormOut), required=True)
    round_forms = fields.List(fields.Nested(StepFormOut), required=True)
    parts = fields.List(fields.Nested(ChoiceOut), required=True)


def acts() -> dict[str, Any]:
    """Return the data of an `ActsOut`."""
    data = {
        "forms": _forms(CASE),
        "round_forms": _forms(ROUND),
        "parts": _choices(choices(TaskPart)),
    }
    written = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    return {"version": hashlib.sha256(written).hexdigest()[:16], **data}


def fields_out(form: Form, needs: Collection[str], offered: Mapping[str, Sequence[Choice]]) -> list[dict[str, Any]]:
    """Return the data of the `FieldOut`s that are asked for where a step needs these, with what can be chosen now."""
    questions = _questions(form, tuple(needs), tuple(name for name, options in offered.items() if options))
    return [
        data | {"choices": _choices(offered[data["field"]])} if data["field"] in offered else data for data in questions
    ]


@cache  # of each form a few, shown again and again with every case that is read
def _questions(form: Form, needs: tuple[str, ...], offered: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_field(field) | {"required": required} for field, required in form.questions(needs, offered)]


def _field(field: Field) -> dict[str, Any]:
    return {
        "field": field.name,
        "label": field.label,
        "label_en": field.label.en,
        "type": field.kind,
        "of": field.pool,
        "asked": field.asked,
        "choices": None if field.pool else _choices(field.choices),
        "default": field.default,
        "most": field.most,
    }


def _choices(options: Iterable[Choice]) -> list[dict[str, Any]]:
    return [{"value": one.value, "label": one.words, "label_en": one.words.en} for one in options]


def _forms(workflow: Workflow[Any]) -> list[dict[str, Any]]:
    actions: dict[Form, list[str]] = {}
    for action, form in workflow.forms.items():
        actions.setdefault(form, []).append(action)
    return [_form(form) | {"actions": named} for form, named in actions.items()]


def _form(form: Form) -> dict[str, Any]:
    fields_data = {"form": form.name, "fields": [_field(field) for field in form.fields]}
    photos = {"purpose": form.photos.purpose, "count": form.photos.count}
    return fields_data | ({"photos": photos} if form.photos.possible else {})
