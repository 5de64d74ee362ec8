"""Find what can be chosen in a form: departments, classes, conditions, people who may be named, tasks."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.cases import centres
from app.cases.acts import milestones, nominees
from app.cases.acts.facts import handler_fault
from app.cases.clocks import case_limits
from app.cases.models import CaseTask
from app.cases.protocol import Finder, FormData, procedure_of
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import CaseClass, Condition, LimitFigure
from app.core import clock
from app.core.permissions import Person, ScopeKind
from app.departments.kinds import DepartmentKind
from app.departments.queries import Entry, directory
from app.grids.queries import grid_tree
from app.identity import queries as identity
from workflows.case_terms import CasePermission, TaskPart, TaskState
from workflows.forms import Choice, Form, Pool
from workflows.words import Words, plain


def offered(
    form: Form, finders: Mapping[Pool, Finder], whole: Whole, person: Person, form_data: FormData, tasks: Sequence[int],
    but: Collection[Pool] = (),
) -> dict[str, list[Choice]]:  # fmt: skip
    """Return, by field, what can be chosen in pools of a form; `tasks` are those for which the person may act."""
    options: dict[str, list[Choice]] = {}
    for name, pool in form.pools.items():
        if pool is Pool.TASK:
            options[name] = _of_tasks(whole, tasks)
        elif pool not in but and (finder := finders.get(pool) or _FINDERS.get(pool)):
            options[name] = finder(whole, person, form_data)
    return options


def classes() -> list[Choice]:
    """Return the classes that are reported under, by their groups."""
    offered = (one for one in catalogue_queries.catalogue().classes.values() if one.offered)
    return [Choice(one.code, one.called) for one in offered]


def departments(*kinds: DepartmentKind) -> list[Choice]:
    """Return the departments there are now, of some kinds or all, by kind."""
    now, every = clock.now(), directory()
    valid = [one for one in every.valid(now) if not kinds or one.kind in kinds]
    ordered = sorted(valid, key=lambda one: list(DepartmentKind).index(one.kind))
    return [Choice(one.code, plain(_called(one))) for one in ordered]


def grids() -> list[Choice]:
    """Return the grids there are now, named with what they belong to."""
    tree = grid_tree()
    return [Choice(one.code, plain(f"{one.name}（{_above(one.code)}）")) for one in tree.current if one.parent]


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


def _of_classes(*_: Any) -> list[Choice]:
    return classes()


def _conditions(whole: Whole, _: Person, form_data: FormData) -> list[Choice]:
    chosen = class_in(form_data.get(Pool.CLASS)) if Pool.CLASS in form_data else case_limits.class_of(whole.case)
    area = whole.case.area_class
    return [Choice(one.condition, _condition(one, area)) for one in (chosen.conditions if chosen else ())]


def _colours(whole: Whole, _: Person, form_data: FormData) -> list[Choice]:
    chosen = class_in(form_data.get(Pool.CLASS)) if Pool.CLASS in form_data else case_limits.class_of(whole.case)
    return [Choice(one.colour, one.words) for one in (chosen.grades if chosen else ())]


def _condition(condition: Condition, area: str | None) -> Words:
    limit = condition.limit(area)
    return _within(condition.text, limit) if limit else plain(condition.text)


@lru_cache(4096)  # the same with every case of a class that is read
def _within(text: str, limit: LimitFigure) -> Words:
    return Words("{}（{}）", "{} ({})").format(text, limit.words)


def _of_departments(whole: Whole, *_: Any) -> list[Choice]:
    """Return all departments, those who share the case already first."""
    there = {task.department for task in whole.standing_tasks() if task.part == TaskPart.ASSIST}
    kinds = [kind for kind in DepartmentKind if kind is not DepartmentKind.CONTRACTOR]  # who assigns, names them
    return sorted(departments(*kinds), key=lambda one: one.value not in there)


def _contractors(*_: Any) -> list[Choice]:
    return departments(DepartmentKind.CONTRACTOR)


def _of_grids(*_: Any) -> list[Choice]:
    return grids()


def _centres(whole: Whole, *_: Any) -> list[Choice]:
    return [
        Choice(node.code, Words("{}（{}）", "{} ({})").format(node.centre_name, node.level.words))
        for node in centres.lower_centres(whole.case)
    ]


def _handlers(whole: Whole, person: Person, _: FormData) -> list[Choice]:
    """Return who may be named to do the work: of the departments one serves, only whom the rules will take."""
    mine = person.departments()
    every = [task for task in whole.standing_tasks() if task.part != TaskPart.CALLED]
    own = [task for task in every if mine & {task.department, task.contractor}] or every
    codes = sorted({code for task in own for code in (task.department, task.contractor) if code})
    holding = identity.holders_in(ScopeKind.DEPARTMENT, codes, CasePermission.FINISH)
    people = identity.present(list(dict.fromkeys(one for one, _ in holding)))
    return _people([one for one in people if any(handler_fault(whole, one, task) is None for task in own)])


def _checkers(whole: Whole, *_: Any) -> list[Choice]:
    return _people(nominees.nominees(whole, None, TaskPart.CHECK))


def _verifiers(whole: Whole, person: Person, _: FormData) -> list[Choice]:
    return _people(nominees.nominees(whole, person.person_id, TaskPart.VERIFY))


def _people(people: Sequence[Person]) -> list[Choice]:
    return [Choice(str(one.person_id), plain(one.name)) for one in people]


def _of_tasks(whole: Whole, numbers: Sequence[int]) -> list[Choice]:
    """Return the tasks of which one has to be named: nothing where there is only one."""
    if len(numbers) < 2:
        return []
    offered_tasks = [_task(whole, each) for each in whole.tasks if each.task in numbers and each.department is not None]
    return offered_tasks if len(offered_tasks) > 1 else []


def _called_tasks(whole: Whole, *_: Any) -> list[Choice]:
    return [_task(whole, each) for each in whole.tasks if each.part == TaskPart.CALLED]


def _milestones(whole: Whole, person: Person, _: FormData) -> list[Choice]:
    codes = person.departments()
    mine = [task.task for task in whole.standing_tasks() if codes & {task.department, task.contractor}]
    open_clocks = milestones.unreached(whole, *mine) if mine else []
    return [Choice(str(one.milestone), plain(one.text or "")) for one in open_clocks]


def _sub_tasks(whole: Whole, person: Person, _: FormData) -> list[Choice]:
    mine = person.departments()
    return [_part(one) for one in whole.live_tasks(TaskPart.SUB) if mine & {one.department, one.contractor}]


def _part(task: CaseTask) -> Choice:
    """Name a part done within a department: its number, and by whom."""
    who = task.unit or (directory().name_of(task.contractor) if task.contractor else "")
    return Choice(str(task.task), plain(f"{task.task} {who}".strip()))


def _done_tasks(whole: Whole, *_: Any) -> list[Choice]:
    done = (task for task in whole.standing_tasks() if task.state == TaskState.DONE)
    return [_task(whole, task) for task in done if task.part != TaskPart.CALLED]


def _task(whole: Whole, task: CaseTask) -> Choice:
    part = procedure_of(whole.case.workflow).parts.of(task.part)
    name = directory().name_of(task.department) if task.department else ""
    return Choice(str(task.task), Words("{}（{}）", "{} ({})").format(name, part.words))


_FINDERS: Mapping[Pool, Finder] = {
    Pool.CLASS: _of_classes,
    Pool.CONDITION: _conditions,
    Pool.COLOUR: _colours,
    Pool.DEPARTMENT: _of_departments,
    Pool.CONTRACTOR: _contractors,
    Pool.GRID: _of_grids,
    Pool.CENTRE: _centres,
    Pool.HANDLER: _handlers,
    Pool.CHECKER: _checkers,
    Pool.VERIFIER: _verifiers,
    Pool.MILESTONE: _milestones,
    Pool.CALLED_TASK: _called_tasks,
    Pool.SUB_TASK: _sub_tasks,
    Pool.DONE_TASK: _done_tasks,
}
