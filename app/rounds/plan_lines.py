"""The plans of rounds line by line: what a service asks for, how often, and what became of it in the last days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.catalogue import queries as catalogue
from app.catalogue.documents import EXAMPLE, Frequency, Round, Service
from app.core.permissions import Person
from app.grids.levels import Level
from app.rounds import queries, round_views
from app.rounds.queries import PlanCount
from workflows.words import Words, plain

_OFTEN = Words("每{} × {}", "per {} × {}")
_OF_LEVEL = Words("{}（{}级）", "{} ({} level)")
_MONTHS = Words("（{} 月）", " (months {})")
NOT_IN_FORCE = Words("已不在用", "not in force any more")


@dataclass(frozen=True)
class PlanLine:
    """A plan as lists show it, with its counts on a person's ground; what no service asks for any more has no kind."""

    service: Words
    called: Words
    kind: Words
    duty: Words
    often: Words
    example: bool
    counts: PlanCount


def lines(person: Person, grid: str | None = None) -> Iterator[PlanLine]:
    """Yield every plan in force, then those that have rounds of the last days and are in force no more."""
    counts = {(one.service, one.code): one for one in queries.plan_counts(person, grid, queries.listed_since(), None)}
    for service in catalogue.catalogue().services.values():
        for plan in service.rounds:
            yield _in_force(service, plan, counts)
            counts.pop((service.code, plan.code), None)
    for one in counts.values():
        called = round_views.plan_words(one.service, one.code, one.version)
        nothing = plain("")
        yield PlanLine(called[0], called[1], nothing, nothing, NOT_IN_FORCE, example=False, counts=one)


def _in_force(service: Service, plan: Round, counts: Mapping[tuple[str, str], PlanCount]) -> PlanLine:
    return PlanLine(
        plain(service.name), plan.called, plan.kind.words, _done_by(plan), _often(plan.frequency),
        plan.frequency.source == EXAMPLE,
        counts.get((service.code, plan.code)) or PlanCount(service.code, plan.code, 0),
    )  # fmt: skip


def _done_by(plan: Round) -> Words:
    """Say as what somebody does it, and where they serve unless that is a grid."""
    return plan.duty.words if plan.level is Level.GRID else _OF_LEVEL.format(plan.duty.words, plan.level.words)


def _often(frequency: Frequency) -> Words:
    often = _OFTEN.format(frequency.per.words, frequency.times)
    return often + _MONTHS.format(", ".join(map(str, frequency.months))) if frequency.months else often
