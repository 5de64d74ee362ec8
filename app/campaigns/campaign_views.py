"""A campaign as the interface, the pages, files and rounds show it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.campaigns import queries
from app.campaigns.models import Campaign, CampaignResult
from app.campaigns.queries import COUNTED, CampaignProgress, TownshipProgress
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.permissions import Person
from app.grids.levels import Level
from app.grids.queries import grid_name, grid_tree
from app.grids.tree import GridNode
from app.rounds.round_origins import RoundOrigin
from app.rounds.round_views import names_of, plan_words
from workflows.campaign_terms import CampaignKind
from workflows.forms import Field, in_words
from workflows.round_terms import DRILL, RoundKind, RoundState
from workflows.words import Words, plain

DECIMALS = 3  # of a figure as files and pages write it; more than any answer has
NOT_BEGUN = Words("未开始", "not begun")
ENDED = Words("已到期", "its time is over")
CLOSED = Words("已结束", "closed")
BEING_CLOSED = Words("结束中", "being closed")
_NO_TOWNSHIP = Words(
    "没有这个乡镇；结果按乡镇留存，请选择乡镇或全县。",
    "There is no such township: results are kept by township, so choose one, or the county.",
)
_UNTIL = Words("{}至{}", "{} to {}")


def stands(row: Campaign) -> Words:
    """Return where a campaign stands, by the day and by whether it was closed."""
    today = clock.local(clock.now()).date()
    if row.closed_at is not None:
        return CLOSED if row.settled_at else BEING_CLOSED
    if today < row.begins_on:
        return NOT_BEGUN
    return RoundState.STARTED.words if today <= row.ends_on else ENDED


def summaries(rows: Sequence[Campaign]) -> list[dict[str, Any]]:
    """Return some campaigns as `CampaignSummaryOut` describes them."""
    grounds = queries.grounds_of([row.campaign_id for row in rows])
    return [_summary(row, [one.grid for one in grounds[row.campaign_id]]) for row in rows]


def _summary(row: Campaign, grids: Sequence[str]) -> dict[str, Any]:
    kind, where = CampaignKind.of(row.kind).words, stands(row)
    plain_values = ("title", "number", "drill", "year", "begins_on", "ends_on", "made_at", "closed_at", "settled_at")
    return {
        **names_of(row.service, row.round_code, row.version),
        "campaign_id": row.campaign_id,
        "kind": row.kind, "kind_label": kind, "kind_label_en": kind.en,
        "stands": where, "stands_en": where.en,
        "grids": [{"code": code, "name": grid_name(code)} for code in grids],
        **{name: getattr(row, name) for name in plain_values},
    }  # fmt: skip


def whole(row: Campaign, person: Person) -> dict[str, Any]:
    """Return a campaign with how far it is on the person's ground as `CampaignOut` describes it."""
    townships = queries.progress(row, person)
    (summary,) = summaries([row])
    results = queries.results_of([row.campaign_id], person) if row.settled_at else ()
    return {
        **summary,
        "progress": _counts(total(one.whole for one in townships)),
        "townships": [_township(one) for one in townships],
        "results": [_result(line) for line in result_lines(row, results)],
    }


def total(parts: Iterable[CampaignProgress]) -> CampaignProgress:
    """Return the sum of some grounds."""
    every = CampaignProgress("", "")
    for one in parts:
        every.add(one)
    return every


def _township(one: TownshipProgress) -> dict[str, Any]:
    grids = [{"code": grid.code, "name": grid.name, **_counts(grid)} for grid in one.grids]
    return {"code": one.whole.code, "name": one.whole.name, **_counts(one.whole), "grids": grids}


def _counts(one: CampaignProgress) -> dict[str, int]:
    return {name: getattr(one, name) for name in COUNTED}


def figure_text(number: float | None) -> str:
    """Write a figure with all its places before the point and `DECIMALS` at most behind it; nothing for none."""
    return "" if number is None else f"{round(number, DECIMALS) + 0:.{DECIMALS}f}".rstrip("0").rstrip(".")


