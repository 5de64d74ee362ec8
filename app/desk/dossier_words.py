"""Say in words what a step carried: labels and values for people, in Chinese and in English. No codes, no ids.

What a step holds for machines only (digests, coordinates' system, the columns it changed) is left out; what this file
does not know is counted and not hidden.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.attachments.models import Attachment
from app.cases import case_secrecy, timeline
from app.cases.case_objects import NAMED
from app.cases.models import Case, CaseStep
from app.cases.own_tables import CLOCKS
from app.cases.protocol import procedure_of
from app.cases.timeline import CHANGED
from app.cases.views import Names
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.catalogue.words import ENDED_CLASS
from app.core import clock
from app.core.db import db
from app.core.hints import DROPPED
from app.core.permissions import SYSTEM, Person
from app.desk import words
from app.desk.form_questions import PHOTOS_AND_PAPERS
from app.identity import queries as identity
from app.objects import queries as objects
from workflows.case_forms import CARRIED, NO_OBJECT, OBJECT
from workflows.forms import PEOPLE, PHOTOS, TASKS, Field, Form, Kind, Pool, in_words
from workflows.words import Words, listed, plain

Line = tuple[Words, Words]

_SILENT = frozenset(
    {"sha256", "originals", "changed", "actor_name", "crs", "lat", "condition", "level"}
)  # for machines, or told beside another
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_LABELS_ALONE: Mapping[str, Words] = {
    "form": Words("填报内容", "Form"),
    "clock": Words("时限", "Limit"),
    "spot": Words("现场情况", "On the spot"),
    "roles": Words("已告知", "Told"),
    "limits": Words("到期时间", "Ends"),
    "calendar_version": Words("工作日历", "Working calendars"),
    PHOTOS: PHOTOS_AND_PAPERS,
    DROPPED: Words("不可信、未采用", "Not believed, left out"),
}
_HINTS: Mapping[str, Words] = {
    "accuracy_m": Words("定位精度", "how exactly it was placed"),
    **dict.fromkeys(("content_type", "filetype"), Words("照片类型", "the photo's type")),
    "found_at": Words("发现时间", "when it was found"),
    **dict.fromkeys(("lat", "lon"), Words("拍摄位置", "where the photo was taken")),
    "object": Words("对象（登记册中已没有）", "the object, which is no more"),
    "originals": Words("原图校验值", "the hashes of the original photos"),
    "phone_at": Words("手机上的办理时间", "the phone's time of the step"),
    "phone_now": Words("手机时钟", "the phone's clock"),
    "placed": Words("位置来源", "how it was placed"),
    "taken_at": Words("拍摄时间", "when the photo was taken"),
}


@dataclass(frozen=True)
class StepWords:
    """One step as people read it."""

    seq: int
    label: Words
    state: Words
    turned: bool  # the step led to another state
    by: Words
    by_system: bool
    on_behalf_of: str | None
    at: datetime
    phone_at: datetime | None
    lines: tuple[Line, ...]
    erased: bool
    hash: str


def steps_in_words(
    whole: Whole, steps: Iterable[CaseStep], labels: Any, files: Sequence[Attachment], person: Person
) -> list[StepWords]:
    """Return a timeline in words, as a person sees it; `labels` is the workflow with its states and actions."""
    step_list, hides = list(steps), case_secrecy.hides_sender(whole, person)
    step_values = [_with_hints(step, timeline.step_data(step.data), files) for step in step_list]
    if hides:
        pairs = zip(step_list, step_values, strict=True)
        step_values = [case_secrecy.step_data(whole, step.action, data) or {} for step, data in pairs]
    writer = _StepWriter(
        whole, [(step.action, data) for step, data in zip(step_list, step_values, strict=True)], person
    )
    return [
        StepWords(
            seq=step.seq,
            label=labels.actions[step.action],
            state=labels.states[step.state_to],
            turned=step.state_from != step.state_to,
            by=case_secrecy.KEPT if hides and case_secrecy.hides_actor(whole, step.action) else plain(step.actor_name),
            by_system=step.actor_id is None and step.actor_name == SYSTEM.name,
            on_behalf_of=writer.department(step.on_behalf_of) if step.on_behalf_of else None,
            at=step.at,
            phone_at=step.phone_at,
            lines=tuple(writer.lines(step.action, data)),
            erased=step.data is None,
            hash=step.hash,
        )
        for step, data in zip(step_list, step_values, strict=True)
    ]


def _with_hints(step: CaseStep, data: dict[str, Any], files: Sequence[Attachment]) -> dict[str, Any]:
    """Put what could not be used of a step's photos to what could not be used of the step itself."""
    of_files = [name for file in files if file.step == step.seq for name in file.dropped or ()]
    return {**data, DROPPED: [*data.get(DROPPED, ()), *of_files]} if of_files else data


