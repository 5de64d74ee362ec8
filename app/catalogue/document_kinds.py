"""The kinds of documents: how each is checked and made, and which reference sets change with it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from app.catalogue.document_terms import DocumentKind
from app.catalogue.documents import Admission, CaseClass, Condition, Service
from app.catalogue.files import WHOLE, Document, DocumentRefused
from app.catalogue.lookups import Catalogue
from app.catalogue.schemas.classes import ClassDocument
from app.catalogue.schemas.services import ServiceDocument, SettingsDocument, StagesDocument
from app.core.errors import Invalid
from workflows.case_terms import LimitKind
from workflows.words import Words

Load = Callable[[Mapping[str, Any]], Any]
_loads: dict[str, Load] = {
    DocumentKind.CLASS: ClassDocument().load,
    DocumentKind.SERVICE: ServiceDocument().load,
    DocumentKind.SETTINGS: SettingsDocument().load,
    DocumentKind.STAGES: StagesDocument().load,
    **dict.fromkeys(WHOLE, MappingProxyType),
}
KINDS = tuple(_loads)
_FILES = (".yaml", ".yml")  # what is wrong in a document that is a whole file stands at its top
_NO_LEVEL_ABOVE = Words(
    "其后没有写明牵头单位（lead）的层级，无处可转：请填 tell，或补上下一级的 lead。",
    "No level after this one has a `lead`, so there is nowhere to hand on to: say tell, or give the next one a lead.",
)
_OTHER_KIND = Words(
    "各层级的时限应用同一种单位（{}），否则全案时限无法合计。",
    "All levels count in one kind ({}), or the time of the whole case cannot be summed.",
)
_OTHER_THAN_LEVELS = Words(
    "与各层级（levels）的时限单位（{}）不同，全案时限无法按各层级合计：请改用同一种单位。",
    "The levels count in another kind ({}), so the time of the whole case cannot be their sum: use one kind.",
)
_NO_DECISION = Words(
    "这里还是示例的文字：请写县里的决定，或把 source 留作 example。",
    "These are still the words of an example: name the county's decision, or leave the source as example.",
)
_NO_NUMBER = Words(
    "请写准入决定的文号；还没有决定的，把 source 写作 example。",
    "Give the number of the decision; where there is none yet, say example as its source.",
)
_NO_KIND = Words("没有“{}”这种文件。", "There is no such kind of file as “{}”.")


def check_with(kind: DocumentKind, load: Load) -> None:
    """Let a later room say what its kind of document may hold; `load` raises ValidationError or Invalid."""
    if kind not in WHOLE:
        raise ValueError(f"{kind} is not a document of a later room")

    def checked(content: Mapping[str, Any]) -> Mapping[str, Any]:
        load(content)
        return MappingProxyType(dict(content))

    _loads[kind] = checked


def chain_faults(document: Document, case_class: CaseClass) -> dict[str, Any]:
    """Say by field why the levels of a class could not take over from each other as they say; {} where they can.

    Only of what is imported or changed from now on: what is stored already stays readable.
    """
    levels, faults = case_class.levels, {}
    leads = [place for place, level in enumerate(levels) if level.lead]
    for place in leads:
        if levels[place].hands_on and place == leads[-1]:
            faults[place] = {"on_late": [_NO_LEVEL_ABOVE]}
    for place, level in enumerate(levels):
        if leads and level.limit.kind is not levels[0].limit.kind:
            faults.setdefault(place, {})["limit"] = [_OTHER_KIND.format(levels[0].limit.kind)]
    others = {
        number: {"limits": limits}
        for number, condition in enumerate(case_class.conditions)
        if leads and (limits := _other_limits(condition, levels[0].limit.kind))
    }
    return dict(_flat({"levels": faults, "conditions": others}, document.where)) if faults or others else {}


def admission_faults(document: Document, admission: Admission) -> dict[str, list[Words]]:
    """Say by field what an admission lacks that is not marked as an example; {} where it is decided."""
    faults = {
        "decision": _NO_DECISION if admission.is_example else None,
        "number": None if admission.number.strip() else _NO_NUMBER,
    }
    return {f"{document.where}.admission.{field}": [text] for field, text in faults.items() if text}


def _other_limits(condition: Condition, kind: LimitKind) -> dict[str, list[Words]]:
    """Say of the limits of a condition that count in another kind than the levels: by these the case is counted."""
    others = (area for area, limit in condition.limits.items() if limit.kind is not kind)
    return {area: [_OTHER_THAN_LEVELS.format(kind)] for area in others}


def load(document: Document, version: int = 0) -> Any:
    """Make the frozen object, a class or service with its version.

    Raises DocumentRefused with the path of every field that is wrong.
    """
    if document.kind not in _loads:
        raise DocumentRefused.at(document.where, _NO_KIND.format(document.kind))
    try:
        document_object = _loads[document.kind](document.content)
    except ValidationError as error:
        raise DocumentRefused(fields=dict(_flat(error.normalized_messages(), document.where))) from error
    except Invalid as error:
        raise DocumentRefused(fields=dict(_flat(error.fields, document.where))) from error
    return (
        replace(document_object, version=version)
        if isinstance(document_object, CaseClass | Service)
        else document_object
    )


def gather(objects: Mapping[tuple[str, str], Any]) -> Catalogue:
    """Put objects, by (kind, code), together as a catalogue."""

    def of(kind: DocumentKind) -> Mapping[str, Any]:
        return MappingProxyType({code: each for (its, code), each in sorted(objects.items()) if its == kind})

    return Catalogue(
        classes=of(DocumentKind.CLASS),
        services=of(DocumentKind.SERVICE),
        stages=objects.get((DocumentKind.STAGES, DocumentKind.STAGES), MappingProxyType({})),
        settings=objects.get((DocumentKind.SETTINGS, DocumentKind.SETTINGS), MappingProxyType({})),
        others=MappingProxyType({key: each for key, each in objects.items() if key[0] in WHOLE}),
    )


def spread(catalogue: Catalogue) -> dict[tuple[str, str], Any]:
    """Take a catalogue apart into its objects, by (kind, code)."""
    objects: dict[tuple[str, str], Any] = {(DocumentKind.CLASS, code): each for code, each in catalogue.classes.items()}
    objects |= {(DocumentKind.SERVICE, code): each for code, each in catalogue.services.items()}
    of_all = {DocumentKind.STAGES: catalogue.stages, DocumentKind.SETTINGS: catalogue.settings}
    objects |= {(kind, kind): each for kind, each in of_all.items() if each}
    return objects | dict(catalogue.others)


def canonical(content: Mapping[str, Any]) -> str:
    """Write a document so that equal ones are equal texts."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _flat(messages: Any, where: str) -> Iterator[tuple[str, list[Words]]]:
    """Turn nested messages into paths; marshmallow's `key`, `value` and `_schema` are no part of a path."""
    if not isinstance(messages, dict):
        yield where, messages if isinstance(messages, list) else [messages]
        return
    for name, inner in messages.items():
        hidden = name in ("_schema", "key") or (name == "value" and isinstance(inner, dict))
        step = f"[{name}]" if isinstance(name, int) else f": {name}" if where.endswith(_FILES) else f".{name}"
        yield from _flat(inner, where if hidden else where + step)
