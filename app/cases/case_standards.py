"""Say by what a case is judged: its filing condition, the standard of its handling, when it may be closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.cases.clocks import case_chains
from app.cases.models import Case
from app.catalogue import class_forms
from app.catalogue.documents import EXAMPLE, CaseClass, LimitFigure
from app.catalogue.words import EXAMPLE_WORDS, NAMES
from workflows.case_clocks import Stage
from workflows.forms import Field
from workflows.words import Words, listed, plain

_STANDARD = Words("处置标准", "Standard of handling")


@dataclass(frozen=True)
class StandardLine:
    """One thing by which a case is judged, as every face shows it."""

    code: str
    label: Words
    text: Words


def standard(case: Case, rules: CaseClass | None) -> list[StandardLine]:
    """Return what a filed case is judged by, in the version that it keeps; nothing before filing.

    The limit is the one that holds: of the level that leads, of an urgent case the urgent one. What somebody put right
    himself is approved, checked and closed without a filing: the closing conditions of its class hold for it.
    """
    condition = rules.condition(case.condition) if rules and case.condition else None
    if condition is None:
        return list(_closures(rules)) if rules and case.self_fixed else []
    limit = case_chains.figure_for(case, Stage.HANDLE, case.urgent)
    within = Words("{} 内办结", "done within {}")
    texts = {
        "condition": _with_source(plain(condition.text), condition.source),
        "standard": _with_source(within.format(limit.words), limit.source) if limit else None,
        "milestones": listed(_milestones(condition.milestones)) if condition.milestones else None,
        "closure": plain(condition.closure) if condition.closure else None,
    }
    labels = {**NAMES, "standard": _STANDARD}
    return [StandardLine(code, labels[code], text) for code, text in texts.items() if text]


def _closures(rules: CaseClass) -> Iterator[StandardLine]:
    """Yield when cases of a class may be closed: once where that is always the same, else by filing condition."""
    named = [one for one in rules.conditions if one.closure]
    if len({one.closure for one in named}) == 1:
        named, texts = named[:1], [plain(named[0].closure)]
    else:
        texts = [Words("{}：{}", "{}: {}").format(one.text, one.closure) for one in named]
    return (StandardLine("closure", NAMES["closure"], text) for text in texts)


def _milestones(milestones: Any) -> Iterator[Words]:
    for one in milestones:
        limit: LimitFigure = one.limit
        yield Words("{}（{}）", "{} ({})").format(one.text, limit.words)


def _with_source(text: Words, source: str) -> Words:
    named = EXAMPLE_WORDS if source == EXAMPLE else plain(source)
    return Words("{}（{}）", "{} ({})").format(text, named)


def left_open(case: Any, rules: CaseClass | None) -> list[Field]:
    """Return what the form of a case's class must have answered and nobody said: a mark, it holds nothing up."""
    lacking = class_forms.left_open(rules.form, case.form or {}) if rules else ()
    return [one for one in rules.form if one.name in lacking] if rules else []
