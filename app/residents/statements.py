"""Tell somebody what is kept of them (right of access): for whom they ask it, once, on paper, and stored nowhere.

Whoever makes it puts there what they may read themselves: a statement widens no readers. What others alone may know is
stated by those; that this is so every statement says, whether there is such a thing or not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.audit import queries as audited
from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue.queries import catalogue
from app.core import clock
from app.core.permissions import Permission, Person
from app.core.transaction import running
from app.identity import queries as identity
from app.residents import queries, resident_sight, sealed_fields
from app.residents.models import ConsentBy, ResidentField
from app.residents.queries import SeenResident
from app.residents.resident_errors import ResidentNotRevealed
from app.residents.resident_rules import FieldRule, rules
from workflows.forms import in_words
from workflows.words import Words, listed, plain

READINGS_MOST = 200  # the newest; our figure
READ_BY: dict[Tag, Words] = {
    Tag.RESIDENT_REVEALED: Words("查看", "Read"),
    Tag.RESIDENT_HANDED_OUT: Words("随巡查、走访任务取得", "Given along with a round"),
    Tag.RESIDENT_STATED: Words("应要求出具本告知书", "Put into such a statement"),
}
_AT_A_VISIT = Words("走访时的填报", "What was put down at a visit")
_AFTER = Words("关爱结束后 {} 天内保存，到期删除", "Kept until {} days after the end of the care, then erased")
_CONSENT = Words("{}于 {} 同意", "{} agreed on {}")


@dataclass(frozen=True)
class StatedField:
    """One field that is kept: what stands there, why, on what basis, who may read it, since when and for how long."""

    label: Words
    answer: Words
    purpose: Words
    articles: tuple[str, ...]
    sensitive: bool
    consent: Words | None
    readers: Words
    since: datetime
    until: Words


@dataclass(frozen=True)
class Reading:
    """That somebody was shown some fields: when, who, which, and why."""

    at: datetime
    by: str
    how: Words
    fields: Words
    purpose: str


@dataclass(frozen=True)
class ResidentStatement:
    """All that its maker may read of what is kept of a resident, and who has read it."""

    number: str
    at: datetime
    asked_by: Words
    cares: Sequence[tuple[Words, datetime]]
    fields: Sequence[StatedField]
    readings: Sequence[Reading]


def state(resident_id: UUID, asked_by: ConsentBy, purpose: str, person: Person) -> ResidentStatement:
    """Open what a person may read of a resident, inside a transaction that also writes down who did so and why.

    Raises ResidentUnknown, ResidentNotRevealed, KeyMissing.
    """
    running()
    known = queries.one(resident_id, person)
    if not person.reaches(Permission.RESIDENT_REVEAL, known.row.grid_path):
        raise ResidentNotRevealed
    mine = {rule.code: rule for rule in resident_sight.fields_read(person, known.row.grid_path)}
    readings = _readings(known, set(mine))
    fields = [_field(row, mine[row.field]) for row in known.fields]
    audit.record(
        Tag.RESIDENT_STATED, person_id=person.person_id, subject=(SubjectKind.RESIDENT, resident_id), reason=purpose,
        of_fields=[row.field for row in known.fields], asked_by=f"resident_{asked_by}",
    )  # fmt: skip
    cares = [(rules().cares[care.care].name, care.since) for care in known.cares]
    return ResidentStatement(known.row.number, clock.now(), asked_by.words, cares, fields, readings)


def _field(row: ResidentField, rule: FieldRule) -> StatedField:
    roles = identity.roles()
    readers = [roles.words(code) if code in roles.names else plain(code) for code in rule.readers]
    agreed = ConsentBy.of(row.consent_by).words if row.consent_by else None
    return StatedField(
        rule.question.label, in_words(rule.question, sealed_fields.opened(row)), rule.purpose, rule.articles,
        rule.sensitive, _CONSENT.format(agreed, f"{row.consent_on}") if agreed else None, listed(readers), row.at,
        _AFTER.format(rule.retention_days),
    )  # fmt: skip


def _readings(known: SeenResident, mine: set[str]) -> list[Reading]:
    """Return who was shown what of it that the maker may read, the newest first; the rest is not there."""
    subject = (SubjectKind.RESIDENT, known.row.resident_id)
    page = audited.search(tags=list(READ_BY), subject=subject, limit=READINGS_MOST)
    visits = _visited_for(care.care for care in known.cares)
    what = [(entry, _labels(entry.data, mine, visits)) for entry in page.items]
    names = identity.names({entry.person_id for entry, labels in what if labels and entry.person_id})
    return [
        Reading(
            entry.at, names.get(entry.person_id, "") if entry.person_id else "", READ_BY[Tag(entry.tag)],
            listed(labels), entry.data.get("reason") or "",
        )
        for entry, labels in what
        if labels
    ]  # fmt: skip


def _labels(data: Mapping[str, Any], mine: set[str], visits: set[str]) -> list[Words]:
    """Return what an entry says was shown, of what the maker may read; what lies at a visit names its service alone."""
    if "of_fields" not in data:
        return [_AT_A_VISIT] if data.get("service") in visits else []
    return [rules().fields[code].question.label for code in sorted(mine.intersection(data["of_fields"]))]


def _visited_for(cares: Iterable[str]) -> set[str]:
    """Return the services whose rounds visit residents for one of these kinds of care."""
    wanted = set(cares)
    return {one.code for one in catalogue().services.values() for plan in one.rounds if wanted.intersection(plan.care)}
