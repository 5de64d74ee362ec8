"""What comes in and goes out about campaigns."""

from typing import Any

from marshmallow import fields, pre_load, validate

from app.core.field_texts import ONE_OF
from app.core.schemas import Amount, BoundedInteger, Day, EnumChoice, Name, Schema, Text, about
from workflows.campaign_terms import CampaignKind
from workflows.words import Words

PAGE_MOST = 200
CURSOR_MOST = 400
GRIDS_MOST = 500  # that one campaign names; each stands for all below it; our figure
_YEARS = (2000, 2099)
_GRIDS = Words("应有 1 到 {} 个网格。", "1 to {} grids.").format(GRIDS_MOST)


class CampaignIn(Schema):
    """A round that is asked for once, over some grids with all below them, from a day until another."""

    kind = EnumChoice(CampaignKind, by_value=True, required=True)
    title = Name(60, minimum=1, required=True)
    number = Text(60, load_default=None, allow_none=True)
    service = Text(20, minimum=1, required=True)
    round_code = Text(
        20, minimum=1, required=True, data_key="round",
        **about("服务中种类为 campaign 的巡查。A round of kind campaign of the service."),
    )  # fmt: skip
    grids = fields.List(
        Text(24, minimum=1), required=True, validate=validate.Length(min=1, max=GRIDS_MOST, error=_GRIDS)
    )
    begins_on = Day(required=True)
    ends_on = Day(required=True)
    drill = fields.Boolean(load_default=False)


class CampaignPageIn(CampaignIn):
    """The same from a page; its id is made with the form, so that sending it twice opens one campaign."""

    campaign_id = fields.UUID(required=True)
    number = Text(60, load_default="")
    drill = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"})
    round_key = Text(60, minimum=1, required=True)

    @pre_load
    def _parted(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Take service and round from the one list in which the page offers them, and grids from theirs."""
        service, _, code = data.get("round_key", "").partition(":")
        rest = {name: value for name, value in data.items() if name != "grid"}
        return {**rest, "service": service, "round": code or service, "grids": data.get("grid", "").split()}


class CampaignListIn(Schema):
    """Which campaigns, and which page of them."""

    kind = fields.String(validate=validate.OneOf([*CampaignKind], error=ONE_OF))
    year = BoundedInteger(*_YEARS, strict=False)
    open = fields.Boolean(attribute="is_open", **about("未结束的。Those that are not closed."))
    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class CampaignListPageIn(Schema):
    """Which campaigns a page lists."""

    kind = fields.String(validate=validate.OneOf([*CampaignKind], error=ONE_OF))
    after = Text(CURSOR_MOST)


class CampaignTownshipIn(Schema):
    """Of which township a page shows the grids, and which of the findings."""

    township = Text(24)
    after = Text(CURSOR_MOST)


class CampaignReportIn(Schema):
    """Of which campaign a file is."""

    campaign = fields.UUID()


class CampaignFindingsIn(Schema):
    """Which page of the cases that began on a campaign."""

    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class CampaignComparisonIn(Schema):
    """Which round is compared by year, and on which ground."""

    service = Text(20, minimum=1, required=True)
    round_code = Text(20, minimum=1, required=True, data_key="round")
    grid = Text(24, minimum=1, **about("网格代码，含其下级。A grid with all below it."))


class CampaignComparisonPageIn(Schema):
    """The same, as a page asks it."""

    round_key = Text(60)
    grid = Text(24)


class CalledCampaignOut(Schema):
    """A code and what it is called."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class CampaignGridOut(Schema):
    """A grid over which a campaign goes, with all below it."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class CampaignSummaryOut(Schema):
    """A campaign as lists show it; `made_at`: all its rounds are there; `settled_at`: its results are kept."""

    campaign_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    kind_label_en = fields.String(required=True)
    title = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    drill = fields.Boolean(required=True)
    service = fields.Nested(CalledCampaignOut, required=True)
    round = fields.Nested(CalledCampaignOut, required=True)
    year = fields.Integer(required=True)
    grids = fields.List(fields.Nested(CampaignGridOut), required=True)
    begins_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    stands = fields.String(required=True)
    stands_en = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)


class CampaignCountsOut(Schema):
    """Rounds by where they stand, their stops, the cases that began and how many of these are closed."""

    rounds = fields.Integer(required=True)
    done = fields.Integer(required=True)
    complete = fields.Integer(
        required=True, **about("完成且没有漏填的。Of these done: nothing that must be answered was left open.")
    )
    answers_open = fields.Integer(
        required=True, **about("完成但有漏填的点或必填项的。Of these done: stops, or answers, were left open.")
    )
    started = fields.Integer(required=True)
    to_do = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    stops = fields.Integer(required=True)
    stops_done = fields.Integer(required=True)
    findings = fields.Integer(required=True)
    solved = fields.Integer(required=True)


class GridOfCampaignOut(CampaignCountsOut):
    """How far a grid is."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class TownshipOfCampaignOut(GridOfCampaignOut):
    """How far a township is, with its grids."""

    grids = fields.List(fields.Nested(GridOfCampaignOut), required=True)


class CampaignResultOut(Schema):
    """How often a question was answered so; of a number (`answer` null) its sum, mean and bounds."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)
    answer_label = fields.String(required=True)
    answer_label_en = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    unit_en = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)
    total = Amount(required=True, allow_none=True)
    mean = Amount(required=True, allow_none=True)
    least = Amount(required=True, allow_none=True)
    most = Amount(required=True, allow_none=True)


class CampaignOut(CampaignSummaryOut):
    """A campaign with how far it is on one's own ground, and its results once they are kept."""

    progress = fields.Nested(CampaignCountsOut, required=True)
    townships = fields.List(fields.Nested(TownshipOfCampaignOut), required=True)
    results = fields.List(fields.Nested(CampaignResultOut), required=True)


class CampaignListOut(Schema):
    """A page of campaigns, the newest first."""

    items = fields.List(fields.Nested(CampaignSummaryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class NamedCampaignOut(Schema):
    """A campaign by its name."""

    campaign_id = fields.UUID(required=True)
    title = fields.String(required=True)


class ComparedYearOut(Schema):
    """The campaigns of a year, how many problems they found, and how many of these are solved."""

    year = fields.Integer(required=True)
    campaigns = fields.List(fields.Nested(NamedCampaignOut), required=True)
    findings = fields.Integer(required=True)
    solved = fields.Integer(required=True)


class ComparedFigureOut(Schema):
    """What came of a question in a year."""

    year = fields.Integer(required=True)
    count = fields.Integer(required=True)
    total = Amount(required=True, allow_none=True)
    mean = Amount(required=True, allow_none=True)


class ComparedLineOut(Schema):
    """A question, or an answer to it, year beside year."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)
    answer_label = fields.String(required=True)
    answer_label_en = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    unit_en = fields.String(required=True, allow_none=True)
    by_year = fields.List(fields.Nested(ComparedFigureOut), required=True)


class CampaignComparisonOut(Schema):
    """What came of one round in each year, on one's own ground or a part of it."""

    years = fields.List(fields.Nested(ComparedYearOut), required=True)
    lines = fields.List(fields.Nested(ComparedLineOut), required=True)
