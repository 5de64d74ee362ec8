"""Find what can be chosen in a form: departments, classes, conditions, people who may be named, tasks, other cases."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import marshmallow as ma

from app.cases import centres
from app.cases.acts import nominees
from app.cases.clocks import case_limits
from app.cases.models import CaseTask
from app.cases.procedure import procedure_of
from app.cases.turn import DEPARTMENT_PARTS, Whole
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import CaseClass, Condition
from app.core import clock
from app.core.permissions import Permission, Person, ScopeKind
from app.departments.kinds import DepartmentKind
from app.departments.queries import Entry, directory
from app.desk.forms import Option
from app.desk.words import KINDS, PARTS
from app.dispatch import routing
from app.grids.queries import grid_tree
from app.identity import queries as identity
from app.intake.queries import Mergeable, mergeable
from workflows.case_terms import CaseAction, CasePermission, TaskPart, TaskState
from workflows.words import Words, plain

Given = Mapping[str, Any]


def suggested(action: str, whole: Whole) -> Mapping[str, Any]:
    """Return with what the form of an action begins: that of a dispatch with whom the route of the class names."""
    target = routing.target_of(whole.case) if action == CaseAction.DISPATCH else None
    return {"lead": directory().name_of(target.lead), "assist": list(target.assist)} if target else {}


def options(
    schema: ma.Schema, whole: Whole, person: Person, given: Given, tasks: Sequence[int]
) -> dict[str, list[Option]]:
    """Return the options of every field of a schema that has some."""
    names = [field.data_key or name for name, field in schema.fields.items()]
    found = {name: _FINDERS[name](whole, person, given) for name in names if name in _FINDERS}
    if "rating" in names:
        found["task"] = [_task(each) for each in whole.tasks if each.part == TaskPart.CALLED]
    elif len(tasks) > 1:
        found["task"] = [_task(each) for each in whole.tasks if each.task in tasks]
    return found


def classes() -> list[Option]:
    """Return the classes that are reported under, by their groups."""
    offered = (one for one in catalogue_queries.catalogue().classes.values() if one.offered)
    return [Option(one.code, one.called, plain(one.major)) for one in offered]


def departments(*kinds: DepartmentKind) -> list[Option]:
    """Return the departments there are now, of some kinds or all, by kind."""
    now, every = clock.now(), directory()
    valid = [one for one in every.valid(now) if not kinds or one.kind in kinds]
    ordered = sorted(valid, key=lambda one: list(DepartmentKind).index(one.kind))
    return [Option(one.code, plain(_called(one)), KINDS[one.kind]) for one in ordered]


def grids() -> list[Option]:
    """Return the grids there are now, named with what they belong to."""
    tree = grid_tree()
    return [Option(one.code, plain(f"{one.name}（{_above(one.code)}）")) for one in tree.current if one.parent]


def class_in(text: str | None) -> CaseClass | None:
    """Return the class that somebody has chosen or typed: its code, its name, or words that mean no other."""
    catalogue = catalogue_queries.catalogue()
    code = (text or "").strip().partition(" ")[0]
    known = catalogue.get(code) or next(
        (one for one in catalogue.classes.values() if text in (one.name, one.name.en)), None
    )
    if known is not None:
        return known
    called = catalogue.called(text or "")
    return called[0] if len(called) == 1 else None


def _called(entry: Entry) -> str:
    return entry.name if directory().find(entry.name) is entry else f"{entry.name} {entry.code}"


def _above(code: str) -> str:
    return " ".join(node.name for node in grid_tree().ancestors(code)[1:][-2:]) or grid_tree().ancestors(code)[0].name


def _of_classes(*_: Any) -> list[Option]:
    return classes()


def _conditions(whole: Whole, _: Person, given: Given) -> list[Option]:
    chosen = class_in(given.get("class")) if "class" in given else case_limits.class_of(whole.case)
    area = whole.case.area_class
    return [Option(one.condition, _condition(one, area)) for one in (chosen.conditions if chosen else ())]


def _condition(condition: Condition, area: str | None) -> Words:
    limit = condition.limit(area)
    return Words("{}（{}）", "{} ({})").format(condition.text, limit.words) if limit else plain(condition.text)


def _of_departments(*_: Any) -> list[Option]:
    return departments()


def _assisting(whole: Whole, *_: Any) -> list[Option]:
    """Return whom a case can be shared with, those who share it already first."""
    there = {task.department for task in whole.standing_tasks() if task.part == TaskPart.ASSIST}
    return sorted(departments(), key=lambda one: one.value not in there)


def _contractors(*_: Any) -> list[Option]:
    return departments(DepartmentKind.CONTRACTOR)


def _of_grids(*_: Any) -> list[Option]:
    return grids()


def _centres(whole: Whole, *_: Any) -> list[Option]:
    return [
        Option(node.code, Words("{}{}中心", "{}, centre of the {}").format(node.name, node.level.words))
        for node in centres.lower_centres(whole.case)
    ]


def _handlers(whole: Whole, person: Person, _: Given) -> list[Option]:
    mine = person.departments()
    served = {code for task in whole.standing_tasks() for code in (task.department, task.contractor) if code}
    holding = identity.holders_in(ScopeKind.DEPARTMENT, sorted(served & mine) or sorted(served), Permission.CASE_READ)
    return _people(identity.present(list(dict.fromkeys(one for one, _ in holding))))


def _checkers(whole: Whole, *_: Any) -> list[Option]:
    return _people(nominees.checkers(whole, nominees.candidates(whole.case, CasePermission.CHECK)))


def _verifiers(whole: Whole, person: Person, _: Given) -> list[Option]:
    return _people(nominees.verifiers(whole, person, nominees.candidates(whole.case, CasePermission.FIND)))


def _mergeable(whole: Whole, person: Person, _: Given) -> list[Option]:
    """Return the open cases into which one may be merged."""
    states = procedure_of(whole.case.workflow).workflow.states
    return [Option(str(one.case_id), _other_case(one, states[one.state])) for one in mergeable(whole.case, person)]


def _other_case(one: Mergeable, state: Words) -> Words:
    what = f"{one.number} {one.address or one.description[:20]}"
    if one.distance_m is None:
        return plain(" · ").join([what, state])
    return Words("{} · {} · 相距 {} 米", "{} · {} · {} m away").format(what, state, one.distance_m)


def _people(people: Sequence[Person]) -> list[Option]:
    return [Option(str(one.person_id), plain(one.name)) for one in people]


def _done_tasks(whole: Whole, *_: Any) -> list[Option]:
    done = (task for task in whole.standing_tasks() if task.state == TaskState.DONE)
    return [_task(task) for task in done if task.part != TaskPart.CALLED]


def _task(task: CaseTask) -> Option:
    name = directory().name_of(task.department) if task.department and task.part in DEPARTMENT_PARTS else ""
    return Option(str(task.task), Words("{}（{}）", "{} ({})").format(name, PARTS[task.part]))


_FINDERS: Mapping[str, Callable[[Whole, Person, Given], list[Option]]] = {
    "class": _of_classes,
    "condition": _conditions,
    "lead": _of_departments,
    "assist": _assisting,
    "called": _of_departments,
    "to": _of_departments,
    "contractor": _contractors,
    "grid": _of_grids,
    "centre": _centres,
    "handler": _handlers,
    "into": _mergeable,
    "checker": _checkers,
    "verifier": _verifiers,
    "tasks": _done_tasks,
}
