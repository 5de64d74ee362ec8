"""What the documents of the catalogue say, as frozen objects; the questions asked of them all are in `lookups.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from app.catalogue.document_terms import ClassKind, OnLate, RoundPeriod, ServiceKind
from app.grids.levels import Duty, Level
from workflows.case_clocks import Stage
from workflows.case_terms import CheckKind, LimitKind
from workflows.forms import Field
from workflows.resident_terms import ResidentSubject
from workflows.risk_terms import RiskColour
from workflows.round_terms import RoundKind
from workflows.words import Words, plain

JUDGE_OWN = "departments_judge_own"  # 1: people of a department may judge what it handled, never what they did
EXTENSION_SHARE = "extension_percent"  # of a limit; with a kind before it, of a limit of that kind
EXAMPLE = "example"  # the source of a figure that the county has to set
UNDECIDED = "示例"  # how the words begin that stand for a decision which the county has to make
OF_PEOPLE = tuple(str(one) for one in ResidentSubject)
OF_GROUND = ("grid", *OF_PEOPLE)  # subjects of rounds that are no kind of objects
NOTHING: Mapping[Any, Any] = MappingProxyType({})


def nothing() -> Mapping[Any, Any]:
    """Return an empty mapping that nobody can fill."""
    return NOTHING


@dataclass(frozen=True, slots=True)
class LimitFigure:
    """An amount in minutes or days, as the kind says, and where the figure is from."""

    kind: LimitKind
    amount: int | float  # work days in halves, all else whole
    source: str

    @property
    def words(self) -> Words:
        """Return the amount as people say it."""
        return self.kind.amount(self.amount)


@dataclass(frozen=True, slots=True)
class StageLimit:
    """The limits of one stage for classes that set none of their own."""

    stage: Stage
    limits: Mapping[str, LimitFigure] = field(default_factory=nothing)  # by area class
    urgent: LimitFigure | None = None
    allowance: tuple[LimitFigure, ...] = ()  # `case` only: what the centre's own steps add to the handle limit, by kind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """What has to be reached on the way (停工, then 处罚, then 拆除), counted from the start of handling."""

    text: str
    limit: LimitFigure


@dataclass(frozen=True, slots=True)
class Condition:
    """One filing condition (立案条件): when a case is filed under it, how long handling may take, when it is done."""

    condition: str
    text: str
    closure: str
    source: str
    note: str = ""
    placeholder: bool = False  # its words are a stopgap that the county has to replace
    limits: Mapping[str, LimitFigure] = field(default_factory=nothing)  # by area class
    urgent: LimitFigure | None = None
    milestones: tuple[Milestone, ...] = ()

    def limit(self, area_class: str | None) -> LimitFigure | None:
        """Return the handle limit of an area class; the core's (A) where none is known or set."""
        return self.limits.get(area_class or "A", self.limits.get("A"))


@dataclass(frozen=True, slots=True)
class Route:
    """Who handles: the first route whose every `when` holds names one lead and any number assisting."""

    lead: str
    assist: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=nothing)

    def fits(self, place: Mapping[str, str | None]) -> bool:
        """Tell whether a case with these properties goes this way."""
        return all(place.get(name) in allowed for name, allowed in self.when.items())


@dataclass(frozen=True, slots=True)
class Target:
    """The departments a route means for one case: codes, names or aliases as the file has them."""

    lead: str
    assist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many photos a move asks for."""

    report: int
    finish: int
    check: int
    source: str
    originals: bool = False  # photos serve as evidence: they come as the camera made them, not made smaller


@dataclass(frozen=True, slots=True)
class Grade:
    """A colour of risk: who leads and who assists within which limit, and which roles hear of it."""

    colour: RiskColour
    text: str
    lead: str
    limit: LimitFigure
    assist: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        """Say which grade it is, and what it stands for."""
        return Words("{}：{}", "{}: {}").format(self.colour.words, self.text)


@dataclass(frozen=True, slots=True)
class LevelStep:
    """A level that tries in turn, for how long, and what follows when its time is over."""

    who: str
    limit: LimitFigure
    on_late: OnLate
    lead: str | None = None  # the department of this level; none where no task can be sent to it

    @property
    def hands_on(self) -> bool:
        """Tell whether the next level leads once this one is late."""
        return self.on_late in (OnLate.HAND_ON, OnLate.NEXT)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Visits after the end: how long after, how many."""

    after: LimitFigure  # in calendar days
    times: int
    source: str

    @property
    def last_day(self) -> int:
        """Return how many days after the end the last of them is due."""
        return self.times * int(self.after.amount)


