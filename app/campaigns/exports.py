"""Campaigns as files: their list, the report of one (how far it is, what came of it), its findings, years compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.campaigns import campaign_views, queries
from app.campaigns.campaign_views import ComparedLine, ComparedYear, ResultLine
from app.campaigns.models import Campaign
from app.campaigns.queries import COUNTED, CampaignProgress, CampaignUnknown
from app.campaigns.schemas import CampaignComparisonPageIn, CampaignListPageIn, CampaignReportIn
from app.cases import export_rows
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.grids.levels import Level
from app.grids.queries import grid_tree
from workflows.round_terms import DRILL, RoundState
from workflows.words import Words, listed, plain

ALL = Words("合计", "All")
FINDINGS_IN_ALL, SOLVED_IN_ALL = Words("发现问题", "Findings"), Words("已解决", "Solved")
_ROUNDS = Words("任务", "Rounds")
ProgressKey = tuple[UUID, str, str]  # of which campaign, township, grid; without a grid the township, without both all
ResultKey = tuple[UUID, str, str, str]  # of which campaign, township (none: all), question, answer


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(CampaignReportIn(), args)


def _read_list(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(CampaignListPageIn(exclude=["after"]), args)


def _list_rows(person: Person, campaign_ids: Sequence[UUID]) -> Iterator[list[Any]]:
    rows, progress = queries.some(person, campaign_ids), queries.progress_of(campaign_ids, person)
    for row, one in zip(rows, campaign_views.summaries(rows), strict=True):
        counts = campaign_views.total(each.whole for each in progress[row.campaign_id])
        yield [
            plain(one["title"]) + DRILL if one["drill"] else one["title"], one["kind_label"], one["number"] or "",
            Words(one["round"]["name"], one["round"]["name_en"]), listed(grid["name"] for grid in one["grids"]),
            one["begins_on"].isoformat(), one["ends_on"].isoformat(), one["stands"],
            str(counts.rounds), str(counts.done),
        ]  # fmt: skip


def _campaign(person: Person, campaign_id: UUID | None) -> Campaign | None:
    try:
        return queries.one(campaign_id, person) if campaign_id else None
    except CampaignUnknown:
        return None


def _progress(person: Person, campaign_id: UUID) -> Mapping[ProgressKey, tuple[Any, Any, CampaignProgress]]:
    """Return the lines of how far a campaign is: each township, its grids, and all together."""
    row = _campaign(person, campaign_id)
    townships = queries.progress(row, person) if row else ()
    lines: dict[ProgressKey, tuple[Any, Any, CampaignProgress]] = {}
    for one in townships:
        lines[campaign_id, one.whole.code, ""] = (one.whole.name, ALL, one.whole)
        for grid in one.grids:
            lines[campaign_id, one.whole.code, grid.code] = (one.whole.name, grid.name, grid)
    if townships:
        lines[campaign_id, "", ""] = (ALL, "", campaign_views.total(one.whole for one in townships))
    return lines


def _progress_keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[ProgressKey]:
    return list(_progress(person, wanted["campaign"]))[:most] if wanted.get("campaign") else ()


def _progress_rows(person: Person, keys: Sequence[ProgressKey]) -> Iterator[list[Any]]:
    lines, heads = _progress(person, keys[0][0]), _heads(person, keys[0][0])
    for key in keys:
        if key in lines:
            township, grid, counts = lines[key]
            yield [*heads[key[0]], township, grid, *(str(getattr(counts, name)) for name in COUNTED)]


def _heads(person: Person, campaign_id: UUID) -> Mapping[UUID, Sequence[Any]]:
    """Return what each line says of its campaign: what it is called, marked where it is a drill, and its days."""
    row = _campaign(person, campaign_id)
    return {campaign_id: campaign_views.head(row)} if row else {}


def _results(person: Person, campaign_id: UUID) -> Mapping[ResultKey, tuple[Any, ResultLine]]:
    """Return the lines of what came of a campaign's form: all together, then each township."""
    row = _campaign(person, campaign_id)
    results = queries.results_of([campaign_id], person) if row else ()
    lines: dict[ResultKey, tuple[Any, ResultLine]] = {}
    for code in ("", *dict.fromkeys(one.grid for one in results)) if row else ():
        node = grid_tree().get(code)
        for line in campaign_views.result_lines(row, [one for one in results if code in ("", one.grid)]):  # type: ignore[arg-type]
            lines[campaign_id, code, line.question.name, line.answer] = (node.name if node else ALL, line)
    return lines


def _result_keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[ResultKey]:
    return list(_results(person, wanted["campaign"]))[:most] if wanted.get("campaign") else ()


def _result_rows(person: Person, keys: Sequence[ResultKey]) -> Iterator[list[Any]]:
    lines, heads = _results(person, keys[0][0]), _heads(person, keys[0][0])
    for key in keys:
        if key in lines:
            place, line = lines[key]
            numbers = (line.total, line.mean, line.least, line.most)
            yield [
                *heads[key[0]], place, line.question.label, line.answer_words, str(line.count),
                *map(campaign_views.figure_text, numbers), line.question.unit or "",
            ]  # fmt: skip


