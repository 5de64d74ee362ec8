"""The catalogue in force, and the questions asked of it: which limit, which department.

Covered: limits of every stage by condition, area class and urgency; the routes that fit; what keeps a class from
being worked with from end to end. Not covered: when a limit ends (deadlines), which department a name or alias means.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from app.catalogue.documents import (
    EXTENSION_SHARE,
    JUDGE_OWN,
    CaseClass,
    LevelStep,
    LimitFigure,
    Service,
    Setting,
    StageLimit,
    Target,
    nothing,
)
from app.departments.kinds import DepartmentKind
from app.grids.levels import AreaClass
from workflows.case_clocks import Stage
from workflows.case_terms import LimitKind
from workflows.words import Words, listed

WHOLE = 100  # percent
TOWNSHIP = "township"  # in a route: the government of the township in which the case lies
TOWNSHIP_TEAM = "township_team"  # in a route: its enforcement team
TOWNSHIP_CENTRE, VILLAGE = "township_centre", "village"
_BY_CODE = {  # what has no kind of its own is found by its code: a prefix, and the code of its ground
    TOWNSHIP_CENTRE: "M-",  # the township's centre for public order and disputes (综治中心)
    VILLAGE: "V-",  # the village or community, where its people's mediation committee sits
}
_OF_TOWNSHIP = {TOWNSHIP: DepartmentKind.TOWNSHIP, TOWNSHIP_TEAM: DepartmentKind.ENFORCEMENT_TEAM}


@dataclass(frozen=True)
class Catalogue:
    """Everything in force at one moment."""

    classes: Mapping[str, CaseClass] = field(default_factory=nothing)
    services: Mapping[str, Service] = field(default_factory=nothing)
    stages: Mapping[Stage, StageLimit] = field(default_factory=nothing)
    settings: Mapping[str, Setting] = field(default_factory=nothing)
    others: Mapping[tuple[str, str], Mapping[str, Any]] = field(
        default_factory=nothing
    )  # (kind, code): documents read by later rooms
    readers: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)  # of confidential classes
    _service_of: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pairs = {case_class: service.code for service in self.services.values() for case_class in service.classes}
        readers = {each.code: tuple(each.readers) for each in self.classes.values() if each.readers}
        object.__setattr__(self, "_service_of", MappingProxyType(pairs))
        object.__setattr__(self, "readers", MappingProxyType(readers))

    def get(self, code: str | None) -> CaseClass | None:
        """Return the class with that code."""
        return self.classes.get(code) if code is not None else None

    def called(self, text: str) -> list[CaseClass]:
        """Return the offered classes that people call so: those of whose everyday words the longest is in the text.

        A text in English letters is looked for in the English names first.
        """
        offered = [each for each in self.classes.values() if each.offered]
        typed = text.strip().lower()
        in_english = [each for each in offered if typed in each.name.en.lower()] if typed and typed.isascii() else []
        if in_english:
            return in_english
        spoken = [max((len(word) for word in each.words if word in text), default=0) for each in offered]
        longest = max(spoken, default=0)
        return [each for each, length in zip(offered, spoken, strict=True) if length == longest > 0]

    @property
    def placeholders(self) -> Mapping[str, int]:
        """Return how many filing conditions of each offered class still stand in stopgap words; only where some do."""
        counts = {one.code: sum(each.placeholder for each in one.conditions) for one in self.classes.values()}
        return {code: count for code, count in counts.items() if count and self.classes[code].offered}

    def service_of(self, code: str) -> Service | None:
        """Return the service that a class belongs to."""
        return self.services.get(self._service_of.get(code, ""))

    def setting(self, name: str) -> int:
        """Return a figure of the county; KeyError for one that is not in force."""
        return self.settings[name].value

    def level_limit(
        self, case_class: CaseClass, level: LevelStep, condition: str | None, area_class: str | None, urgent: bool
    ) -> LimitFigure:
        """Return how long a level has; once urgent its minutes run day and night, its days are the urgent limit."""
        handle = self.limit_for(case_class, condition, area_class, Stage.HANDLE, True) if urgent else None
        return _urgent(level.limit, handle) or level.limit if urgent else level.limit

    def chain(
        self, case_class: CaseClass, condition: str | None, area_class: str | None, urgent: bool
    ) -> list[LimitFigure]:
        """Return the times of the levels that try in turn; of an urgent case, of those to which a task is sent."""
        if not any(level.lead for level in case_class.levels):
            return []
        trying = [level for level in case_class.levels if level.lead or not urgent]
        return [self.level_limit(case_class, level, condition, area_class, urgent) for level in trying]

    def extension(self, case_class: CaseClass | None, limit: LimitFigure, urgent: bool) -> LimitFigure:
        """Return by how much a duty officer may first extend a limit: what the class presets, else a share of it.

        Of an urgent case it is what the class presets for those, else what it presets for all. The share is the
        county's for limits of that kind, else for all; at least the smallest amount of that kind.
        """
        preset = case_class and ((urgent and case_class.urgent_extra_limit) or case_class.extra_limit)
        if preset:
            return preset
        share = self.settings.get(f"{limit.kind}_{EXTENSION_SHARE}") or self.settings[EXTENSION_SHARE]
        return replace(
            limit, amount=limit.kind.stepped(limit.amount * share.value / WHOLE, upwards=True), source=share.source
        )

    def judging_own(self, day: date) -> Setting | None:
        """Return the decision by which people of departments may judge what these handled; None where there is none."""
        one = self.settings.get(JUDGE_OWN)
        return one if one and one.value and one.since and one.since <= day else None

    def reopen_days(self, case_class: CaseClass | None) -> int:
        """Return within how many days after its closure a case can be reopened."""
        own = case_class.reopen if case_class else None
        days = int(own.amount) if own else self.setting("reopen_days")
        followed = case_class.follow_up if case_class else None  # what is found then can be taken up again, too
        return days if followed is None else max(days, followed.last_day + self.setting("reopen_days"))

    def limit_for(
        self,
        case_class: CaseClass | None,
        condition: str | None,
        area_class: str | None,
        stage: Stage,
        urgent: bool = False,
        colour: str | None = None,
    ) -> LimitFigure | None:
        """Return how long a stage may last; None where nothing says so (no class or condition yet, for handling).

        Where the case has a grade of risk, that says how long handling may last, in place of the condition.
        Of an urgent case every limit in minutes runs through nights and holidays; where its own limit is in days, the
        urgent limit of the condition, else of the class, else the county's for the stage takes its place. What the
        condition or the class says is the most for limits in minutes, too.
        """
        default = self.stages.get(stage, StageLimit(stage))
        case_condition = case_class.condition(condition) if case_class else None
        if stage is Stage.HANDLE:
            own = case_condition.limit(area_class) if case_condition else None
            grade = case_class.grade(colour) if case_class and own else None
            own = grade.limit if grade else own
            shortest = (case_condition.urgent if case_condition else None) or (
                case_class.urgent_limit if case_class else None
            )
            return _shorter(_urgent(own, shortest or default.urgent), shortest) if urgent else own
        if stage is Stage.CASE:
            handle = self.limit_for(case_class, condition, area_class, Stage.HANDLE, urgent, colour)
            chain = self.chain(case_class, condition, area_class, urgent) if case_class else []
            return _whole(_through(handle, chain), default.allowance, urgent)
        own = case_class.stages.get(stage) if case_class else None
        general = default.limits.get(area_class or "A", default.limits.get("A"))
        if not urgent:
            return own or general
        return _urgent(own, default.urgent) if own else default.urgent or general


def _urgent(limit: LimitFigure | None, instead: LimitFigure | None) -> LimitFigure | None:
    """Let a limit in minutes run day and night; put another in place of one in days."""
    if limit is None or limit.kind is LimitKind.URGENT_MINUTES:
        return limit
    if limit.kind is LimitKind.WORK_MINUTES:
        return replace(limit, kind=LimitKind.URGENT_MINUTES)
    return instead or limit


def _shorter(limit: LimitFigure | None, most: LimitFigure | None) -> LimitFigure | None:
    if limit is None or most is None or limit.kind is not most.kind:
        return limit
    return most if most.amount < limit.amount else limit


_BY_OFFICE_HOURS = {LimitKind.URGENT_MINUTES: LimitKind.WORK_MINUTES, LimitKind.CALENDAR_DAYS: LimitKind.WORK_DAYS}


def _through(limit: LimitFigure | None, chain: Sequence[LimitFigure]) -> LimitFigure | None:
    """Let handling last through all levels that try in turn, where their times are longer together.

    Times of different kinds make no sum: a clock counts in one kind, through pauses and changed calendars too. Imports
    refuse them; of a class that an older version took, what the condition says holds.
    """
    if limit is None or {each.kind for each in chain} != {limit.kind}:
        return limit
    total = sum(each.amount for each in chain)
    return replace(limit, amount=total, source=chain[0].source) if total > limit.amount else limit


def _whole(limit: LimitFigure | None, allowance: tuple[LimitFigure, ...], urgent: bool) -> LimitFigure | None:
    """Add to the handle limit what the centre's own steps may take, in the same kind of time.

    These stand still at night and on days off unless the case is urgent, and so does the whole: where handling alone
    runs day and night, its minutes or days count as working ones, of which no time has more than it lasts.
    """
    if limit is None:
        return None
    by_kind = {each.kind: each for each in allowance}
    kind = limit.kind if urgent else _BY_OFFICE_HOURS.get(limit.kind, limit.kind)
    more = by_kind.get(kind) or by_kind.get(limit.kind)
    return replace(limit, kind=more.kind, amount=limit.amount + more.amount, source=more.source) if more else limit


def routes_for(
    case_class: CaseClass,
    *,
    level: str | None = None,
    area: str | None = None,
    township: str | None = None,
    condition: str | None = None,
    village: str | None = None,
) -> Iterator[Target]:
    """Yield who handles a case of the class, the first choice first; where none fits the fallback (无责任主体) decides.

    `township` and `village` are codes of grids; a route to either is passed over when it is not known. A later route
    is for counties that have not the department of an earlier one.
    """
    place = {"level": level, "area": area, "township": township, "condition": condition}
    for route in case_class.routes:
        lead = department_of(route.lead, township, village)
        if route.fits(place) and lead:
            assist = (department_of(each, township, village) for each in route.assist)
            yield Target(lead, tuple(each for each in assist if each and each != lead))


def route_for(case_class: CaseClass, **place: str | None) -> Target | None:
    """Return the first choice of `routes_for`, None if no route fits."""
    return next(routes_for(case_class, **place), None)


def department_of(word: str, township: str | None, village: str | None = None) -> str | None:
    """Return the code that a word of a route means on a ground; None where that is not known."""
    if word in _BY_CODE:
        ground = village if word == VILLAGE else township
        return _BY_CODE[word] + ground if ground else None
    kind = _OF_TOWNSHIP.get(word)
    if kind is None:
        return word
    return kind.code_on(township) if township else None


_NO_CLASS = Words("没有类别 {}。", "There is no class {}.")
_OWNED = Words("类别 {} 已属于服务 {}。", "The class {} belongs to the service {} already.")
_NO_FILE = Words("缺少 {}.yaml，请一并导入。", "{}.yaml is missing: import it with the others.")
_COMPLETE = Words("可用类别 {} 个，其中要素齐全 {} 个。", "{} classes in use, {} of them complete.")
_INCOMPLETE = Words(
    "可用类别 {} 个，其中要素齐全 {} 个，其余须补全后使用。",
    "{} classes in use, {} of them complete; the others have to be completed first.",
)
_PLACEHOLDERS = Words(
    "立案条件仍是占位文字、须由县改写的：{} 条（{}）。",
    "Filing conditions that are still placeholders, to be written by the county: {} ({}).",
)
_HOMELESS = Words("未归入任何服务、不能上报的类别：{}。", "Classes of no service, under which nobody can report: {}.")


def is_complete(case_class: CaseClass) -> bool:
    """Tell whether cases of a class can be worked from report to closure: conditions, limits, photos, a last route."""
    conditions = case_class.conditions
    return (
        bool(conditions)
        and all(each.closure and not each.placeholder and set(AreaClass) <= set(each.limits) for each in conditions)
        and case_class.evidence is not None
        and any(not route.when for route in case_class.routes)
    )


def inconsistencies(catalogue: Catalogue) -> dict[str, list[Words]]:
    """Name, by field, what documents say that cannot be true together."""
    faults: dict[str, list[Words]] = {}
    owner: dict[str, str] = {}
    for service in catalogue.services.values():
        where = f"service[{service.code}]"
        for code in service.classes:
            if code not in catalogue.classes:
                faults.setdefault(f"{where}.classes", []).append(_NO_CLASS.format(code))
            if code in owner:
                faults.setdefault(f"{where}.classes", []).append(_OWNED.format(code, owner[code]))
            owner[code] = service.code
        for each in service.rounds:
            unknown = [code for code in each.finding_classes if code not in catalogue.classes]
            if unknown:
                faults[f"{where}.rounds[{each.code}].finding_classes"] = [_NO_CLASS.format(listed(unknown))]
    missing = {"stages": catalogue.stages, "settings": catalogue.settings}
    faults.update({name: [_NO_FILE.format(name)] for name, exists in missing.items() if not exists})
    return faults


def remarks(catalogue: Catalogue) -> tuple[Words, ...]:
    """Say what the county should still do: classes without a service, or not yet complete."""
    offered = [each for each in catalogue.classes.values() if each.offered]
    homeless = [each.code for each in offered if catalogue.service_of(each.code) is None]
    unfinished = [each.code for each in offered if not is_complete(each)]
    whole, all_ = len(offered) - len(unfinished), len(offered)
    texts = [(_COMPLETE if not unfinished else _INCOMPLETE).format(all_, whole)]
    if counts := catalogue.placeholders:
        texts.append(_PLACEHOLDERS.format(sum(counts.values()), listed(counts)))
    if homeless:
        texts.append(_HOMELESS.format(listed(homeless)))
    return tuple(texts)
