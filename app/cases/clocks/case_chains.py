"""Ask a class which departments try in turn (`levels`), for how long, and to whom a late one hands on.

A level that names no department of its own (a grid worker who tries first) is not handed on to, nor is one whose
department is not there: the next one has its turn. The clock of the case runs through all of them.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from app.cases.clocks import case_limits
from app.cases.models import Case
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import LevelStep, LimitFigure
from app.catalogue.lookups import department_of
from app.core import clock
from app.deadlines.limits import Limit
from app.departments.kinds import DepartmentKind
from app.departments.queries import directory
from app.grids.levels import Level
from app.grids.queries import grid_tree
from workflows.case_clocks import Stage
from workflows.case_terms import LimitKind


def level_of(case: Case) -> LevelStep | None:
    """Return the level whose department leads the case now."""
    return next((level for level, code in _leads(case) if code == case.lead), None) if case.lead else None


def above(case: Any) -> Iterator[str]:
    """Yield the departments to which the lead may hand on, the next level first; none where it may not."""
    leads = list(_leads(case))
    here = next((place for place, (_, code) in enumerate(leads) if code == case.lead), None)
    if here is None or not leads[here][0].hands_on:
        return
    yield from dict.fromkeys(code for _, code in leads[here + 1 :] if code and code != case.lead)


def limit_for(case: Case, stage: StrEnum, urgent: bool) -> Limit | None:
    """Return how long a stage may last: handling as long as the level has that leads the case, if one does."""
    figure = figure_for(case, Stage.of(stage), urgent)
    return Limit(figure.amount, LimitKind.of(figure.kind)) if figure else None


def figure_for(case: Case, stage: Stage, urgent: bool) -> LimitFigure | None:
    """Return the figure that says how long a stage may last, with where it is from.

    Where a level leads it has its own time, and under a grade of risk that of the grade, if it is the shorter one.
    """
    level, rules = level_of(case) if stage == Stage.HANDLE else None, case_limits.class_of(case)
    if level is None or rules is None:
        return _figure_of_class(case, stage, urgent)
    own = catalogue_queries.catalogue().level_limit(rules, level, case.condition, case.area_class, urgent)
    of_grade = _figure_of_class(case, stage, urgent) if rules.grade(case.colour) else None
    shorter = of_grade and (own is None or (of_grade.kind is own.kind and of_grade.amount < own.amount))
    return of_grade if shorter else own


def _figure_of_class(case: Case, stage: Stage, urgent: bool) -> LimitFigure | None:
    rules, catalogue = case_limits.class_of(case), catalogue_queries.catalogue()
    return catalogue.limit_for(rules, case.condition, case.area_class, stage, urgent, case.colour)


def _leads(case: Any) -> Iterator[tuple[LevelStep, str | None]]:
    rules = case_limits.class_of(case)
    levels = rules.levels if rules else ()
    if not any(level.lead for level in levels):
        return
    township, village = (grid_tree().at_level(case.grid, level) for level in (Level.TOWNSHIP, Level.VILLAGE))
    grounds = (township.code if township else None, village.code if village else None)
    for level in levels:
        word = department_of(level.lead, *grounds) if level.lead else None
        yield level, existing(word) if word else None


def existing(word: str) -> str | None:
    """Return the code of a department that may lead now; None for a contractor and for one that is not there."""
    department = directory().find(word)
    takes = department and department.valid(clock.now()) and department.kind is not DepartmentKind.CONTRACTOR
    return department.code if department and takes else None
