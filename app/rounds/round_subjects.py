"""Which things rounds may be about: the ground, people who are kept elsewhere, and every kind of objects."""

from collections.abc import Collection

from app.catalogue.documents import OF_GROUND
from app.catalogue.lookups import Catalogue
from app.objects import object_kinds
from app.residents import resident_rules
from workflows.words import Words, listed

_UNKNOWN = Words(
    "没有这种巡查对象，只能是 {}，或对象种类：{}。",
    "There is nothing of this kind to make a round of: it is {}, or one of the kinds of objects: {}.",
)
_NO_CARE = Words(
    "没有这种关爱，或不用于这种对象；现有：{}。",
    "There is no such kind of care, or not of these people. There are: {}.",
)


def faults(catalogue: Catalogue, services: Collection[str]) -> dict[str, list[Words]]:
    """Name, by field, what the rounds of some services are about that nobody knows."""
    kinds = object_kinds.kinds_of(catalogue) if services else {}
    subjects = {
        f"service[{code}].rounds[{number}].subject": [_UNKNOWN.format(listed(OF_GROUND), listed(kinds))]
        for code in services
        for number, plan in enumerate(catalogue.services[code].rounds)
        if plan.subject not in OF_GROUND and plan.subject not in kinds
    }
    return {**subjects, **_cares(catalogue, services)}


def _cares(catalogue: Catalogue, services: Collection[str]) -> dict[str, list[Words]]:
    """Name, by field, rounds about kinds of care that nobody knows: of these services; of all, with other rules."""
    of_rules = resident_rules.rules_of(catalogue)
    known, brought = of_rules.cares, services if of_rules == resident_rules.rules() else catalogue.services
    return {
        f"service[{code}].rounds[{number}].care": [_NO_CARE.format(listed(known))]
        for code in brought
        for number, plan in enumerate(catalogue.services[code].rounds)
        if any(care not in known or known[care].subject != plan.subject for care in plan.care)
    }