class _StepWriter:
    """Turn what steps say into words; names of people and other cases are looked up once."""

    def __init__(self, whole: Whole, step_values: Sequence[tuple[str, Mapping[str, Any]]], person: Person) -> None:
        self._whole, self._names, self._person = whole, Names(), person
        forms = procedure_of(whole.case.workflow).workflow.forms
        self._fields = {action: _fields(form) for action, form in forms.items()}
        self._people = identity.names(set(self._ids(step_values, PEOPLE)))
        others = set(self._ids(step_values, {Pool.CASE}))
        numbers = select(Case.case_id, Case.number).where(Case.case_id.in_(others))
        self._numbers: dict[UUID, str] = (
            {row.case_id: row.number for row in db.session.execute(numbers)} if others else {}
        )

    def _ids(self, step_values: Iterable[tuple[str, Mapping[str, Any]]], pools: Collection[Pool]) -> Iterator[UUID]:
        """Yield the ids that steps carry where one of these pools was chosen from."""
        for action, data in step_values:
            for name, field in self._fields[action].items():
                if field.pool in pools and data.get(name):
                    yield UUID(data[name])

    def lines(self, action: str, data: Mapping[str, Any]) -> Iterator[Line]:
        """Yield what a step carried, label and value."""
        carried = {name: value for name, value in data.items() if name not in _SILENT and value not in _NOTHING}
        fields = self._fields[action]
        values = {name: self._value(field, carried[name], data) for name, field in fields.items() if name in carried}
        yield from ((fields[name].label, words) for name, words in values.items() if words is not None)
        alone = {name: _ALONE[name](self, carried[name]) for name in _LABELS_ALONE if name in carried}
        yield from ((_LABELS_ALONE[name], words) for name, words in alone.items())
        unknown = len(carried) - sum(words is not None for words in values.values()) - len(alone)
        if unknown:
            yield Words("其他内容", "More"), Words("{} 项", "{} entries").format(unknown)

    def department(self, code: str) -> str:
        """Return what a department is called; as it was given where it was given by name."""
        department_entry = self._names.department(code)
        return str(department_entry["name"]) if department_entry else code

    def _value(self, field: Field, value: Any, data: Mapping[str, Any]) -> Words | None:
        if field.choices:
            return field.words_of(value)
        if field.name == OBJECT.name:
            return self.object(data)
        writer = _OF_KINDS.get(field.kind) or (_OF_POOLS.get(field.pool) if field.pool else None)
        written = writer(self, value, data) if writer else in_words(field, value)
        return written if isinstance(written, Words) else plain(written)

    def person(self, value: Any, _: Any) -> Words | str:
        """Name somebody."""
        return self._people.get(UUID(value)) or Words("（已离岗人员）", "(no longer here)")

    def case(self, value: Any, _: Any) -> Words | str:
        """Give another case by its number."""
        return self._numbers.get(UUID(value)) or Words("另一案件", "another case")

    def class_(self, value: Any, data: Mapping[str, Any]) -> Words | str:
        """Name class and condition."""
        version = data.get(CHANGED, {}).get("catalogue_version", self._whole.case.catalogue_version)
        case_class = catalogue_queries.class_at(value, version) or catalogue_queries.class_at(value, None)
        if case_class is None:
            return ENDED_CLASS
        condition = case_class.condition(data["condition"]) if data.get("condition") else None
        return Words("{}（{}）", "{} ({})").format(case_class.name, condition.text) if condition else case_class.name

    def form(self, answers: Mapping[str, Any]) -> Words:
        """Give the answers to the form of the class, each after its question."""
        lines = answered(self._names, self._whole.case, answers, self._person)
        sentences = (Words("{}：{}", "{}: {}").format(*line) for line in lines)
        return Words("；", "; ").join(sentences) if lines else plain("—")

    def object(self, data: Mapping[str, Any]) -> Words:
        """Give the identifier of the object that a step named; which one it is without, the case itself says."""
        if data[OBJECT.name] == NO_OBJECT:
            return Words("无", "none")
        changed = data.get(CHANGED, {})  # which leaves out what there is none of; older steps have none of it
        known = changed if "object_id" in changed else {"object_identifier": self._whole.case.object_identifier}
        identifier = known.get("object_identifier")
        return plain(identifier) if identifier else NAMED

    def grid(self, value: Any, _: Any) -> str:
        """Name a grid."""
        return str(self._names.grid(value)["name"])

    def departments(self, value: Any, _: Any) -> str:
        """Name departments."""
        return "、".join(map(self.department, value if isinstance(value, list) else [value]))

    def tasks(self, value: Any, _: Any) -> Words:
        """Name whose tasks."""
        numbers = value if isinstance(value, list) else [value]
        tasks_of_step = [task for task in map(self._whole.task_numbered, numbers) if task]
        parts = [(words.PARTS.get(task.part, plain("")), task.department) for task in tasks_of_step]
        whose = Words("{}（{}）", "{} ({})")
        return listed(whose.format(self.department(code), part) if code else part for part, code in parts)

    def limit(self, value: Any) -> Words:
        """Name which limit it was."""
        clock = next((one for one in self._whole.clocks if one.clock == value), None)
        return words.stage_words(clock) if clock else plain("")

    def milestone(self, value: Any, data: Mapping[str, Any]) -> str:
        """Say which milestone was reached: several have its number where class or condition were corrected."""
        alike = [one for one in self._whole.clocks if one.milestone == value and one.text]
        stopped = data.get(CHANGED, {}).get(CLOCKS.name, {})
        matches = [one for one in alike if stopped.get(str(one.clock), {}).get("stopped_at")] or alike
        texts = {one.text for one in matches}
        return str(texts.pop() if len(texts) == 1 else value)  # an older version wrote down less

    def moved(self, rows: Any) -> Words:
        """Say from when to when which limits have moved."""
        text = Words("{}：{} 改为 {}", "{}: {}, now {}")
        return Words("；", "; ").join(
            text.format(
                words.STAGES.get(row["stage"], plain(row["stage"])), *(_local(row[end]) for end in ("old", "new"))
            )
            for row in rows
        )


