"""Show which kinds of messages somebody may go without, and does."""

from dataclasses import dataclass

from app.core.permissions import Person
from app.notices import notice_rules, queries
from app.notices.notice_rules import NoticeRule
from workflows.notices import NoticeAbout
from workflows.words import Words


@dataclass(frozen=True)
class NoticeKind:
    """One kind of message, and whether it comes."""

    kind: str
    name: Words
    about: NoticeAbout
    optional: bool
    off: bool

    @property
    def name_en(self) -> str:
        """Return its English name."""
        return self.name.en


def every(person: Person) -> list[NoticeKind]:
    """Return every kind, those about one thing together; what has become fixed since it was switched off comes."""
    off = queries.off(person)
    return [_kind(rule, off) for about in NoticeAbout for rule in notice_rules.rules().values() if rule.about is about]


def _kind(rule: NoticeRule, off: frozenset[str]) -> NoticeKind:
    return NoticeKind(rule.code, rule.name, rule.about, rule.optional, rule.optional and rule.code in off)
