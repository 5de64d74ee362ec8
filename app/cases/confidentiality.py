"""Which cases are confidential (保密), and which roles read those of a class through their ground.

A case is confidential by what was in force when it was taken in or corrected, and by what its class says now: a class
made stricter hides its open cases at once, one made milder does not lay open what was told in confidence.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.cases.models import Case
from app.catalogue import queries as catalogue_queries


def is_confidential(case: Any) -> bool:
    """Tell whether a case (or row of one) is read by the readers of its class alone."""
    return bool(case.confidential) or case.class_code in catalogue_queries.catalogue().readers


def is_open_to_all() -> ColumnElement[bool]:
    """Return the condition on `cases` that holds for those which are not confidential."""
    codes = sorted(catalogue_queries.catalogue().readers)
    if not codes:
        return ~Case.confidential
    return and_(~Case.confidential, or_(Case.class_code.is_(None), Case.class_code.not_in(codes)))


def reads(role: str, class_code: str | None) -> bool:
    """Tell whether a role reads confidential cases of a class: of one that is so no more, as it was last."""
    return class_code is not None and role in catalogue_queries.readers().get(class_code, ())


def readable(role: str) -> list[str]:
    """Return the classes whose confidential cases a role reads, in order."""
    return sorted(code for code, roles in catalogue_queries.readers().items() if role in roles)
