"""What is near, and a page of a list, cost the same whatever the number of objects in the county."""

from app.core.db import db
from app.core.transaction import transaction
from tests.factories.grids import COUNTY, INSIDE
from tests.factories.object_history import enter
from tests.factories.town import GRID, HERE
from tests.support.queries import counted

TOKEN = 1  # the statement that finds who asks
MANY = 4_000
NEAR = {"class": "C0102", "lon": HERE[0], "lat": HERE[1]}
LISTS = {
    "nearest": ("objects/nearest", NEAR),
    "a page": ("objects", {"kind": "component", "limit": 20}),
    "a box": ("objects/features", {"kind": "component", "box": "112.04,36.04,112.05,36.05", "limit": 50}),
    "one by its identifier": ("objects", {"kind": "component", "identifier": "1410250102000007"}),
}


LAYERS = ("objects/features", {"kinds": "component,pipe", "box": "112.04,36.04,112.05,36.05", "limit": 50})


def fill(town, count):
    """Let there be so many components all over the county."""
    with town.app.app_context(), transaction():
        enter(db.session.connection(), range(count), [*INSIDE])


def test_what_is_read_does_not_grow_with_the_county(histories):
    for name, (path, asked) in LISTS.items():
        histories.hold(name, lambda town, path=path, asked=asked: town.admin.get(path, **asked))
    histories.hold("nearest of the own grid", lambda town: town.worker.get("objects/nearest", **NEAR))
    histories.hold("a page of the own grid", lambda town: town.worker.get("objects", limit=20))


def test_a_list_is_few_statements(town):
    fill(town, 40)
    keeper = town.hire("administrator", "grid", COUNTY)
    for name, (path, asked) in (LISTS | {"layers within a map": LAYERS}).items():  # as many are read as lie there
        keeper.get(path, **asked)
        with counted() as statements:
            answer = keeper.get(path, **asked)
        assert answer.status_code == 200, answer.get_json()
        assert len(statements) <= TOKEN + 2, (name, statements)


def test_the_nearest_come_first_and_no_further_than_is_looked(town):
    fill(town, MANY)
    near = town.worker.get("objects/nearest", **NEAR, limit=20).get_json()
    distances = [one["distance_m"] for one in near["items"]]
    assert len(distances) == 20
    assert distances == sorted(distances)
    assert distances[-1] <= near["within_metres"]
    assert {one["grid"]["code"] for one in near["items"]} == {GRID}
    assert town.worker.get("objects/nearest", **{**NEAR, "class": "C0101"}).get_json()["items"] == []
    assert town.worker.get("objects/nearest", **{**NEAR, "class": "nothing"}).get_json()["items"] == []
