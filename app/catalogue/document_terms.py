"""What kinds of documents there are, and of what things their fields name the codes."""

from enum import StrEnum

from workflows.case_terms import Card
from workflows.words import Term


class DocumentKind(StrEnum):
    """Say of what a document is."""

    SETTINGS = "settings"  # the figures of the county
    STAGES = "stages"
    CALENDARS = "calendars"
    AUDIT = "audit"
    ESCALATIONS = "escalations"
    MESSAGES = "messages"
    OBJECTS = "objects"
    POWERS = "powers"
    RESIDENTS = "residents"
    WARNINGS = "warnings"
    INDICATORS = "indicators"
    SERVICE = "service"
    CLASS = "class"


class ClassKind(Term):
    """Say what a class is about: what happens, or a thing that stands there."""

    EVENT = "event", "事件", "Event"
    COMPONENT = "component", "部件", "Component"


class ServiceKind(Term):
    """Say whether a service is of every grid, or of those that carry it."""

    BASE = "base", "基础服务", "Base service"
    PLUS = "plus", "网格+服务", "Grid+ service"


class RoundPeriod(Term):
    """Say in what time a round is done so many times."""

    DAY = "day", "天", "day"
    WEEK = "week", "周", "week"
    MONTH = "month", "月", "month"
    QUARTER = "quarter", "季度", "quarter"
    YEAR = "year", "年", "year"


def has_own_code(kind: str) -> bool:
    """Tell whether people know documents of a kind by their codes, too."""
    return kind == DocumentKind.CLASS


class NamedKind(StrEnum):
    """Say what a code in a document names."""

    CALENDAR = "calendar"
    CARE = "care"
    CLASS = "class"
    DEPARTMENT = "department"
    GRID = "grid"
    OBJECT_KIND = "object"
    RECEIPT = "receipt"
    RESIDENT_FIELD = "field"
    ROLE = "role"
    SERVICE = "service"


class OnLate(Term):
    """Say what follows when the time of a level is over."""

    HAND_ON = "hand_on", "转下一级", "To the next level"
    TELL = "tell", "逐级告知", "Those above are told"
    NEXT = "next", "转下一级", "To the next level"  # in older documents, for `hand_on`
    SUPERVISE = "supervise", str(Card.ORDINARY.words), Card.ORDINARY.words.en  # in older documents
