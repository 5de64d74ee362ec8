"""What a desk is offered when it dispatches: whom the class's route names, to be changed by the dispatcher."""

from collections.abc import Mapping
from typing import Any

from app.cases.turn import Whole
from app.core.permissions import Person
from app.departments.queries import directory
from app.dispatch import routing


def suggested(whole: Whole, _: Person) -> Mapping[str, Any]:
    """Return with what the form of a dispatch begins."""
    target = routing.target_of(whole.case)
    if target is None:
        return {}
    return {"lead": directory().name_of(target.lead), "assist": list(target.assist)}
