"""Say in words what a step carried: labels and values for people, in Chinese and in English. No codes, no ids.

What a step holds for machines only (digests, coordinates' system, the columns it changed) is left out; what this file
does not know is counted and not hidden.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.attachments.models import Attachment
from app.cases import timeline
from app.cases.models import Case, CaseStep
from app.cases.summaries import Names
from app.cases.turn import Whole
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.db import db
from app.core.hints import DROPPED
from app.core.permissions import SYSTEM
from app.desk import words
from app.identity import queries as identity
from workflows.words import Words, listed, plain

Line = tuple[Words, Words]

_SILENT = frozenset(
    {"sha256", "originals", "changed", "actor_name", "crs", "lat", "condition"}
)  # for machines, or told beside another
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_PEOPLE = ("handler", "checker", "verifier")
_CHOICES: Mapping[str, Mapping[Any, Words]] = {
    "solved": {True: Words("已解决", "Solved"), False: Words("未解决", "Not solved")},
    "fixed": {True: Words("是", "Yes"), False: Words("否", "No")},
    "met": {True: Words("已履行", "Met"), False: Words("未履行", "Not met")},
    "rework": {True: Words("退回返工", "Back to be done again"), False: Words("重新核查", "To be checked again")},
    "missed_by_patrol": {True: Words("是", "Yes"), False: Words("否", "No")},
    "grade": words.GRADES,
    "placed": words.PLACED,
    "rating": words.CHOICES["rating"],
    "reason_code": words.CHOICES["reason_code"],
    "source": words.SOURCES,
}
_LABELS: Mapping[str, Words] = {
    "class": Words("类别", "Class"),
    "description": Words("描述", "Description"),
    "address": Words("地址", "Address"),
    "form": Words("填报内容", "Form"),
    "fixed": Words("自行处置", "Fixed on the spot"),
    "source": Words("来源", "Source"),
    "external_no": Words("外部编号", "Number elsewhere"),
    "external_due": Words("外部期限", "Limit set elsewhere"),
    "found_at": Words("发现时间", "Found"),
    "lon": Words("位置", "Place"),
    "placed": Words("位置来源", "How placed"),
    "accuracy_m": Words("定位精度", "Exact to"),
    "grid": Words("网格", "Grid"),
    "lead": Words("主办单位", "Lead department"),
    "assist": Words("协办单位", "Assisting"),
    "called": Words("吹哨单位", "Called"),
    "to": Words("抄送", "Copied to"),
    "contractor": Words("作业单位", "Contractor"),
    "handler": Words("经办人", "Handler"),
    "checker": Words("核查人", "Checker"),
    "verifier": Words("核实人", "Verifier"),
    "centre": Words("交办中心", "Centre"),
    "into": Words("并入案件", "Merged into"),
    "result": Words("处置结果", "Result"),
    "reason": Words("理由", "Reason"),
    "reason_code": Words("退件原因", "Why returned"),
    "note": Words("说明", "Note"),
    "text": Words("批注", "Remark"),
    "guard_note": Words("现场守护", "Guarded by"),
    "due_at": Words("期限", "Limit"),
    "review_on": Words("复查日期", "Looked at again on"),
    "solved": Words("结论", "Finding"),
    "met": Words("责令改正", "Order to correct"),
    "grade": Words("督办等级", "Card"),
    "rating": Words("评价", "Rating"),
    "rework": Words("处理", "What follows"),
    "missed_by_patrol": Words("巡查漏报", "Missed by patrol"),
    "clock": Words("时限", "Limit"),
    "task": Words("任务", "Task"),
    "tasks": Words("任务", "Tasks"),
    "attachments": Words("附件", "Files"),
    DROPPED: Words("不可信、未采用", "Not believed, left out"),
}
_HINTS: Mapping[str, Words] = {
    "accuracy_m": Words("定位精度", "how exactly it was placed"),
    "content_type": Words("照片类型", "the photo's type"),
    "filetype": Words("照片类型", "the photo's type"),
    "found_at": Words("发现时间", "when it was found"),
    "lat": Words("拍摄位置", "where the photo was taken"),
    "lon": Words("拍摄位置", "where the photo was taken"),
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
    by: str
    by_system: bool
    on_behalf_of: str | None
    at: datetime
    phone_at: datetime | None
    lines: tuple[Line, ...]
    erased: bool
    hash: str


def steps_in_words(
    whole: Whole, steps: Iterable[CaseStep], labels: Any, files: Sequence[Attachment]
) -> list[StepWords]:
    """Return a timeline in words; `labels` is the workflow with what states and actions are called."""
    step_list = list(steps)
    step_values = [_with_hints(step, timeline.step_data(step.data), files) for step in step_list]
    writer = _StepWriter(whole, step_values)
    return [
        StepWords(
            seq=step.seq,
            label=labels.actions[step.action],
            state=labels.states[step.state_to],
            turned=step.state_from != step.state_to,
            by=step.actor_name,
            by_system=step.actor_id is None and step.actor_name == SYSTEM.name,
            on_behalf_of=writer.department(step.on_behalf_of) if step.on_behalf_of else None,
            at=step.at,
            phone_at=step.phone_at,
            lines=tuple(writer.lines(data)),
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

    def __init__(self, whole: Whole, step_values: list[dict[str, Any]]) -> None:
        self._whole, self._names = whole, Names()
        wanted = {UUID(data[name]) for data in step_values for name in _PEOPLE if data.get(name)}
        self._people = identity.names(wanted)
        others = {UUID(data["into"]) for data in step_values if data.get("into")}
        numbers = select(Case.case_id, Case.number).where(Case.case_id.in_(others))
        self._numbers: dict[UUID, str] = (
            {row.case_id: row.number for row in db.session.execute(numbers)} if others else {}
        )

    def lines(self, data: Mapping[str, Any]) -> Iterable[Line]:
        """Yield what a step carried, label and value."""
        values = {name: value for name, value in data.items() if name not in _SILENT and value not in _NOTHING}
        texts = {name: self._value(name, values[name], data) for name in _LABELS if name in values}
        yield from ((_LABELS[name], words) for name, words in texts.items() if words is not None)
        unknown = len(values) - sum(words is not None for words in texts.values())
        if unknown:
            yield Words("其他内容", "More"), Words("{} 项", "{} entries").format(unknown)

    def department(self, code: str) -> str:
        """Return what a department is called; as it was given where it was given by name."""
        department_entry = self._names.department(code)
        return str(department_entry["name"]) if department_entry else code

    def _value(self, name: str, value: Any, data: Mapping[str, Any]) -> Words | None:
        if name in _CHOICES:
            return _CHOICES[name].get(value)
        written = _WRITERS.get(name, _plain)(self, value, data)
        return written if isinstance(written, Words) else plain(written)

    def person(self, value: Any, _: Any) -> Words | str:
        """Name somebody."""
        return self._people.get(UUID(value)) or Words("（已离岗人员）", "(no longer here)")

    def case(self, value: Any, _: Any) -> Words | str:
        """Give another case by its number."""
        return self._numbers.get(UUID(value)) or Words("另一案件", "another case")

    def class_(self, value: Any, data: Mapping[str, Any]) -> Words | str:
        """Name class and condition."""
        case_class = catalogue_queries.class_at(value, self._whole.case.catalogue_version)
        if case_class is None:
            return Words("已停用的类别", "A class no longer in use")
        condition = case_class.condition(data["condition"]) if data.get("condition") else None
        return Words("{}（{}）", "{} ({})").format(case_class.name, condition.text) if condition else case_class.name

    def form(self, value: Mapping[str, Any], _: Any) -> str:
        """Give the answers to the form of the class, each after its question."""
        case_class = self._names.class_of(self._whole.case)
        labels = {one.field: one.label for one in case_class.form} if case_class else {}
        yes_no = {True: "是", False: "否"}
        texts = [f"{label}：{yes_no.get(value[name], value[name])}" for name, label in labels.items() if name in value]
        return "；".join(texts) or "—"

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

    def limit(self, value: Any, _: Any) -> Words:
        """Name which limit it was."""
        clock = next((one for one in self._whole.clocks if one.clock == value), None)
        return words.STAGES.get(clock.stage, plain("")) if clock else plain("")


def _plain(_: _StepWriter, value: Any, __: Any) -> str:
    return str(value)


def _moment(_: _StepWriter, value: Any, __: Any) -> str:
    return f"{clock.local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"


def _place(_: _StepWriter, value: Any, data: Mapping[str, Any]) -> Words:
    lon, lat = float(value), float(data["lat"])
    return Words("东经 {:.5f}°，北纬 {:.5f}°", "{:.5f}° E, {:.5f}° N").format(lon, lat)


def _metres(_: _StepWriter, value: Any, __: Any) -> Words:
    return Words("约 {} 米", "about {} m").format(value)


def _hints(_: _StepWriter, value: Any, __: Any) -> Words:
    named = (_HINTS.get(name, Words("其他", "more")) for name in value)
    return listed({str(words): words for words in named}.values())


def _files(_: _StepWriter, value: Any, __: Any) -> Words:
    return Words("{} 个", "{}").format(len(value))


_WRITERS: Mapping[str, Callable[[_StepWriter, Any, Any], Words | str]] = {
    "class": _StepWriter.class_,
    "lon": _place,
    "accuracy_m": _metres,
    "grid": _StepWriter.grid,
    "form": _StepWriter.form,
    "centre": _StepWriter.grid,
    "into": _StepWriter.case,
    "clock": _StepWriter.limit,
    "attachments": _files,
    DROPPED: _hints,
    **dict.fromkeys(("lead", "assist", "called", "to", "contractor"), _StepWriter.departments),
    **dict.fromkeys(_PEOPLE, _StepWriter.person),
    **dict.fromkeys(("due_at", "found_at", "external_due"), _moment),
    **dict.fromkeys(("task", "tasks"), _StepWriter.tasks),
}