@dataclass
class ResultLine:
    """What came of one question, or of one answer to it, on the ground that is looked at."""

    question: Field
    answer: str
    count: int = 0
    total: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def answer_words(self) -> Words:
        """Return the answer as people read it; nothing for a number."""
        if not self.answer:
            return plain("")
        value: Any = self.answer == "true" if self.answer in ("true", "false") else self.answer
        return in_words(self.question, value)

    @property
    def mean(self) -> float | None:
        """Return the mean of a number, to two decimals."""
        return None if self.total is None else round(self.total / self.count, 2)

    def add(self, row: CampaignResult) -> None:
        """Count in what came of one township."""
        self.count += row.count
        if row.total is not None:
            self.total = (self.total or 0) + row.total
            self.least = row.least if self.least is None else min(self.least, row.least or 0)
            self.most = row.most if self.most is None else max(self.most, row.most or 0)


def form_of(row: Campaign) -> Sequence[Field]:
    """Return the form of a campaign's round, in the version it keeps."""
    plan = plan_of(row.service, row.round_code, row.version)
    return plan.form if plan else ()


def plan_of(service: str, round_code: str, version: int) -> Round | None:
    """Return a round of a service in a version."""
    known = catalogue.service_at(service, version)
    return next((one for one in known.rounds if one.code == round_code), None) if known else None


def result_lines(row: Campaign, results: Sequence[CampaignResult]) -> list[ResultLine]:
    """Return the sums of a campaign over some townships, in the order of the form; the commonest answer first."""
    lines: dict[tuple[str, str], ResultLine] = {}
    questions = {one.name: one for one in form_of(row)}
    for one in results:
        if one.field in questions:
            key = (one.field, one.answer)
            lines.setdefault(key, ResultLine(questions[one.field], one.answer)).add(one)
    order = {name: place for place, name in enumerate(questions)}
    return sorted(lines.values(), key=lambda line: (order[line.question.name], -line.count, line.answer))


def _result(line: ResultLine) -> dict[str, Any]:
    answer, unit = line.answer_words, line.question.unit
    return {
        "field": line.question.name, "label": line.question.label, "label_en": line.question.label.en,
        "answer": line.answer or None, "answer_label": str(answer), "answer_label_en": answer.en,
        "unit": unit, "unit_en": unit.en if unit else None, "count": line.count, "total": line.total,
        "mean": line.mean, "least": line.least, "most": line.most,
    }  # fmt: skip


@dataclass
class ComparedYear:
    """A year of a check-up: what its campaigns asked, and how many problems were found and solved."""

    year: int
    campaigns: list[Campaign] = field(default_factory=list)
    findings: int = 0
    solved: int = 0


@dataclass
class ComparedLine:
    """One question, or one answer to it, with what came of it in each year; None where it was not asked or given."""

    line: ResultLine
    by_year: dict[int, ResultLine]


@dataclass
class YearComparison:
    """The results of one round, year beside year."""

    years: list[ComparedYear]
    lines: list[ComparedLine]


def comparison(person: Person, service: str, round_code: str, grid: str | None) -> YearComparison:
    """Return what came of one round in each year, on the person's ground or a part of it.

    Raises Invalid for a grid that is not there or below the townships: results are kept by township.
    """
    node = _part(grid)
    campaigns = queries.settled_of(person, service, round_code)
    results_by = defaultdict[UUID, list[CampaignResult]](list)
    for row in queries.results_of([one.campaign_id for one in campaigns], person, grid):
        results_by[row.campaign_id].append(row)
    progress = queries.progress_of([one.campaign_id for one in campaigns], person)
    years: dict[int, ComparedYear] = {}
    lines: dict[tuple[str, str], ComparedLine] = {}
    for campaign in campaigns:
        year = years.setdefault(campaign.year, ComparedYear(campaign.year))
        year.campaigns.append(campaign)
        here = total(_on(progress[campaign.campaign_id], node))
        year.findings, year.solved = year.findings + here.findings, year.solved + here.solved
        _compare(campaign, results_by[campaign.campaign_id], lines)
    return YearComparison(list(years.values()), _in_order(lines.values(), campaigns))


def _in_order(lines: Iterable[ComparedLine], campaigns: Sequence[Campaign]) -> list[ComparedLine]:
    """Return lines in the order of the newest form; what it does not ask any more stands behind."""
    order = {one.name: place for place, one in enumerate(form_of(campaigns[-1]) if campaigns else ())}
    last = len(order)
    return sorted(lines, key=lambda one: (order.get(one.line.question.name, last), one.line.answer))


