"""Administrators see to it that every grid has its people: who serves which grid as what."""

import pytest

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core.transaction import transaction
from app.grids import queries, service
from app.grids.levels import Duty, GridKind
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST, draft, import_grids, strip
from tests.factories.identity import assignment, person
from tests.factories.town import GRID, NEXT_GRID
from tests.support.elements import elements, empty_title, errors_at, links_of, outcome, part_of, texts_of
from tests.support.exports import order, taken
from tests.support.queries import counted

pytestmark = pytest.mark.one_database
URL = "/admin/roster"


@pytest.fixture
def desk(town):
    return Desk(town.app, town.hire("administrator", "grid", COUNTY))


@pytest.fixture
def local(town):
    """An administrator of the western township."""
    return Desk(town.app, town.hire("administrator", "grid", WEST))


def enter(town, *names, **more):
    """Accounts of people with these names."""
    with town.app.app_context():
        return [person(name=name, **more) for name in names]


def serving(town, code=GRIDS[2]):
    with town.app.app_context():
        return {(one.person_id, one.duty) for one in queries.serving([code])}


def served(page):
    """What the page of a grid says of each who serves there."""
    card = part_of(page, "served")
    return [one.says for one in card.all("li", class_="alias")]


def places(page, *codes):
    return [[*links_of(page)].index(f"{URL}/{code}") for code in codes]


def test_grids_that_lack_somebody_come_first(town, desk):
    with town.app.app_context(), transaction():
        service.appoint(GRID, town.duty.id, Duty.CHIEF)
    page = desk.get(f"{URL}/").text
    order = places(page, GRIDS[2], GRIDS[3], NEXT_GRID, GRID)
    assert order == sorted(order)
    assert {"⚠ 2 个网格没有专职网格员", "⚠ 3 个网格没有网格长"} <= {*texts_of(page, "p", class_="remark")}


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"under": EAST}, GRIDS[2], GRID),
        ({"lacking": "full_time"}, GRIDS[2], GRID),
        ({"q": GRID}, GRID, GRIDS[2]),
        ({"q": "grid_worker001"}, GRID, GRIDS[2]),
        ({"level": "village"}, VILLAGES[0], GRID),
        ({"level": "county", "lacking": "nobody"}, GRID, VILLAGES[0]),
        ({"level": "township"}, WEST, GRID),
        ({"level": "county"}, COUNTY, WEST),
    ],
)
def test_the_roster_is_filtered(desk, asked, shown, hidden):
    listed = links_of(desk.get(f"{URL}/", query_string=asked).text)
    assert (f"{URL}/{shown}" in listed, f"{URL}/{hidden}" in listed) == (True, False)


def test_an_empty_list_says_what_to_do(desk):
    assert empty_title(desk.get(f"{URL}/?q=没有的").text) == "没有符合条件的网格"


def test_a_person_is_appointed_by_name_and_dismissed(town, desk):
    (row,) = enter(town, "李秀英")
    done = desk.post(f"{URL}/{GRIDS[2]}", {"who": "李秀英", "duty": "full_time"})
    page = desk.get(done.headers["Location"]).text
    assert outcome(page).startswith("已安排，立即生效")
    assert "没有任职" in served(page)[0]
    assert serving(town) == {(row.id, Duty.FULL_TIME)}
    gone = desk.post(f"{URL}/{GRIDS[2]}/dismiss", {"person": row.username, "duty": "full_time"})
    assert outcome(desk.get(gone.headers["Location"]).text).startswith("已免去")
    assert serving(town) == set()
    with town.app.app_context():
        entries = audit.search(subject=("grid", GRIDS[2])).items
    assert [one.tag for one in entries] == [Tag.ROSTER_DISMISSED, Tag.ROSTER_APPOINTED]
    assert entries[0].data == {"person": str(row.id), "duty": "full_time"}
    assert entries[0].person_id == town.people[-1].id


def test_a_person_is_appointed_by_account(town, desk):
    (row,) = enter(town, "王芳", username="wangfang")
    assert desk.post(f"{URL}/{GRIDS[2]}", {"who": "WangFang", "duty": "chief"}).status_code == 303
    assert serving(town) == {(row.id, Duty.CHIEF)}


def test_where_a_name_means_several_one_is_chosen(town, desk):
    rows = enter(town, "王芳", "王芳", "王芳菲")
    asked = {"who": "王芳", "duty": "instructor"}
    answer = desk.post(f"{URL}/{GRIDS[2]}", asked)
    assert (answer.status_code, len(elements(answer.text, "input", name="chosen"))) == (422, 3)
    assert serving(town) == set()
    desk.post(f"{URL}/{GRIDS[2]}", {**asked, "chosen": rows[1].username})
    assert serving(town) == {(rows[1].id, Duty.INSTRUCTOR)}


