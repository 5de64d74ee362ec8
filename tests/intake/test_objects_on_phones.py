"""A phone keeps the objects of the grids that its owner serves, and no others; it hears what changes and what goes."""

from uuid import uuid4

import pytest

from app.core.db import db
from app.grids import queries as grids
from app.objects.models import ObjectRow
from tests.factories.grids import COUNTY
from tests.factories.objects import change, component, keep
from tests.factories.town import COVER, HERE, THERE, WATER
from tests.objects.test_costs_of_objects import fill
from tests.support.queries import counted

pytestmark = pytest.mark.one_database


class Follower:
    """A phone that follows the objects."""

    def __init__(self, actor):
        self.actor, self.cursor, self.objects, self.gone, self.resets = actor, None, {}, [], 0

    def sync(self):
        """Read until nothing is left; return what came."""
        came, more = [], True
        while more:
            body = {"streams": {"objects": {"cursor": self.cursor}}}
            answer = self.actor.send("POST", "sync", body)
            assert answer.status_code == 200, answer.get_json()
            stream = answer.get_json()["streams"]["objects"]
            if stream["reset"]:
                self.resets += 1
                self.objects.clear()
            self.objects |= {one["object_id"]: one for one in stream["changes"]}
            for object_id in stream["gone"]:
                self.objects.pop(object_id, None)
            self.gone += stream["gone"]
            came += stream["changes"]
            self.cursor, more = stream["cursor"], stream["more"]
        return came

    def names(self):
        return sorted(one["name"] for one in self.objects.values())


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


def test_a_phone_has_the_objects_of_its_own_grids_and_nobody_carries_the_county(town, keeper):
    mine, theirs = keep(keeper, component(1)), keep(keeper, component(2, at=THERE))
    house = {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]}
    keep(keeper, house)
    phones = {actor: Follower(actor) for actor in (town.worker, town.next_worker, town.acceptor, town.water, keeper)}
    for phone in phones.values():
        phone.sync()
    assert [phone.names() for phone in phones.values()] == [["东桥", "井盖1"], ["井盖2"], [], [], []]
    (one,) = [each for each in phones[town.worker].objects.values() if each["name"] == "井盖1"]
    assert one == {
        "object_id": mine["object_id"], "kind": "component", "kind_name": "部件", "kind_name_en": "Component",
        "identifier": mine["identifier"], "name": "井盖1", "lon": HERE[0], "lat": HERE[1], "grid": mine["grid"]["code"],
        "state": "in_use", "classes": [COVER], "version": 1, "layer": "城市部件", "layer_en": "Components",
        "geometry": None, "grade_name": None, "grade_name_en": None,
    }  # fmt: skip
    assert theirs["object_id"] not in str(phones[town.worker].objects)


def test_it_hears_of_changes_and_of_what_is_there_no_more_and_nothing_of_others(town, keeper):
    first, second, other = keep(keeper, component(1)), keep(keeper, component(2)), keep(keeper, component(3, at=THERE))
    phone, neighbour = Follower(town.worker), Follower(town.next_worker)
    phone.sync(), neighbour.sync()
    assert change(keeper, first, name="井盖甲", maintainer=WATER).status_code == 201
    assert change(keeper, other, state="removed").status_code == 201
    phone.sync()
    assert (phone.names(), phone.gone) == (["井盖2", "井盖甲"], [])
    moved = change(keeper, second, lon=THERE[0], lat=THERE[1])
    assert moved.status_code == 201, moved.get_json()
    phone.sync(), neighbour.sync()
    assert (phone.names(), phone.gone) == (["井盖甲"], [second["object_id"]])
    assert neighbour.names() == ["井盖2"]
    seen = keeper.get(f"objects/{first['object_id']}").get_json()["version"]
    merged = {"op_id": str(uuid4()), "seen": seen, "into": second["object_id"]}
    assert keeper.send("POST", f"objects/{first['object_id']}/merge", merged).status_code == 201
    phone.sync()
    assert phone.names() == []
    assert other["object_id"] not in phone.gone


def test_who_serves_another_grid_begins_anew(town, keeper):
    keep(keeper, component(1)), keep(keeper, component(2, at=THERE))
    phone = Follower(town.worker)
    phone.sync()
    town.also(town.worker, "grid_worker", "grid", keep(keeper, component(3, at=THERE))["grid"]["code"])
    phone.sync()
    assert (phone.resets, phone.names()) == (1, ["井盖1", "井盖2", "井盖3"])


def test_pages_follow_each_other_and_a_page_costs_the_same(town):
    fill(town, 900)
    phone = Follower(town.worker)
    phone.sync()
    with town.app.app_context():
        path = grids.grid(next(iter(phone.objects.values()))["grid"]).path
        here = db.session.query(ObjectRow).filter_by(grid_path=path).count()
    assert len(phone.objects) == here > 200
    assert phone.sync() == [] or len(phone.objects) == here
    with counted() as seen:
        town.worker.send("POST", "sync", {"streams": {"objects": {"cursor": phone.cursor}}})
    assert len(seen) <= 5, seen
