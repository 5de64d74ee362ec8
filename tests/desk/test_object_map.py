"""The desk's map of objects: by layers, within what it shows, and one object with its cases, as far as one sees."""

import json
from uuid import uuid4

import pytest

from app.desk.object_pages import SHOWN_MOST
from app.objects.object_kinds import kinds
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.objects import component, keep
from tests.factories.town import COVER, GRID, HERE, THERE
from tests.support.elements import elements, facts_of, links_of, rows_of, texts_of

pytestmark = pytest.mark.one_database
URL = "/desk/objects/"
LINE = {"type": "LineString", "coordinates": [[HERE[0] - 0.002, HERE[1]], [HERE[0] + 0.002, HERE[1]]]}


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


@pytest.fixture
def desk(town):
    return Desk(town.app, town.acceptor)


def features(actor, **query):
    answer = actor.get("objects/features", **query)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def around(at, half=0.005):
    return f"{at[0] - half},{at[1] - half},{at[0] + half},{at[1] + half}"


def test_the_page_has_a_control_for_each_layer_and_a_list_beside_the_map(town, desk):
    page = desk.get(URL).text
    boxes = elements(page, "input", name="layer")
    offered = {code for box in boxes for code in box.attributes["value"].split(",")}
    with town.app.app_context():
        assert offered == set(kinds())
        layers = [str(kind.layer) for kind in kinds().values()]
    assert len(boxes) == len(set(layers))
    assert all(name in " ".join(texts_of(page, "label")) for name in layers)
    (place,) = elements(page, "div", id="map")
    assert (place.attributes["data-ground"], place.attributes["data-most"]) == (COUNTY, str(SHOWN_MOST))
    (listed,) = elements(page, "table", id="listed")
    assert next(cell.says for cell in listed.all("th")) == "名称"
    assert URL in links_of(desk.get("/desk/").text)
    assert not any(word in json.dumps(sorted(offered)) for word in ("person", "household", "resident"))


def test_what_lies_within_the_box_comes_by_kinds_with_grade_and_line(town, keeper):
    cover = keep(keeper, component(1, grade="good"))
    keep(keeper, component(2, at=THERE))
    pipe = keep(keeper, {"kind": "pipe", "name": "热力管线", "geometry": LINE, "attributes": {"carries": "热力"}})
    near = features(town.acceptor, box=around(HERE))
    assert {one["id"] for one in near["features"]} == {cover["object_id"], pipe["object_id"]}
    (line,) = features(town.acceptor, box=around(HERE), kinds="pipe,bridge")["features"]
    assert line["geometry"]["type"] == "LineString"
    (point,) = features(town.acceptor, box=around(HERE), kinds="component")["features"]
    about = point["properties"]
    assert (about["name"], about["kind_name_en"], about["grid"]) == ("井盖1", "Component", GRID)
    assert all(about[name] for name in ("grade_name", "grade_name_en", "grid_name"))
    assert features(town.acceptor, box=around(HERE), kinds="nothing")["features"] == []
    assert features(town.acceptor, box=around(HERE), limit=1)["next_cursor"]  # there are more: the page says so
    assert features(town.next_worker, box=around(HERE))["features"] == []


def test_an_object_has_a_page_with_its_cases_for_whoever_sees_it(town, keeper, desk):
    cover = keep(keeper, component(1, grade="good"))
    case = town.worker.report(COVER, object=cover["identifier"]).get_json()
    page = desk.get(URL + cover["object_id"]).text
    assert dict(facts_of(page))["种类"] == "部件"
    assert [row[0] for row in rows_of(page)] == [case["number"]]
    assert desk.get(URL + str(uuid4())).status_code == 404
    stranger = Desk(town.app, town.next_worker)
    assert stranger.get(URL + cover["object_id"]).status_code == 404