@dataclass(frozen=True, slots=True)
class CaseClass:
    """One class of cases, in one version."""

    code: str
    code_system: str
    kind: ClassKind
    local_code: str | None
    name: Words  # in English too where the document says it
    major: str
    source: str
    note: str = ""
    words: tuple[str, ...] = ()  # what people call it; searched, never shown
    offered: bool = True  # False: kept for exchange and comparison, nobody reports under it
    verify: bool = True
    check: CheckKind = CheckKind.ON_SPOT
    self_fix: bool = False
    urgent: bool = False
    urgent_limit: LimitFigure | None = (
        None  # how long handling may take once a case is urgent; else the county's figure
    )
    call_now: tuple[str, ...] = ()  # telephone numbers that whoever reports is asked to call first: life and death
    auto_dispatch: bool = False
    handle_starts: str = Stage.DISPATCH  # or SIGN
    first_level: Level = Level.COUNTY
    reopen: LimitFigure | None = None
    extra_limit: LimitFigure | None = None  # by how much a duty officer may extend it; none: the county's share
    urgent_extra_limit: LimitFigure | None = None  # and once a case is urgent; none: as `extra_limit`
    readers: tuple[str, ...] = ()  # roles that may read a confidential class; empty: not confidential
    evidence: Evidence | None = None
    form: tuple[Field, ...] = ()
    conditions: tuple[Condition, ...] = ()
    routes: tuple[Route, ...] = ()
    stages: Mapping[Stage, LimitFigure] = field(default_factory=nothing)
    grades: tuple[Grade, ...] = ()
    levels: tuple[LevelStep, ...] = ()
    follow_up: FollowUp | None = None
    version: int = 0  # 0: not yet in the database

    @property
    def called(self) -> Words:
        """Return code and name, as lists have them."""
        return plain(" ").join([self.code, self.name])

    @property
    def confidential(self) -> bool:
        """Tell whether only named roles may read its cases."""
        return bool(self.readers)

    def condition(self, code: str | None) -> Condition | None:
        """Return the condition with that code."""
        return next((each for each in self.conditions if each.condition == code), None)

    def grade(self, colour: str | None) -> Grade | None:
        """Return the grade of risk of that colour."""
        return next((each for each in self.grades if each.colour == colour), None)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a round is done, and what makes it count."""

    per: RoundPeriod
    times: int
    source: str
    min_gap_hours: int | None = None
    min_minutes: int | None = None
    min_metres: int | None = None
    months: tuple[int, ...] = ()
    on_warning: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """A patrol, inspection or visit by plan."""

    code: str
    name: str
    subject: str
    duty: Duty
    frequency: Frequency
    finding_classes: tuple[str, ...]
    form: tuple[Field, ...] = ()
    kind: RoundKind = RoundKind.PATROL
    name_en: str = ""
    care: tuple[str, ...] = ()  # which residents are its stops, by kinds of care; none: people are counted for the grid
    person_form: tuple[Field, ...] = ()  # what is asked at the stop of a resident
    level: Level = Level.GRID  # of what it is made, once for each: the roster of that says who does it

    @property
    def called(self) -> Words:
        """Return its name, in English too where the document says it."""
        return Words(self.name, self.name_en or self.name)

    @property
    def of_ground(self) -> bool:
        """Tell whether the ground itself is its first stop: of people no more is known, or they stand behind it."""
        return self.subject in OF_GROUND


@dataclass(frozen=True, slots=True)
class Admission:
    """Since when and until when a service may task the grids, and by whose decision (准入)."""

    since: date
    until: date | None
    decision: str
    source: str
    number: str = ""  # of the decision

    @property
    def is_example(self) -> bool:
        """Tell whether nobody has decided it: marked so, or still in the words that stand for a decision."""
        return self.source == EXAMPLE or self.decision.startswith(UNDECIDED)

    def holds_on(self, day: date) -> bool:
        """Tell whether the service is admitted on a local day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Service:
    """A 网格+N service: the classes and rounds of one trade."""

    code: str
    name: str
    kind: ServiceKind
    classes: tuple[str, ...]
    may_report: tuple[str, ...]
    departments: tuple[str, ...]
    admission: Admission
    rounds: tuple[Round, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure of the county; its name says the unit. What loosens a rule names the decision and since when."""

    value: int
    source: str
    decision: str = ""
    since: date | None = None
