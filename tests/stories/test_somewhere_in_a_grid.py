"""A grid chosen by hand says "somewhere in it": nobody makes a point of it, and everybody reads that there is none."""

import re
from uuid import uuid4

import pytest
from shapely import Point

from app.grids.levels import Duty, Level
from app.grids.queries import grid_tree
from tests.desk.browser import Desk, path_of
from tests.factories.grids import VILLAGES, WEST, draft, import_grids, strip
from tests.factories.town import GARBAGE, GRID, HERE, NEXT_GRID, THERE
from tests.support.elements import errors_at, facts_of, links_of, texts_of
from tests.support.looks import refused

MICRO = f"{GRID}01"  # all of GRID: so every point of GRID lies in it
CHOICES = (WEST, VILLAGES[0], GRID, MICRO)
POINT = {"lon": HERE[0], "lat": HERE[1]}


@pytest.fixture
def town(app, town):
    """The small county, with a micro-grid in its first grid."""
    with app.app_context():
        import_grids([draft(MICRO, strip(0, 1), Level.MICRO)])
    return town


def _body(**place):
    return {"class": GARBAGE, "description": "路边有垃圾", **place}


def _somewhere(town, code=GRID, *, by=None, **more):
    answer = (by or town.worker).send("PUT", f"cases/{uuid4()}", _body(grid=code, **more))
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def _place(case):
    return case["place"], case["grid"]["code"], case["lon"], case["lat"]


def _operation(case_id, body):
    return {"cursor": None, "operations": [{"type": "report", "case_id": case_id, "body": body}]}


def test_whoever_chooses_a_grid_has_said_that_grid_and_no_more(town):
    for code in CHOICES:
        case = _somewhere(town, code)
        assert _place(case) == _place(town.supervisor.read(case)) == ("grid", code, None, None)
        listed = town.supervisor.get("cases", grid=code).get_json()["items"]
        assert [_place(each) for each in listed if each["case_id"] == case["case_id"]] == [_place(case)]
        step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][0]
        assert step["data"]["grid"] == code
        assert not step["data"].keys() & {"lon", "lat", "crs"}
        assert not step["data"]["changed"].keys() & {"lon", "lat"}
    point = town.worker.report().get_json()
    assert _place(point) == ("point", MICRO, *HERE)


def test_a_phone_says_it_the_same_way_and_its_repetition_is_the_same_report(town):
    case_id = str(uuid4())
    first, again = (
        town.worker.send("POST", "sync", _operation(case_id, _body(grid=GRID))).get_json()["results"][0]
        for _ in range(2)
    )
    assert (first["status"], again["status"]) == (201, 200)
    assert _place(first["body"]) == _place(again["body"]) == ("grid", GRID, None, None)
    for place in ({"grid": NEXT_GRID}, {"grid": MICRO}, POINT):
        refused(town.worker.send("PUT", f"cases/{case_id}", _body(**place)), 409, "case_differs")
    changes = town.supervisor.send("POST", "sync", {"cursor": None}).get_json()["changes"]
    assert [_place(one) for one in changes] == [("grid", GRID, None, None)]


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ({}, {"lon", "lat"}),
        ({"grid": GRID, **POINT}, {"grid"}),
        ({"grid": GRID, "lon": HERE[0]}, {"grid"}),
        ({"grid": "141025999"}, {"grid"}),
        ({"grid": MICRO}, {"grid"}),  # has ended
        ({"grid": ""}, {"grid"}),
        ({"grid": None}, {"lon", "lat"}),
        ({"grid": 7}, {"grid"}),
    ],
)
def test_a_report_has_one_place_and_one_that_there_is(town, place, fields):
    with town.app.app_context():
        import_grids([], ended=[MICRO])
    for by_phone in (False, True):
        case_id = str(uuid4())
        if by_phone:
            result = town.worker.send("POST", "sync", _operation(case_id, _body(**place))).get_json()["results"][0]
            status, body = result["status"], result["body"]
        else:
            answer = town.worker.send("PUT", f"cases/{case_id}", _body(**place))
            status, body = answer.status_code, refused(answer, 422, "invalid")
        assert (status, set(body["fields"])) == (422, fields), body
    assert town.supervisor.get("cases").get_json()["items"] == []


