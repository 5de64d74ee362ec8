"""Reading calendars from a document, and refusing one that is wrong with the field named."""

import copy
from datetime import date
from pathlib import Path

import pytest
import yaml

from app.deadlines import limits
from app.deadlines.calendar import CalendarYearUnknown
from app.deadlines.calendar_documents import CalendarsRefused, load
from app.deadlines.limits import Limit
from tests.deadlines.calendars import OFFICE, at
from workflows.case_terms import LimitKind

SEED = Path(__file__).parents[2] / "app/catalogue/seed/calendars.yaml"


@pytest.fixture
def document():
    return yaml.safe_load(SEED.read_text(encoding="utf-8"))


def test_the_shipped_calendars_load_and_know_2026(document):
    calendars = load(document)
    assert calendars.default is calendars.get(None) is calendars.get("office")
    assert calendars.default.seasons == OFFICE.seasons
    assert calendars.warn_share == 0.8
    assert calendars.get("town").hours_on(date(2026, 10, 1)) is not None
    assert calendars.warnings(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_a_year_nobody_knows_is_warned_of_once_for_each_calendar_that_needs_it(document):
    assert load(document).warnings(date(2098, 12, 1), date(2099, 2, 1)) == (
        CalendarYearUnknown("office", 2098),
        CalendarYearUnknown("office", 2099),
    )


def test_the_days_of_a_year_can_be_entered_before_the_library_has_them(document):
    document["calendars"][0]["overrides"] = [
        {"date": date(2099, 10, 1), "working": False, "reason": "国庆节", "source": "example"},
        {"date": "2099-10-03", "working": True, "windows": ["08:00-12:00"], "reason": "调休", "source": "example"},
    ]
    document["calendars"][0]["settled_years"] = [{"year": 2099, "source": "example"}]
    office = load(document).get("office")
    assert office.unknown_years(date(2099, 1, 1), date(2099, 12, 31)) == ()
    assert limits.due(at("2099-09-30 17:30"), Limit(60, LimitKind.WORK_MINUTES), office) == at("2099-10-02 08:30")
    assert limits.due(at("2099-10-02 17:30"), Limit(60, LimitKind.WORK_MINUTES), office) == at("2099-10-03 08:30")


def test_rows_of_one_season_make_one_week(document):
    row = {"since": "01-01", "days": ["sat"], "windows": ["09:00-12:00"], "source": "example"}
    document["calendars"][0]["hours"].append(row)
    (season,) = load(document).get("office").seasons
    assert [bool(hours) for hours in season.week] == [True] * 6 + [False]


def test_a_calendar_open_round_the_clock_can_be_written(document):
    document["calendars"][1]["hours"][0]["windows"] = ["00:00-24:00"]
    town = load(document).get("town")
    assert limits.due(at("2026-02-16 23:30"), Limit(60, LimitKind.WORK_MINUTES), town) == at("2026-02-17 00:30")


def test_every_code_unknown_to_the_document_is_an_error(document):
    with pytest.raises(KeyError):
        load(document).get("nowhere")


WRONG = {
    "default": lambda d: d.update(default="nowhere"),
    "warning": lambda d: d["warning"].update(share=80),
    "version": lambda d: d.update(version="1"),
    "colour": lambda d: d.update(colour="red"),
    "office": lambda d: d["calendars"][0]["hours"].append(d["calendars"][0]["hours"][0]),
    "calendars": lambda d: d["calendars"].append(copy.deepcopy(d["calendars"][0])),
}
WRONG_HOURS = {
    "windows": [[], ["8-12"], ["08:00-12:00", "11:00-13:00"], ["18:00-08:00"], ["08:00-24:30"], [480], "08:00-12:00"],
    "since": ["13-01", "02-30", 101, "1-1"],
    "days": [[], ["monday"]],
    "source": ["", None, "字" * 201],
}


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_document_is_refused_with_the_field_named(document, field):
    WRONG[field](document)
    with pytest.raises(CalendarsRefused) as refused:
        load(document)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG_HOURS.items() for value in values]
)
def test_wrong_hours_are_refused_with_the_row_and_field_named(document, field, value):
    document["calendars"][0]["hours"][0][field] = value
    with pytest.raises(CalendarsRefused) as refused:
        load(document)
    assert list(refused.value.fields["calendars"][0]["hours"][0]) == [field]


def test_a_figure_without_its_source_is_refused(document):
    del document["calendars"][0]["hours"][0]["source"]
    with pytest.raises(CalendarsRefused) as refused:
        load(document)
    assert refused.value.fields == {"calendars": {0: {"hours": {0: {"source": ["必须填写"]}}}}}


@pytest.mark.parametrize("junk", [None, [], "calendars", {}])
def test_something_that_is_no_document_is_refused(junk):
    with pytest.raises(CalendarsRefused):
        load(junk)
