"""Who sees which objects: by their ground, or as a department that has to do with them. The rest is not there."""

from uuid import uuid4

import pytest
from shapely import box
from sqlalchemy import select

from app.core.db import db
from app.core.permissions import Assignment, Permission, Person
from app.objects import jobs, sight
from app.objects.models import ObjectRow
from tests.factories.grids import COUNTY, GRIDS, INSIDE, draft, import_grids
from tests.factories.objects import change, component, keep
from tests.factories.town import GRID, HERE, HOUSING, THERE, WATER

NEAR = {"class": "C0102", "lon": HERE[0], "lat": HERE[1]}


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


def names(answer):
    body = answer.get_json()
    assert answer.status_code == 200, body
    return sorted(one.get("name") or one["properties"]["name"] for one in body.get("items", body.get("features")))


def test_people_see_their_ground_and_departments_what_is_theirs(town, keeper):
    for number, at in enumerate((HERE, THERE, INSIDE[GRIDS[2]]), 1):
        party = {1: {"owner": HOUSING}, 2: {"manager": WATER}, 3: {"maintainer": HOUSING}}[number]
        keep(keeper, component(number, at=at, **party))
    seen = {
        actor.name: (names(actor.get("objects")), names(actor.get("objects/features")))
        for actor in (town.worker, town.next_worker, town.housing, town.water, town.duty, keeper)
    }
    every = ["井盖1", "井盖2", "井盖3"]
    expected = {
        town.worker.name: every[:1], town.next_worker.name: every[1:2], town.housing.name: ["井盖1", "井盖3"],
        town.water.name: every[1:2], town.duty.name: every, keeper.name: every,
    }  # fmt: skip
    assert seen == {name: (each, each) for name, each in expected.items()}


def test_lists_and_single_objects_agree(town, keeper):
    for number, at in enumerate(INSIDE.values(), 1):
        keep(keeper, component(number, at=at, owner=(HOUSING, WATER, None, HOUSING)[number - 1]))
    reads = frozenset({Permission.OBJECT_READ})
    people = [
        Person(None, "", (Assignment("r", "grid", GRID, f"{COUNTY}/141025100/", reads),)),
        Person(None, "", (Assignment("r", "department", WATER, "", reads),)),
        Person(None, "", (Assignment("r", "department", HOUSING, "", frozenset()),)),
        Person(None, "", ()),
        Person(None, "", is_system=True),
    ]
    with town.app.app_context():
        rows = db.session.scalars(select(ObjectRow)).all()
        for person in people:
            listed = set(db.session.scalars(select(ObjectRow.object_id).where(sight.visible_to(person))))
            assert listed == {row.object_id for row in rows if sight.shows(row, person)}


def test_answers_are_the_same_with_and_without_what_one_may_not_see(town, keeper):
    own = keep(town.worker, component(1, name="西井"))
    asked = [
        ("objects", {}), ("objects", {"q": "井"}), ("objects", {"kind": "component", "limit": 1}),
        ("objects", {"grid": COUNTY}), ("objects", {"box": "111,35,113,37"}), ("objects", {"department": HOUSING}),
        ("objects/features", {}), ("objects/nearest", NEAR), (f"objects/{own['object_id']}", {}),
        (f"objects/{own['object_id']}/alike", {}),
    ]  # fmt: skip

    def answers():
        return [town.worker.get(path, **query).get_json() for path, query in asked]

    before = answers()
    hidden = keep(keeper, component(2, name="西井", at=(HERE[0] + 0.1, HERE[1]), owner=HOUSING))
    edge = keep(keeper, component(3, name="西井", at=(112.1001, 36.05)))
    assert answers() == before
    for one in (hidden, edge):
        path = f"objects/{one['object_id']}"
        nothing = town.worker.get(f"objects/{uuid4()}").get_json()
        assert town.worker.get(path).get_json() == nothing
        assert change(town.worker, one, name="改").status_code == 404
        assert town.worker.get(f"{path}/alike").status_code == 404
        taken = town.worker.send("PUT", path, component(9))
        assert (taken.status_code, "object" in taken.get_json()) == (409, False)
    assert answers() == before


def test_objects_follow_their_grids(town, keeper):
    kept = keep(keeper, component(1, at=HERE))
    with town.app.app_context():
        assert jobs.sweep_places() == 0
        half = [draft(GRID, _half(0), parent=GRID[:12]), draft(f"{GRID[:12]}009", _half(1), parent=GRID[:12])]
        import_grids(half)
        moved = jobs.sweep_places()
        assert jobs.sweep_places() == 0
    seen = keeper.get(f"objects/{kept['object_id']}").get_json()
    assert moved == 1
    assert seen["grid"]["code"] == f"{GRID[:12]}009"
    assert (seen["history"][0]["edit"], seen["history"][0]["changed"]) == ("moved", {"grid": [GRID, f"{GRID[:12]}009"]})
    assert town.worker.get(f"objects/{kept['object_id']}").status_code == 404


def _half(number):
    return box(112 + 0.04 * number, 36, 112.04 + 0.06 * number, 36.1)