def test_a_part_of_a_name_appoints_nobody_by_itself(town, desk):
    enter(town, "欧阳修")
    answer = desk.post(f"{URL}/{GRIDS[2]}", {"who": "欧阳", "duty": "chief"})
    assert answer.status_code == 422
    assert "请选一位" in " ".join(errors_at(answer.text, "who"))
    assert serving(town) == set()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"who": "没有这人"}, "没有找到这个人"),
        ({"who": "%"}, "没有找到这个人"),
        ({"who": ""}, "必填"),
        ({"duty": "king"}, "请从列表中选择"),
        ({"duty": ""}, "必填"),
        ({"since": "2020-01-01"}, "前后一年以内"),
        ({"since": "tomorrow"}, "应为日期"),
    ],
)
def test_a_wrong_field_is_told_and_nobody_is_appointed(town, desk, changed, said):
    enter(town, "李秀英")
    answer = desk.post(f"{URL}/{GRIDS[2]}", {"who": "李秀英", "duty": "chief", **changed})
    assert answer.status_code == 422
    assert said in " ".join(errors_at(answer.text, *changed))
    assert serving(town) == set()


def test_a_closed_account_is_not_appointed(town, desk):
    enter(town, "李秀英", active=False)
    assert desk.post(f"{URL}/{GRIDS[2]}", {"who": "李秀英", "duty": "chief"}).status_code == 422


def test_an_appointment_may_begin_later(town, desk, clock):
    (row,) = enter(town, "李秀英")
    done = desk.post(f"{URL}/{GRIDS[2]}", {"who": "李秀英", "duty": "full_time", "since": "2026-11-25"})
    page = desk.get(done.headers["Location"]).text
    assert "到日生效" in outcome(page)
    assert serving(town) == set()
    assert "⚠ 还没有专职网格员" in texts_of(page, "p", class_="remark")
    clock.tick(hours=39)  # 2026-11-25 at midnight in the county
    assert serving(town) == {(row.id, Duty.FULL_TIME)}


@pytest.mark.both_databases
def test_an_appointment_to_come_can_be_brought_forward_or_called_off(town, desk):
    (row,) = enter(town, "李秀英")
    later = {"who": "李秀英", "duty": "chief", "since": "2026-12-25"}
    desk.post(f"{URL}/{GRIDS[2]}", later)
    desk.post(f"{URL}/{GRIDS[2]}/dismiss", {"person": row.username, "duty": "chief"})
    assert served(desk.get(f"{URL}/{GRIDS[2]}").text) == []
    desk.post(f"{URL}/{GRIDS[2]}", later)
    assert ["李秀英" in text for text in served(desk.get(f"{URL}/{GRIDS[2]}").text)] == [True]
    now = desk.post(f"{URL}/{GRIDS[2]}", {"who": "李秀英", "duty": "chief"})
    assert (now.headers["Location"].endswith("done=appointed"), serving(town)) == (True, {(row.id, Duty.CHIEF)})
    again = desk.post(f"{URL}/{GRIDS[2]}", {"who": "李秀英", "duty": "chief"})
    assert "已经在这个岗位上" in outcome(desk.get(again.headers["Location"]).text)


def test_who_has_a_role_there_bears_no_mark(town, desk):
    (text,) = served(desk.get(f"{URL}/{GRID}").text)
    assert text.startswith("专职网格员")
    assert "没有任职" not in text


def test_nobody_is_appointed_to_an_ended_grid(town, desk):
    second = f"{VILLAGES[0]}002"
    with town.app.app_context():
        import_grids([draft(second, strip(0, 1), kind=GridKind.DEDICATED)])
        import_grids([], {second})
    enter(town, "李秀英")
    assert desk.post(f"{URL}/{second}", {"who": "李秀英", "duty": "chief"}).status_code == 422


def test_who_administers_a_township_keeps_its_roster_alone(town, local):
    (row,) = enter(town, "李秀英")
    listed = links_of(local.get(f"{URL}/").text)
    assert (f"{URL}/{GRID}" in listed, f"{URL}/{GRIDS[2]}" in listed) == (True, False)
    assert local.get(f"{URL}/?under={EAST}").status_code == 404
    assert local.get(f"{URL}/{GRIDS[2]}").status_code == 404
    appointed = {"who": "李秀英", "duty": "chief"}
    assert local.post(f"{URL}/{GRIDS[2]}", appointed).status_code == 404
    assert local.post(f"{URL}/{GRIDS[2]}/dismiss", {"person": row.username, "duty": "chief"}).status_code == 404
    assert serving(town) == set()
    assert local.post(f"{URL}/{GRID}", {**appointed, "who": row.username}).status_code == 303


