"""The stages fit into the case: for every class, condition and area, urgent or not, whenever it is filed.

From the filing a case is dispatched, signed for where handling begins with the signature, handled, checked and closed.
Each stage is used up to its end, one after the other, and the last one must not end after the limit of the whole.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from app.catalogue import queries, service
from app.core.transaction import transaction
from app.deadlines import allowance
from app.deadlines.calendar_documents import load
from app.deadlines.limits import Limit, due
from app.grids.levels import AreaClass
from tests.deadlines.calendars import at
from tests.factories.catalogue import documents_file, import_seed, seed_catalogue, seed_content
from workflows.case_clocks import Stage

# before, in and after weekends, make-up days and the long holidays of 2026, in and out of office hours
DAYS = ("01-04", "02-13", "02-14", "02-19", "02-28", "04-03", "04-30", "05-09", "06-18", "08-12", "09-19", "09-24",
        "09-30", "10-03", "10-09", "10-10", "11-27", "11-29", "12-02")  # fmt: skip
HOURS = ("07:00", "08:00", "11:55", "17:40", "21:00")
FILED = [at(f"2026-{day} {hour}") for day, hour in product(DAYS, HOURS)]


@pytest.fixture(scope="module")
def catalogue():
    return seed_catalogue()


def _limit(figure):
    return Limit(figure.amount, figure.kind)


def _ways(catalogue):
    """Every different way through the stages, with one class that goes it."""
    ways = {}
    for each in (one for one in catalogue.classes.values() if one.offered):
        stages = [Stage.DISPATCH, *([Stage.SIGN] if each.handle_starts == Stage.SIGN else [])]
        for condition, area, urgent in product(each.conditions, AreaClass, (False, True)):

            def limit(stage):
                return catalogue.limit_for(each, condition.condition, area, stage, urgent)  # noqa: B023 - asked at once

            way = [_limit(limit(stage)) for stage in (*stages, Stage.HANDLE, Stage.CHECK, Stage.CLOSE)]
            ways.setdefault(
                (tuple(way), _limit(limit(Stage.CASE))), f"{each.code}/{condition.condition}/{area}/{urgent}"
            )
    return ways


def _walked(filed, way, office, others):
    """When the last stage ends; the departments work by a calendar of their own."""
    moment = filed
    for number, limit in enumerate(way):
        moment = due(moment, limit, others if number == len(way) - 3 else office)
    return moment


@pytest.mark.parametrize("calendar", ["office", "police"])
def test_the_sum_of_the_stages_fits_into_the_case(catalogue, calendar):
    calendars = load(seed_content("calendars", "calendars"))
    office, others = calendars.default, calendars.by_code[calendar]
    over = [
        f"{name}: filed {filed + timedelta(hours=8):%m-%d %H:%M}, stages end {end + timedelta(hours=8):%m-%d %H:%M}"
        for (way, whole), name in _ways(catalogue).items()
        for filed in FILED
        if (end := _walked(filed, way, office, others)) > due(filed, whole, office)
    ]
    assert not over, "\n".join(over[:40])


def test_the_walk_sees_a_case_that_is_too_short(catalogue):
    calendars = load(seed_content("calendars", "calendars"))
    (way, whole), _ = next(iter(_ways(catalogue).items()))
    assert isinstance(_walked(FILED[0], way, calendars.default, calendars.default), datetime)
    short = Limit(1, whole.kind)
    assert _walked(FILED[0], way, calendars.default, calendars.default) > due(FILED[0], short, calendars.default)


def _imported(folder, *rows):
    with transaction():
        return service.import_files([documents_file(folder, *rows)], by="test").remarks


def test_a_county_is_warned_at_the_import_of_stages_that_do_not_fit_and_not_refused(app_context, tmp_path):
    import_seed()
    stages = seed_content("stages", "stages")
    stages["stages"]["check"]["limits"]["C"] = {"work_minutes": 6000, "source": "县定"}
    said = _imported(tmp_path, ("stages", "stages", stages))
    litter = next(text for text in said if "0102 暴露垃圾、C 类区域：" in text)
    assert "8 个工作小时 + 100 个工作小时 + 2 个工作小时）超出全案时限（24 个工作小时）" in litter
    assert "take longer than the whole case" in litter.en
    assert not any("A 类区域" in text for text in said)
    assert any("另有" in text for text in said), "of many classes the first ones are named"
    assert queries.catalogue().stages[Stage.CHECK].limits["C"].amount == 6000


def test_of_one_class_that_alone_is_warned_of_which_is_imported(app_context, tmp_path):
    import_seed()
    longer = {**seed_content("0102"), "stages": {"close": {"work_minutes": 9000, "source": "县定"}}}
    said = [text for text in _imported(tmp_path, ("class", "0102", longer)) if "超出全案时限" in text]
    assert {text.partition("、")[0] for text in said} == {"类别 0102 暴露垃圾"}
    assert {area for area in "ABC" for text in said if f"{area} 类区域" in text} == {"A", "B", "C"}
    assert any("（急要件）" in text for text in said)


def test_nothing_is_said_of_what_fits(app_context, tmp_path):
    import_seed()
    changed = {**seed_content("0102"), "note": "改"}
    assert not [text for text in _imported(tmp_path, ("class", "0102", changed)) if "全案时限" in text]
    stages = seed_content("stages", "stages")
    stages["stages"]["check"]["limits"]["A"] = {"work_minutes": 230, "source": "县定"}
    assert not [text for text in _imported(tmp_path, ("stages", "stages", stages)) if "全案时限" in text]


def test_levels_that_make_no_sum_with_the_condition_are_warned_of_where_an_older_version_took_them(app_context):
    """Work days one after the other, in a case of which the condition counts in hours: an import refuses that now."""
    import_seed()
    every = queries.catalogue()
    odd = replace(every.classes["0102"], levels=every.classes["GX-2403"].levels)
    texts = [*allowance.warnings(replace(every, classes={**every.classes, "0102": odd}), ["0102"])]
    assert any("A 类区域：" in text and "个工作日 + " in text for text in texts), texts
    assert not [*allowance.warnings(every, ["GX-2403", "0102"])]
