"""A resident as the interface, pages and files answer them: numbers and names of fields, never what stands there."""

from collections.abc import Sequence
from typing import Any

from app.core.permissions import Person
from app.grids.queries import grid_name
from app.residents import queries, resident_sight
from app.residents.hand_outs import HandedResident
from app.residents.models import ResidentChange, ResidentEdit
from app.residents.queries import SeenResident
from app.residents.resident_rules import FieldRule, rules
from app.residents.statements import ResidentStatement
from workflows.forms import in_words
from workflows.resident_terms import ResidentSubject
from workflows.words import Words, plain


def view(seen: SeenResident) -> dict[str, Any]:
    """Return a resident as `ResidentOut` describes it."""
    row = seen.row
    return {
        "resident_id": row.resident_id,
        "number": row.number,
        "subject": _called(row.subject, ResidentSubject.of(row.subject).words),
        "household_id": seen.household_id,
        "grid": {"code": row.grid, "name": grid_name(row.grid)},
        "cares": [{**_called(one.care, care_words(one.care)), "since": one.since} for one in seen.cares],
        "fields": [_called(one.field, field_words(one.field)) for one in seen.fields],
        "consent": {"by": seen.consent[0], "on": seen.consent[1]} if seen.consent else None,
        "seen": seen.mark,
    }


def whole(seen: SeenResident, person: Person) -> dict[str, Any]:
    """Return a resident with what was done to the record, as far as a person sees it."""
    return {**view(seen), "history": [_change(one, seen, person) for one in queries.history(seen, person)]}


def revealed(code: str, answer: Any) -> dict[str, Any]:
    """Return one field with what it holds."""
    rule = rules().fields[code]
    text = in_words(rule.question, answer)
    return {**_called(code, rule.question.label), "answer": answer, "text": text, "text_en": text.en}


def handed(one: HandedResident) -> dict[str, Any]:
    """Return a resident as a started round brings them."""
    fields = [revealed(rule.code, answer) for rule, answer in one.fields]
    return {"number": one.number, "fields": fields}


def statement_view(statement: ResidentStatement) -> dict[str, Any]:
    """Return a statement as `ResidentStatementOut` describes it."""
    return {
        "number": statement.number,
        "at": statement.at,
        "cares": [name for name, _ in statement.cares],
        "fields": [
            {
                "label": one.label, "label_en": one.label.en, "text": one.answer, "text_en": one.answer.en,
                "purpose": one.purpose, "purpose_en": one.purpose.en, "articles": list(one.articles),
                "sensitive": one.sensitive, "consent": one.consent, "readers": one.readers, "since": one.since,
                "until": one.until,
            }
            for one in statement.fields
        ],
        "readings": [
            {
                "at": one.at, "by": one.by, "how": one.how, "how_en": one.how.en, "fields": one.fields,
                "purpose": one.purpose,
            }
            for one in statement.readings
        ],
    }  # fmt: skip


def rule_view(rule: FieldRule) -> dict[str, Any]:
    """Return for what and on what basis a field is kept, who reads it and for how long."""
    question = rule.question
    return {
        **_called(rule.code, question.label), "type": question.kind,
        "choices": [choice.value for choice in question.choices], "of": list(rule.of), "purpose": rule.purpose,
        "purpose_en": rule.purpose.en, "articles": list(rule.articles), "sensitive": rule.sensitive,
        "readers": list(rule.readers), "services": list(rule.services), "retention_days": rule.retention_days,
        "sought": rule.sought, "source": rule.source,
    }  # fmt: skip


def rules_seen(person: Person) -> dict[str, Any]:
    """Return the kinds of care and the fields of whose readers a person is one."""
    known = rules()
    cares = [
        {**_called(care.code, care.name), "subject": care.subject, "requires": list(care.requires)}
        for care in known.cares.values()
        if resident_sight.reads_somewhere(care.readers, person)
    ]
    readable = [rule for rule in known.fields.values() if resident_sight.reads_somewhere(rule.readers, person)]
    return {"cares": cares, "fields": [rule_view(rule) for rule in readable]}


def care_words(code: str) -> Words:
    """Return what a kind of care is called; its code for one that is not in the rules any more."""
    care = rules().cares.get(code)
    return care.name if care else plain(code)


def field_words(code: str) -> Words:
    """Return what a field is called."""
    rule = rules().fields.get(code)
    return rule.question.label if rule else _OPEN.get(code, plain(code))


def _change(change: ResidentChange, seen: SeenResident, person: Person) -> dict[str, Any]:
    path = seen.row.grid_path
    codes = {rule.code for rule in resident_sight.fields_read(person, path)} | queries.OPEN_FIELDS
    cares = resident_sight.cares_read(person, path)
    words = ResidentEdit.of(change.edit).words
    return {
        "edit": change.edit, "label": words, "label_en": words.en, "at": change.at, "by": change.by_name,
        "fields": _all_called(codes.intersection(change.fields), field_words),
        "cares": _all_called(cares.intersection(change.cares), care_words),
    }  # fmt: skip


def _all_called(codes: Any, words_of: Any) -> Sequence[dict[str, str]]:
    return [_called(code, words_of(code)) for code in sorted(codes)]


def _called(code: str, name: Words) -> dict[str, str]:
    return {"code": str(code), "name": str(name), "name_en": name.en}


_OPEN = {"grid": Words("网格", "Grid")}