@pytest.mark.parametrize("name", ["worker", "duty", "housing"])
def test_nobody_else_comes_in(town, name):
    desk = Desk(town.app, getattr(town, name))
    for path in (f"{URL}/", f"{URL}/{GRID}"):
        assert desk.get(path).status_code == 403
    assert order(desk, "roster").status_code == 404
    assert desk.post(f"{URL}/{GRID}", {"who": "x", "duty": "chief"}).status_code == 403


def test_the_roster_goes_out_as_a_sheet_of_texts(town, desk):
    (row,) = enter(town, "=1+1")
    with town.app.app_context(), transaction():
        service.appoint(GRIDS[2], row.id, Duty.CHIEF)
    heading, *rows = taken(town.app, desk, "roster")
    assert heading == ["乡镇", "村（社区）", "网格", "网格编码", "身份", "姓名", "账号", "起"]
    assert [(one[3], one[4]) for one in rows] == [
        (GRID, "专职网格员"), (NEXT_GRID, "专职网格员"), (GRIDS[2], "网格长"), (GRIDS[3], ""),
    ]  # fmt: skip
    assert rows[2][5] == "'=1+1"
    with town.app.app_context():
        (entry,) = audit.search(tags=[Tag.EXPORT_MADE]).items
    assert entry.data == {"what": "roster", "rows": 4}


def test_chiefs_of_a_township_and_of_the_county_stand_in_the_list_and_in_the_file(town, desk):
    (row,) = enter(town, "李河长")
    for code in (WEST, COUNTY):
        assert desk.post(f"{URL}/{code}", {"who": row.username, "duty": "river_chief"}).status_code == 303
    for level, code in (("township", WEST), ("county", COUNTY)):
        page = desk.get(f"{URL}/?level={level}").text
        assert links_of(page)[f"{URL}/{code}"]
        assert "李河长" in " ".join(texts_of(page, "td"))
        chiefs = [one[3:6] for one in taken(town.app, desk, "roster", f"level={level}") if one[4] == "河长"]
        assert chiefs == [[code, "河长", "李河长"]]


def test_an_empty_grid_points_to_the_form_only_where_there_is_one(town, desk):
    reader = Desk(town.app, town.supervisor)
    for one, there in ((desk, True), (reader, False)):
        (text,) = part_of(one.get(f"{URL}/{GRIDS[2]}").text, "served").all("p", class_="text-secondary")
        assert ("用旁边的表安排" in text.says) == there


def test_the_roster_costs_the_same_however_many_serve_and_is_paged(town, desk):
    desk.get(f"{URL}/")
    with counted() as few:
        desk.get(f"{URL}/")
    rows = enter(town, *(f"网格员{number}" for number in range(12)))
    more = [draft(f"{VILLAGES[3]}100", strip(3, 4), kind=GridKind.DEDICATED)]
    with town.app.app_context():
        import_grids(more)
    with town.app.app_context(), transaction():
        for number, row in enumerate(rows):
            service.appoint(GRIDS[number % 4], row.id, Duty.PART_TIME)
    desk.get(f"{URL}/")
    with counted() as many:
        desk.get(f"{URL}/")
    assert len(many) == len(few) <= 5


def test_the_next_page_goes_on_where_the_last_one_ended(desk, monkeypatch):
    monkeypatch.setattr("app.grids.pages.roster.PAGE", 3)
    first = desk.get(f"{URL}/").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(following).text
    listed = [[code for code in GRIDS if f'href="{URL}/{code}"' in page] for page in (first, second)]
    assert (len(listed[0]), len(listed[1])) == (3, 1)
    assert sorted(listed[0] + listed[1]) == sorted(GRIDS)


@pytest.mark.both_databases
def test_who_administers_a_township_finds_others_by_their_account_alone(town, local):
    with town.app.app_context():
        elsewhere = person(name="欧阳远", username="ouyang.far")
        assignment(elsewhere, role="grid_worker", scope_kind="grid", scope_code=EAST, scope_path=f"{COUNTY}/{EAST}/")
        here = person(name="欧阳近", username="ouyang.near")
        assignment(
            here,
            role="grid_worker",
            scope_kind="grid",
            scope_code=GRID,
            scope_path=f"{COUNTY}/{WEST}/{GRID[:12]}/{GRID}/",
        )
    asked = {"duty": "chief"}
    shown = local.post(f"{URL}/{GRID}", {"who": "欧阳", **asked}).text
    assert [one.attributes["value"] for one in elements(shown, "input", name="chosen")] == ["ouyang.near"]
    assert local.post(f"{URL}/{GRID}", {"who": "欧阳远", **asked}).status_code == 422
    assert local.post(f"{URL}/{GRID}", {"who": "ouyang.far", **asked}).status_code == 303
