"""An object is entered once, changed as it was seen, and merged when it was entered twice; its history says all."""

from uuid import uuid4

import pytest

from tests.factories.grids import COUNTY
from tests.factories.objects import change, component, enter, keep
from tests.factories.town import GRID, HERE, HOUSING, THERE, WATER

LINE = {"type": "LineString", "coordinates": [[HERE[0] - 0.01, HERE[1]], [HERE[0] + 0.01, HERE[1]]]}


@pytest.fixture
def keeper(town):
    """Somebody who keeps the objects of the county."""
    return town.hire("administrator", "grid", COUNTY)


def history(actor, kept):
    return actor.get(f"objects/{kept['object_id']}").get_json()["history"]


def test_an_object_is_entered_once_however_often_it_is_sent(town):
    object_id, body = str(uuid4()), component(owner=HOUSING, maintainer_text="某公司", attributes={"material": "铸铁"})
    kept = keep(town.worker, body, object_id)
    assert (kept["grid"]["code"], kept["classes"], kept["version"]) == (GRID, ["C0102"], 1)
    assert kept["owner"] == {"code": HOUSING, "name": "县住房和城乡建设局"}
    assert kept["maintainer"] == {"code": None, "name": "某公司"}
    assert kept["state"]["code"] == "in_use"
    again = enter(town.worker, body, object_id)
    assert (again.status_code, again.get_json()["object_id"]) == (200, object_id)
    other = enter(town.worker, {**body, "name": "别的"}, object_id)
    assert (other.status_code, other.get_json()["code"]) == (409, "object_id_taken")
    assert other.get_json()["object"]["name"] == "井盖1"
    twin = enter(town.worker, body)
    assert (twin.status_code, twin.get_json()["code"]) == (409, "identifier_taken")
    (entry,) = history(town.worker, kept)
    assert (entry["edit"], entry["changed"]["name"]) == ("entered", [None, "井盖1"])
    assert entry["by"].startswith(town.worker.name)
    assert entry["changed"]["attributes.material"] == [None, "铸铁"]


@pytest.mark.one_database
def test_what_is_wrong_is_named_field_by_field(town):
    def fields(**changes):
        answer = enter(town.worker, {**component(), **changes})
        assert answer.status_code == 422, answer.get_json()
        return set(answer.get_json()["fields"])

    assert fields(kind="ufo") == {"kind"}
    assert fields(identifier="123") == {"identifier"}
    assert fields(identifier=None) == {"identifier"}
    assert fields(grade="splendid", owner="NOBODY") == {"grade", "owner"}
    assert fields(owner=HOUSING, owner_text="住建局") == {"owner"}
    assert fields(attributes={"size_mm": "wide", "colour": "red"}) == {"attributes.size_mm", "attributes.colour"}
    assert fields(lon=None) >= {"lon"}
    assert fields(lon=10.0, lat=10.0) == {"lon", "lat"}
    assert fields(geometry={"type": "LineString", "coordinates": []}) == {"geometry"}
    assert fields(state="removed") == {"state"}
    assert fields(wings=2) == {"wings"}
    pipe = {"kind": "pipe", "identifier": None, "attributes": {}}
    assert fields(**pipe) == {"attributes.carries"}
    for broken in ({}, {"type": "LineString"}, {"type": "LineString", "coordinates": [[0, 95], [1, 1]]}):
        assert fields(**{**pipe, "attributes": {"carries": "供水"}, "geometry": broken}) == {"geometry"}


