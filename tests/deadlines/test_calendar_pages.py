"""The pages of calendars: a year day by day, days set and taken back, years that nobody knows."""

from datetime import date

import pytest

from app.audit import queries as audit
from app.audit.tags import Tag
from app.catalogue import document_list, service
from app.core import clock as clocks
from app.core.transaction import transaction
from app.deadlines.queries import calendars, unknown_years
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY, WEST
from tests.support.elements import alert, elements, empty_title, errors_at, outcome, rows_of, texts_of, tight, value_of
from tests.support.queries import counted

pytestmark = pytest.mark.one_database
FRONT, OFFICE = "/admin/calendars/", "/admin/calendars/office"
CLOSED = {"day": "2026-12-07", "working": "false", "reason": "县庆", "source": "县办〔2026〕3号"}
DAY = date(2026, 12, 7)


@pytest.fixture
def town(town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    return town


@pytest.fixture
def desk(town):
    return Desk(town.app, town.admin)


def lacking(desk, path):
    """The remarks of a page that some calendar lacks what holds in 2027."""
    return [text for text in texts_of(desk.get(path).text, "p", class_="remark") if "缺少 2027 年" in text]


def hours(town, day=DAY):
    with town.app.app_context():
        return calendars().default.hours_on(day)


def test_calendars_are_listed_with_their_hours_and_departments(desk):
    office, *others = texts_of(desk.get(FRONT).text, "section", class_="card")
    for said in ("机关工作日历 默认", "14:30-18:00", "县住房和城乡建设局"):
        assert said in office
    assert [one for one in others if "不执行，照常上班" in one]


def test_a_year_is_shown_day_by_day_with_signs(desk):
    shown = tight(desk.get(f"{OFFICE}?year=2026").text)
    assert 'class="day-holiday" title="春节">17<span class="sign">假' in shown
    assert 'class="day-makeup" title="春节">14<span class="sign">班' in shown
    assert '<span class="sign">休' in shown
    assert "23 个工作日" in shown
    english = desk.get(f"{OFFICE}?year=2026&lang=en").text
    assert "17hol" in texts_of(english, "td", class_="day-holiday", title="Spring Festival")


def test_a_year_without_notice_shows_fixed_holidays_and_marks_those_that_move(desk):
    shown = tight(desk.get(f"{OFFICE}?year=2027").text)
    assert 'class="day-holiday" title="元旦">1<span class="sign">假' in shown
    assert 'class="day-unknown" title="春节">8<span class="sign">？' in shown
    assert "未定：可能放假，暂按工作日计" in shown


def test_a_year_costs_a_fixed_number_of_statements(desk):
    desk.get(OFFICE)
    with counted() as seen:
        desk.get(OFFICE)
    assert len(seen) <= 4, seen


@pytest.mark.both_databases
def test_a_day_is_closed_by_form_at_once_and_as_a_new_version(desk, town):
    assert hours(town)
    answer = desk.post(f"{OFFICE}/overrides", CLOSED)
    assert answer.status_code == 303
    assert hours(town) is None
    shown = desk.get(answer.headers["Location"]).text
    assert outcome(shown).startswith("调整日已设置")
    ((day, worked, reason, source, _),) = rows_of(shown, id="overrides")
    assert (day, worked, reason, source) == ("2026-12-07", "不上班", "县庆", "县办〔2026〕3号")
    assert texts_of(shown, "td", class_="day-closed", title="县庆") == ["7◆休"]
    with town.app.app_context():
        newest, first = document_list.history("calendars", "calendars")
        assert (newest.version, first.version) == (2, 1)
        assert newest.note == "调整日 2026-12-07 不上班 · 2026-12-07 off：县庆"
        assert audit.search(tags=[Tag.CATALOGUE_IMPORTED], person_id=town.admin.id).items


def test_several_days_with_their_own_hours_are_set_together(desk, town):
    form = {**CLOSED, "day": "2026-12-05", "until": "2026-12-06", "working": "true", "windows": "9:00-12:00"}
    assert desk.post(f"{OFFICE}/overrides", form).status_code == 422
    desk.post(f"{OFFICE}/overrides", {**form, "windows": "09:00-12:00，13：00—15：00"})
    assert [hours(town, date(2026, 12, day)).total // 3_600_000_000 for day in (5, 6)] == [5, 5]


def test_the_page_shows_the_year_in_which_a_day_was_set(desk):
    answer = desk.post(f"{OFFICE}/overrides", {**CLOSED, "day": "2028-01-05"})
    assert "year=2028" in answer.headers["Location"]


def test_a_day_set_by_mistake_is_taken_back(desk, town):
    desk.post(f"{OFFICE}/overrides", CLOSED)
    answer = desk.post(f"{OFFICE}/overrides/2026-12-07/remove", {})
    assert answer.status_code == 303
    assert hours(town)
    for day in ("2026-12-07", "no-day"):
        assert desk.post(f"{OFFICE}/overrides/{day}/remove", {}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": ""}, "必填。"),
        ({"day": "7.12."}, "应为日期"),
        ({"until": "2026-12-01"}, "结束日期早于开始日期"),
        ({"until": "2027-12-01"}, "一次最多 62 天"),
        ({"day": "1026-12-01"}, "年份不合理"),
        ({"working": "perhaps"}, "请选择"),
        ({"windows": "08:00-12:00"}, "不上班的日子不必填写时段"),
        ({"working": "true", "windows": "12:00-08:00"}, "互不重叠的时段"),
        ({"reason": ""}, "必填。"),
        ({"source": " "}, "必填。"),
        ({"source": "x" * 201}, "长度应为"),
        ({"more": "x"}, "填写内容有误"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(desk, town, changes, said):
    answer = desk.post(f"{OFFICE}/overrides", {**CLOSED, "reason": "县庆典礼", **changes})
    assert answer.status_code == 422
    field = [*changes][-1]
    assert said in (alert(answer.text) if field == "more" else " ".join(errors_at(answer.text, field)))
    assert value_of(answer.text, "reason") == changes.get("reason", "县庆典礼")
    assert hours(town)


def test_what_is_wrong_is_said_in_english_to_who_reads_english(desk):
    shown = desk.post(f"{OFFICE}/overrides?lang=en", {**CLOSED, "until": "2026-12-01"}).text
    assert errors_at(shown, "until") == ["The end lies before the beginning."]
    assert "Something is not filled in rightly" in alert(shown)
    again = desk.post(f"{OFFICE}/overrides", {**CLOSED, "reason": ""}).text
    assert errors_at(again, "reason") == ["Please fill this in."]


def test_a_day_is_not_set_twice(desk):
    desk.post(f"{OFFICE}/overrides", CLOSED)
    answer = desk.post(f"{OFFICE}/overrides", {**CLOSED, "day": "2026-12-06", "until": "2026-12-08"})
    assert answer.status_code == 422
    assert "已有调整：2026-12-07" in " ".join(errors_at(answer.text, "day"))


def test_a_year_that_nobody_knows_is_warned_of_until_it_is_entered_whole(desk, town):
    assert "2027 年的法定节假日和调休安排还没有" in alert(desk.get(f"{OFFICE}?year=2027").text)
    assert lacking(desk, FRONT)
    assert lacking(desk, "/admin/")
    answer = desk.post(f"{OFFICE}/years", {"year": "2027", "source": "国办发明电〔2026〕7号"})
    assert answer.status_code == 303
    shown = desk.get(answer.headers["Location"]).text
    assert texts_of(shown, role="alert") == []
    assert "已登记为录全的年份：2027（国办发明电〔2026〕7号）" in texts_of(shown, "p")
    assert not lacking(desk, "/admin/")
    with town.app.app_context():
        assert not unknown_years()
    assert desk.post(f"{OFFICE}/years", {"year": "2027", "source": "再来一次"}).status_code == 422
    assert desk.post(f"{OFFICE}/years/2027/remove", {}).status_code == 303
    assert lacking(desk, FRONT)


def test_a_year_out_of_reach_is_refused(desk):
    assert desk.get(f"{OFFICE}?year=9999").status_code == 422
    assert desk.post(f"{OFFICE}/years", {"year": "9999", "source": "x"}).status_code == 422
    assert desk.get(f"{FRONT}nothing").status_code == 404
    assert desk.post(f"{FRONT}nothing/overrides", CLOSED).status_code == 404


def test_a_version_to_come_is_said_where_days_are_set(desk, town, tmp_path):
    path = documents_file(
        tmp_path, ("calendars", "calendars", {**seed_content("calendars", "calendars"), "version": 9})
    )
    with town.app.app_context(), transaction():
        service.import_files([path], valid_from=clocks.now().replace(year=2027), by="test")
    assert [
        text for text in texts_of(desk.get(OFFICE).text, "p", class_="remark") if "另有一版工作日历将于 2027-" in text
    ]


def test_an_administrator_of_a_township_looks_and_sets_nothing(town):
    desk = Desk(town.app, town.hire("administrator", "grid", WEST))
    shown = desk.get(OFFICE)
    assert shown.status_code == 200
    assert not elements(shown.text, "form", action=f"{OFFICE}/overrides")
    for path, form in (("overrides", CLOSED), ("years", {"year": "2027", "source": "x"}), ("years/2027/remove", {})):
        assert desk.post(f"{OFFICE}/{path}", form).status_code == 403
    assert hours(town)


def test_nobody_else_comes_in(town):
    for actor in (town.worker, town.supervisor):
        assert Desk(town.app, actor).get(FRONT).status_code == 403


def test_without_calendars_the_page_says_what_to_do(town, monkeypatch):
    monkeypatch.setattr("app.deadlines.calendar_pages._known", lambda: None)
    assert empty_title(Desk(town.app, town.admin).get(FRONT).text) == "还没有工作日历"