def _compare(campaign: Campaign, results: Sequence[CampaignResult], lines: dict[tuple[str, str], ComparedLine]) -> None:
    questions = {one.name: one for one in form_of(campaign)}
    for row in results:
        if row.field not in questions:
            continue
        question = questions[row.field]
        every = lines.setdefault((row.field, row.answer), ComparedLine(ResultLine(question, row.answer), {}))
        every.by_year.setdefault(campaign.year, ResultLine(question, row.answer)).add(row)


def _part(code: str | None) -> GridNode | None:
    """Return the part of the ground to which a comparison keeps; None for all of it."""
    if code is None:
        return None
    node = grid_tree().get(code)
    if node is None or node.level not in (Level.COUNTY, Level.TOWNSHIP):
        raise Invalid.at("grid", _NO_TOWNSHIP)
    return node


def _on(townships: Sequence[TownshipProgress], node: GridNode | None) -> list[CampaignProgress]:
    """Return how far those townships are that lie in a grid."""
    tree = grid_tree()
    inside = (one for one in townships if _within(tree.get(one.whole.code), node))
    return [one.whole for one in inside]


def _within(own: GridNode | None, node: GridNode | None) -> bool:
    return node is None or (own is not None and own.path.startswith(node.path))


def compared(years_compared: YearComparison) -> dict[str, Any]:
    """Return a comparison as `CampaignComparisonOut` describes it."""
    years = [
        {
            "year": one.year, "findings": one.findings, "solved": one.solved,
            "campaigns": [{"campaign_id": each.campaign_id, "title": each.title} for each in one.campaigns],
        }
        for one in years_compared.years
    ]  # fmt: skip
    return {"years": years, "lines": [_compared_line(one, years_compared.years) for one in years_compared.lines]}


def _compared_line(one: ComparedLine, years: Sequence[ComparedYear]) -> dict[str, Any]:
    of_question = ("field", "label", "label_en", "answer", "answer_label", "answer_label_en", "unit", "unit_en")
    values = _result(one.line)
    by_year = [{"year": each.year, **_figures(one.by_year.get(each.year))} for each in years]
    return {**{name: values[name] for name in of_question}, "by_year": by_year}


def _figures(line: ResultLine | None) -> dict[str, Any]:
    if line is None:
        return {"count": 0, "total": None, "mean": None}
    return {"count": line.count, "total": line.total, "mean": line.mean}


def compared_rounds(person: Person) -> list[tuple[str, Words]]:
    """Return what can be compared on a person's ground: `service:round`, and what it is called."""
    return [
        (f"{service}:{code}", _OF_SERVICE.format(*plan_words(service, code, version)))
        for service, code, version in queries.rounds_of_campaigns(person)
    ]


_OF_SERVICE = Words("{}：{}", "{}: {}")


def rounds_today() -> list[tuple[str, Words]]:
    """Return what can be asked in a campaign that begins today: `service:round`, and what it is called."""
    today = clock.local(clock.now()).date()
    return [
        (f"{service.code}:{plan.code}", _OF_SERVICE.format(plain(service.name), plan.called))
        for service in catalogue.catalogue().services.values()
        if service.admission.holds_on(today)
        for plan in service.rounds
        if plan.kind is RoundKind.CAMPAIGN
    ]


def origins(campaign_ids: Collection[UUID]) -> dict[UUID, RoundOrigin]:
    """Say of some campaigns what the rounds are for that were made for them."""
    rows = db.session.scalars(select(Campaign).where(Campaign.campaign_id.in_(campaign_ids)))
    return {row.campaign_id: _origin(row) for row in rows}


def head(row: Campaign) -> tuple[Words, Words]:
    """Return what a campaign is called, marked where it is a drill, and from when until when it goes."""
    called = plain(row.title) + DRILL if row.drill else plain(row.title)
    return called, _UNTIL.format(row.begins_on.isoformat(), row.ends_on.isoformat())


def _origin(row: Campaign) -> RoundOrigin:
    called, days = head(row)
    return RoundOrigin(called, str(days), is_open=row.closed_at is None)