@pytest.mark.one_database
def test_a_line_has_its_point_on_itself_and_an_area_in_itself(town):
    road = {"kind": "bridge", "name": "西桥", "geometry": LINE}
    bridge = keep(town.worker, road)
    assert bridge["geometry"]["type"] == "LineString"
    assert (bridge["lon"], bridge["lat"]) == pytest.approx(HERE, abs=1e-6)
    ring = [[HERE[0], HERE[1]], [HERE[0] + 0.01, HERE[1]], [HERE[0], HERE[1] + 0.01], [HERE[0], HERE[1]]]
    house = keep(town.worker, {"kind": "self_built", "name": "甲宅", "grade": "C",
                               "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}})  # fmt: skip
    assert house["grade"]["name"] == "C 级（局部危险）"
    assert HERE[0] < house["lon"] < HERE[0] + 0.01


def test_a_change_needs_the_version_that_was_seen_and_is_made_once(town):
    kept = keep(town.worker, component())
    op_id = uuid4()
    changed = change(town.worker, kept, op_id=op_id, grade="damaged", attributes={"material": "铸铁"})
    assert (changed.status_code, changed.get_json()["version"]) == (201, 2)
    again = change(town.worker, kept, op_id=op_id, grade="damaged", attributes={"material": "铸铁"})
    assert (again.status_code, again.get_json()["version"]) == (200, 2)
    other = change(town.worker, kept, op_id=op_id, grade="lost")
    assert (other.status_code, other.get_json()["code"]) == (409, "object_op_taken")
    stale = change(town.worker, kept, grade="lost")
    assert (stale.status_code, stale.get_json()["code"]) == (409, "object_stale")
    assert stale.get_json()["object"]["grade"]["code"] == "damaged"
    same = change(town.worker, changed.get_json(), grade="damaged")
    assert (same.status_code, same.get_json()["version"]) == (200, 2)
    newest = history(town.worker, kept)[0]
    assert newest["changed"] == {"grade": [None, "damaged"], "attributes.material": [None, "铸铁"]}


@pytest.mark.one_database
def test_a_department_and_a_text_take_each_others_place(town):
    kept = keep(town.worker, component(owner=HOUSING))
    kept = change(town.worker, kept, owner_text="某公司").get_json()
    assert kept["owner"] == {"code": None, "name": "某公司"}
    kept = change(town.worker, kept, owner=WATER).get_json()
    assert kept["owner"]["code"] == WATER
    kept = change(town.worker, kept, owner=None).get_json()
    assert kept["owner"] is None


def test_an_identifier_is_free_again_when_its_object_is_gone(town, keeper):
    first, second = keep(town.worker, component(1)), keep(town.worker, component(2))
    taken = change(town.worker, second, identifier=first["identifier"])
    assert (taken.status_code, taken.get_json()["code"]) == (409, "identifier_taken")
    assert change(town.worker, first, state="removed").status_code == 403
    assert change(keeper, first, state="removed").status_code == 201
    assert change(town.worker, second, identifier=first["identifier"]).status_code == 201
    back = change(keeper, {**first, "version": 2}, state="in_use")
    assert (back.status_code, back.get_json()["code"]) == (409, "identifier_taken")


@pytest.mark.one_database
def test_a_worker_keeps_objects_of_the_own_grid_alone(town):
    foreign = enter(town.worker, component(at=THERE))
    assert (foreign.status_code, foreign.get_json()["code"]) == (403, "object_not_kept_here")
    kept = keep(town.worker, component())
    moved = change(town.worker, kept, lon=THERE[0], lat=THERE[1])
    assert moved.status_code == 403
    assert change(town.next_worker, kept, name="别").status_code == 404
    assert enter(town.housing, component(3)).status_code == 403


def test_one_entered_twice_gives_way_to_the_other(town, keeper):
    winner = keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    loser = keep(keeper, {"kind": "bridge", "name": "东桥", "identifier": "G1", "grade": "3",
                          "lon": HERE[0] + 0.0001, "lat": HERE[1]})  # fmt: skip
    far = keep(keeper, {"kind": "bridge", "name": "另一座", "lon": THERE[0], "lat": THERE[1]})
    alike = keeper.get(f"objects/{loser['object_id']}/alike").get_json()["items"]
    assert [one["object_id"] for one in alike] == [winner["object_id"]]

    def merge(one, into, **more):
        body = {"op_id": str(uuid4()), "seen": one["version"], "into": into["object_id"], **more}
        return keeper.send("POST", f"objects/{one['object_id']}/merge", body)

    assert merge(loser, loser).status_code == 422
    assert merge(loser, keep(keeper, component())).status_code == 422
    assert merge(loser, winner, seen=7).status_code == 409
    op_id = str(uuid4())
    merged = merge(loser, winner, op_id=op_id).get_json()
    assert (merged["merged_into"], merged["state"]["code"]) == (winner["object_id"], "removed")
    assert merge(loser, winner, op_id=op_id).status_code == 200
    heir = keeper.get(f"objects/{winner['object_id']}").get_json()
    assert (heir["identifier"], heir["grade"]["code"], heir["version"]) == ("G1", "3", 2)
    assert heir["history"][0]["changed"]["joined_by"] == [None, loser["object_id"]]
    gone = change(keeper, merged, name="又改")
    assert (gone.status_code, gone.get_json()["code"]) == (409, "object_merged")
    assert merge(far, loser).status_code == 422
    refused = town.worker.send("POST", f"objects/{far['object_id']}/merge", {"op_id": op_id, "seen": 1, "into": op_id})
    assert refused.status_code == 403


def test_the_one_that_stays_gets_what_it_lacks_and_keeps_what_it_has(town, keeper):
    house = {"kind": "self_built", "name": "三号房"}
    east, north = HERE[0] + 0.0002, HERE[1] + 0.0002
    ring = [HERE, [east, HERE[1]], [east, north], HERE]
    winner = keep(keeper, {**house, "lon": HERE[0], "lat": HERE[1], "maintainer": WATER,
                           "attributes": {"floors": 2}})  # fmt: skip
    loser = keep(keeper, {**house, "geometry": {"type": "Polygon", "coordinates": [ring]}, "owner_text": "王小明",
                          "manager": HOUSING, "maintainer_text": "某公司",
                          "attributes": {"floors": 3, "use": "出租"}})  # fmt: skip
    body = {"op_id": str(uuid4()), "seen": 1, "into": winner["object_id"]}
    assert keeper.send("POST", f"objects/{loser['object_id']}/merge", body).status_code == 201
    heir = keeper.get(f"objects/{winner['object_id']}").get_json()
    parties = [heir[role]["code"] or heir[role]["name"] for role in ("owner", "manager", "maintainer")]
    assert parties == ["王小明", HOUSING, WATER]
    assert heir["attributes"] == {"floors": 2, "use": "出租"}
    assert heir["geometry"]["type"] == "Polygon"
    assert {"owner_text", "manager", "attributes.use", "geometry"} <= heir["history"][0]["changed"].keys()