def _finding_keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[UUID]:
    row = _campaign(person, wanted.get("campaign"))
    return [one.case_id for one in queries.findings(row, person, None, most)[0]] if row else ()


def _compared(person: Person, wanted: Mapping[str, Any]) -> list[list[Any]]:
    """Return the lines of a comparison: each question or answer in each year, then what was found and solved."""
    service_code, _, code = (wanted.get("round_key") or "").partition(":")
    years = campaign_views.comparison(person, service_code, code, wanted.get("grid"))
    lines = [_compared_line(each, one) for one in years.lines for each in years.years]
    sums = [(FINDINGS_IN_ALL, "findings"), (SOLVED_IN_ALL, "solved")]
    return lines + [
        [str(each.year), words, "", str(getattr(each, name)), "", "", ""]
        for words, name in sums
        for each in years.years
    ]


def _compared_line(year: ComparedYear, one: ComparedLine) -> list[Any]:
    own, question = one.by_year.get(year.year), one.line.question
    figures = (own.total, own.mean) if own else (None, None)
    return [
        str(year.year), question.label, one.line.answer_words, str(own.count if own else 0),
        *map(campaign_views.figure_text, figures), question.unit or "",
    ]  # fmt: skip


def _read_comparison(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(CampaignComparisonPageIn(), args)


def _compared_keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[list[Any]]:
    return _compared(person, wanted)[:most]


_OF_CAMPAIGN = ((Words("普查名称", "Campaign"), 28), (Words("起止日期", "From and until"), 24))
_RESULTS = ExportTable(
    name="campaign_results", title=Words("填报汇总", "Results"), permission=Permission.ROUND_OVERSEE,
    columns=(
        *_OF_CAMPAIGN, (Level.TOWNSHIP.words, 20), (Words("问题", "Question"), 24), (Words("答案", "Answer"), 24),
        (Words("次数", "Count"), 8), (ALL, 12), (Words("平均", "Mean"), 12), (Words("最小", "Least"), 12),
        (Words("最大", "Most"), 12), (Words("单位", "Unit"), 8),
    ),
    read=_read, keys=_result_keys, rows=_result_rows,
)  # fmt: skip
REPORT = ExportTable(
    name="campaign_report", title=Words("普查进度", "Progress"), permission=Permission.ROUND_OVERSEE,
    columns=(
        *_OF_CAMPAIGN, (Level.TOWNSHIP.words, 20), (Level.GRID.words, 28), (_ROUNDS, 8),
        (RoundState.DONE.words, 8), (Words("填报完整", "Complete"), 10), (Words("有漏填", "With open answers"), 10),
        (RoundState.STARTED.words, 8), (Words("未完成", "To do"), 8),
        (RoundState.MISSED.words, 8), (RoundState.CANCELLED.words, 8), (Words("点数", "Stops"), 8),
        (Words("已填报", "Filled in"), 8), (FINDINGS_IN_ALL, 8), (SOLVED_IN_ALL, 8),
    ),
    read=_read, keys=_progress_keys, rows=_progress_rows, behind=(_RESULTS,),
)  # fmt: skip
CAMPAIGNS = ExportTable(
    name="campaigns", title=Words("专项普查", "Campaigns"), permission=Permission.ROUND_OVERSEE,
    columns=(
        (Words("名称", "Title"), 28), (Words("种类", "Kind"), 12), (Words("文号", "Number of the paper"), 20),
        (Words("巡查", "Round"), 20), (Words("范围", "Area"), 30), (Words("开始", "Begins"), 12),
        (Words("截止", "Ends"), 12), (Words("状态", "State"), 10), (_ROUNDS, 8), (RoundState.DONE.words, 8),
    ),
    read=_read_list, keys=queries.keys, rows=_list_rows,
)  # fmt: skip
FINDINGS = ExportTable(
    name="campaign_findings", title=Words("普查发现的问题", "Findings of a campaign"),
    permission=Permission.ROUND_OVERSEE, columns=export_rows.COLUMNS, read=_read, keys=_finding_keys,
    rows=export_rows.rows, sight=export_rows.sight, watch=export_rows.watch(lambda case_id: case_id),
)  # fmt: skip
COMPARISON = ExportTable(
    name="campaign_comparison", title=Words("历年结果对照", "Years compared"), permission=Permission.ROUND_OVERSEE,
    columns=(
        (Words("年份", "Year"), 8), (Words("问题", "Question"), 24), (Words("答案", "Answer"), 24),
        (Words("次数", "Count"), 8), (ALL, 12), (Words("平均", "Mean"), 12), (Words("单位", "Unit"), 8),
    ),
    read=_read_comparison, keys=_compared_keys, rows=lambda person, lines: iter(lines),
)  # fmt: skip
TABLES = (REPORT, CAMPAIGNS, FINDINGS, COMPARISON)