def test_it_is_near_nothing_and_nothing_is_near_it(town):
    point = town.worker.report().get_json()
    case = _somewhere(town)
    assert case["possible_duplicates"] == []
    query = {**POINT, "class": GARBAGE}
    assert [one["case_id"] for one in town.worker.get("cases/near", **query).get_json()["items"]] == [point["case_id"]]
    offered = town.worker.report().get_json()["possible_duplicates"]
    assert [one["case_id"] for one in offered] == [point["case_id"]]
    desk = Desk(town.app, town.acceptor)
    assert links_of(desk.part(f"/desk/cases/{case['case_id']}/near").text) == {}
    typed = desk.part(f"/desk/report/near?lon=&lat=&grid={GRID}&class=0102").text
    assert (texts_of(typed, "p"), links_of(typed)) == ([f"所在网格：格{GRID}"], {})


def test_two_reports_of_one_grid_may_still_be_merged(town):
    first, second = _somewhere(town), _somewhere(town)
    page = Desk(town.app, town.acceptor).get(f"/desk/cases/{second['case_id']}/beside/{first['case_id']}")
    assert [place for label, place in facts_of(page.text) if label == "位置"] == [f"在“格{GRID}”内某处，没有定位点"] * 2
    assert town.acceptor.act(second, "merge", into=first["case_id"])["state"] == "merged"


def test_its_grid_decides_who_sees_it_and_who_is_sent(town):
    near, wide = (_somewhere(town, code, by=town.acceptor, source="hotline") for code in (GRID, WEST))
    assert town.worker.read(near)
    refused(town.next_worker.get(f"cases/{near['case_id']}"), 404)
    assert town.township.read(wide)
    refused(town.worker.get(f"cases/{wide['case_id']}"), 404)  # somewhere in the township: nobody's own grid
    for case in (near, wide):
        assert town.acceptor.act(case, "verify")["state"] == "verifying"
        assert town.worker.read(case)["tasks"][0]["handler_id"] == str(town.worker.id)


def test_a_village_is_checked_by_those_of_its_grids(town):
    other = town.hire("grid_worker", "grid", GRID, duty=Duty.PART_TIME)
    told = _somewhere(town, VILLAGES[0], by=town.acceptor, source="citizen")
    town.acceptor.act(told, "verify", verifier=str(other.id))
    case = town.acceptor.act(_somewhere(town, VILLAGES[0]), "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = town.dispatcher.act(case, "dispatch", lead="D-HOUSING")
    town.housing.act(case, "sign")
    case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    assert [each["handler_id"] for each in case["tasks"] if each["part"] == "check"] == [str(town.worker.id)]


def _waiting(town, action):
    if action.startswith("confirm"):
        return town.acceptor.act(town.acceptor.report(source="citizen").get_json(), "verify"), {}
    return town.handled(), {"tasks": [1]} if action == "fail_check" else {}


@pytest.mark.parametrize("action", ["confirm_true", "confirm_false", "pass_check", "fail_check"])
def test_what_somebody_found_may_lie_somewhere_in_a_grid_too(town, action):
    case, data = _waiting(town, action)
    data |= {"attachments": [town.photo()], "placed": "chosen"}
    both = refused(town.worker.try_act(case, action, grid=GRID, **POINT, **data), 422, "invalid")
    assert both["fields"].keys() == {"data.grid"}
    unknown = refused(town.worker.try_act(case, action, grid="141025999", **data), 422, "invalid")
    assert unknown["fields"].keys() == {"data.grid"}
    lacking = refused(town.worker.try_act(case, action, **data), 422)
    assert lacking["fields"].keys() >= {"data.lon", "data.lat"}
    town.worker.act(case, action, grid=GRID, **data)
    step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]["data"]
    assert (step["grid"], step["placed"]) == (GRID, "chosen")
    assert not step.keys() & {"lon", "lat"}
    assert _place(town.supervisor.read(case))[0] == "point"  # where the case lies is another matter


