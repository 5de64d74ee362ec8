"""The admission list (准入清单): which services the grids may be given, since when, until when, by whose decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.catalogue import queries
from app.catalogue.admission_states import AdmissionState
from app.catalogue.documents import Service
from app.core import clock


@dataclass(frozen=True)
class ListedService:
    """A service as the list shows it; `example`: its decision is one of ours, which the county has to replace."""

    service: Service
    state: AdmissionState
    example: bool


def listed_services() -> Sequence[ListedService]:
    """Return all services, those that are admitted today first."""
    today = clock.local(clock.now()).date()
    rows = [ListedService(one, _state(one, today), one.admission.is_example) for one in _services()]
    return sorted(rows, key=lambda one: (list(AdmissionState).index(one.state), one.service.kind, one.service.code))


def has_ended(code: str | None) -> bool:
    """Tell whether a service that was admitted is so no more, or not until its next admission: its cases run on."""
    service = queries.catalogue().services.get(code or "")
    return service is not None and not service.admission.holds_on(clock.local(clock.now()).date())


def _services() -> Sequence[Service]:
    return tuple(queries.catalogue().services.values())


def _state(service: Service, day: date) -> AdmissionState:
    if service.admission.holds_on(day):
        return AdmissionState.HOLDS
    return AdmissionState.COMES if day < service.admission.since else AdmissionState.ENDED