def _local(text: str) -> str:
    return clock.minute(datetime.fromisoformat(text))


def _version(_: _StepWriter, value: Any) -> Words:
    return Words("第 {} 版", "version {}").format(value)


def _moment(_: _StepWriter, value: Any, __: Any) -> str:
    return _local(value)


def _place(_: _StepWriter, value: Any, data: Mapping[str, Any]) -> Words:
    lon, lat = float(value), float(data["lat"])
    return Words("东经 {:.5f}°，北纬 {:.5f}°", "{:.5f}° E, {:.5f}° N").format(lon, lat)


def _hints(_: _StepWriter, value: Any) -> Words:
    named = (_HINTS.get(name, Words("其他", "more")) for name in value)
    return listed({str(words): words for words in named}.values())


def _spot(_: _StepWriter, value: Any) -> Words:
    return words.spot_words(value)


def _roles(_: _StepWriter, value: Any) -> Words:
    known = identity.roles()
    return listed(known.words(role) if role in known.names else plain(role) for role in value)


def _files(_: _StepWriter, value: Any) -> Words:
    return Words("{} 个", "{}").format(len(value))


def _fields(form: Form) -> dict[str, Field]:
    """Return the fields of a form, and of what steps carry besides, by the names under which a step has them."""
    return {one.need: one for one in (*CARRIED, *form.fields)}


def answered(names: Names, case: Any, answers: Mapping[str, Any], person: Person) -> list[tuple[Words, Words]]:
    """Return answers to the form of a case's class, each with its question; objects by name, for whoever sees them."""
    rules = names.class_of(case)
    questions = [one for one in rules.form if one.name in answers] if rules else []
    named = objects.names([answers[one.name] for one in questions if one.kind is Kind.OBJECT], person)
    return [(one.label, _answer_words(one, answers[one.name], named)) for one in questions]


def _answer_words(question: Field, answer: Any, named: Mapping[str, str]) -> Words:
    if question.kind is Kind.OBJECT:
        return plain(named[answer]) if isinstance(answer, str) and answer in named else NAMED
    return in_words(question, answer)


_ALONE: Mapping[str, Callable[[_StepWriter, Any], Words]] = {
    "form": _StepWriter.form,
    "clock": _StepWriter.limit,
    "spot": _spot,
    "roles": _roles,
    "limits": _StepWriter.moved,
    "calendar_version": _version,
    PHOTOS: _files,
    DROPPED: _hints,
}
_OF_KINDS: Mapping[Kind, Callable[[_StepWriter, Any, Any], Words | str]] = {Kind.MOMENT: _moment, Kind.PLACE: _place}
_OF_POOLS: Mapping[Pool, Callable[[_StepWriter, Any, Any], Words | str]] = {
    Pool.CLASS: _StepWriter.class_,
    Pool.CASE: _StepWriter.case,
    Pool.MILESTONE: _StepWriter.milestone,
    **dict.fromkeys((Pool.GRID, Pool.CENTRE), _StepWriter.grid),
    **dict.fromkeys((Pool.DEPARTMENT, Pool.CONTRACTOR), _StepWriter.departments),
    **dict.fromkeys(PEOPLE, _StepWriter.person),
    **dict.fromkeys(TASKS, _StepWriter.tasks),
}