def test_a_correction_gives_the_point_later_or_another_grid(town):
    case = town.acceptor.act(_somewhere(town), "accept")
    case = town.duty.act(case, "correct", grid=NEXT_GRID)
    assert _place(case) == ("grid", NEXT_GRID, None, None)
    refused(town.duty.try_act(case, "correct", lon=2.35, lat=48.85), 422, "place_outside")
    case = town.duty.act(case, "correct", **POINT)
    assert _place(case) == ("point", MICRO, *HERE)
    case = town.duty.act(case, "correct", grid=GRID)  # a point on the border, say: the point stays
    assert _place(case) == ("point", GRID, *HERE)


def _pages(town, case):
    """What the desk, the file on paper and the board show of a case."""
    desk, board = Desk(town.app, town.acceptor), Desk(town.app, town.supervisor)
    case_id = case["case_id"]
    return [
        desk.get(f"/desk/cases/{case_id}").text,
        desk.get(f"/desk/cases/{case_id}/file").text,
        board.get(f"/board/cases/{case_id}").text,
    ]


def test_every_page_says_that_there_is_no_point(town):
    case = _somewhere(town, VILLAGES[0])
    on_desk, on_paper, on_board = _pages(town, case)
    for page in (on_desk, on_paper):
        assert f"在“格{VILLAGES[0]}”内某处，没有定位点" in page
    for page in (on_desk, on_board):
        shown = re.search(r'data-lon="([0-9.]+)" data-lat="([0-9.]+)"\s+data-somewhere="([^"]+)"', page)
        assert shown[3] == f"在“格{VILLAGES[0]}”内某处"
        with town.app.app_context():
            outline = next(each.geometry for each in grid_tree().areas if each.code == VILLAGES[0])
        assert outline.contains(Point(float(shown[1]), float(shown[2])))  # where the name stands
    for page in _pages(town, town.worker.report().get_json()):
        assert "没有定位点" not in page
        assert 'data-somewhere="在' not in page


def test_no_distance_is_judged_where_one_side_has_no_point(town):
    def checked(case, **place):
        case = town.acceptor.act(case, "accept")
        case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
        case = town.dispatcher.act(case, "dispatch", lead="D-HOUSING")
        town.housing.act(case, "sign")
        case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
        town.worker.act(case, "pass_check", attachments=[town.photo()], **place)
        return _pages(town, case)[2]

    assert "没有定位点：案件只知在网格内，不计距离" in checked(
        _somewhere(town), lon=THERE[0], lat=THERE[1], reason="垃圾已转运到邻村"
    )
    by_hand = checked(town.worker.report().get_json(), grid=GRID)
    assert f"没有定位点：手选了网格“格{GRID}”" in by_hand
    corrected = _somewhere(town)
    town.duty.act(corrected, "correct", **POINT)
    assert "距更正后的位置 0 米（上报时没有定位点）" in checked(corrected, **POINT)


def test_the_desk_reports_a_chosen_grid_as_what_was_chosen(town):
    desk = Desk(town.app, town.acceptor)
    typed = {"source": "hotline", "description": "井盖丢了", "class": "", "lon": "", "lat": ""}
    for chosen in ({"township": WEST}, {"township": WEST, "village": VILLAGES[0]}, {"grid": GRID}):
        answer = desk.post("/desk/report", {**typed, "case_id": str(uuid4()), **chosen})
        assert answer.status_code == 303, answer.text
        case = town.supervisor.get(path_of(answer).removeprefix("/desk/").partition("?")[0]).get_json()
        assert _place(case) == ("grid", list(chosen.values())[-1], None, None)
    unread = desk.post("/desk/report", {**typed, "case_id": str(uuid4()), "grid": GRID, "lon": "东经 112", "lat": "36"})
    assert unread.status_code == 422  # a point that cannot be read is no grid
    gone = desk.post("/desk/report", {**typed, "case_id": str(uuid4()), "grid": "141025999"})
    assert (gone.status_code, errors_at(gone.text, "place")) == (422, ["没有这个网格，请从现用的网格中选择。"])


def test_the_description_says_that_a_report_has_one_of_both(town):
    described = town.client.get("/openapi.json").get_json()["components"]["schemas"]
    report = described["IntakeReportIn"]
    assert not {"lon", "lat", "grid"} & set(report["required"])
    assert [sorted(each["required"]) for each in report["oneOf"]] == [["lat", "lon"], ["grid"]]
    assert described["CasesCaseOut"]["properties"]["place"]["enum"] == ["point", "grid"]
