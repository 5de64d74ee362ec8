"""The admission list (准入清单): which services the grids may be given, since when, until when, by whose decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.catalogue import queries
from app.catalogue.admission_standing import Standing
from app.catalogue.documents import EXAMPLE, Service
from app.core import clock


@dataclass(frozen=True)
class ListedService:
    """A service as the list shows it; `example`: its decision is one of ours, which the county has to replace."""

    service: Service
    standing: Standing
    example: bool


def listed_services() -> Sequence[ListedService]:
    """Return all services, those that are admitted today first."""
    today = clock.local(clock.now()).date()
    rows = [ListedService(one, _standing(one, today), one.admission.source == EXAMPLE) for one in _services()]
    return sorted(rows, key=lambda one: (list(Standing).index(one.standing), one.service.kind, one.service.code))


def has_ended(code: str | None) -> bool:
    """Tell whether the admission of a service has ended: its cases run on, and nothing new should begin."""
    service = queries.catalogue().services.get(code or "")
    return service is not None and _standing(service, clock.local(clock.now()).date()) is Standing.ENDED


def _services() -> Sequence[Service]:
    return tuple(queries.catalogue().services.values())


def _standing(service: Service, day: date) -> Standing:
    if service.admission.holds_on(day):
        return Standing.HOLDS
    return Standing.COMES if day < service.admission.since else Standing.ENDED
