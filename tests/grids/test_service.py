"""Grids come and change by whole, checked imports; people serve them for a time."""

from uuid import UUID, uuid4

import pytest
from shapely import box

from app.core import clock, events, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.grids import queries, service
from app.grids.events import PathChanged
from app.grids.levels import AreaClass, Duty, GridKind, Level
from app.grids.models import Grid
from tests.factories.grids import (
    COUNTY,
    EAST,
    GRIDS,
    INSIDE,
    VILLAGES,
    WEST,
    county,
    draft,
    import_grids,
    keep_county,
    strip,
)
from tests.factories.identity import person as make_person

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def _county(app_context):
    keep_county()


@pytest.fixture
def person() -> UUID:
    return make_person().id


def replace(*drafts, ended=()):
    return import_grids(drafts, ended)


def problems(refused) -> set[tuple[str, str]]:
    return {(fault.code, fault.problem) for fault in refused.value.faults}


def test_an_import_creates_grids_with_their_paths_and_raises_the_revision():
    before = queries.revision()
    done = replace(*county())
    assert (done.created, done.changed, done.unchanged, done.ended) == (11, 0, 0, 0)
    assert queries.revision() == before + 1
    assert queries.grid(GRIDS[2]).path == f"{COUNTY}/{EAST}/{VILLAGES[2]}/{GRIDS[2]}/"
    assert db.session.get(Grid, GRIDS[2]).valid_from == clock.now()


@pytest.mark.usefixtures("_county")
def test_the_same_import_again_changes_no_grid():
    done = replace(*county())
    assert (done.created, done.changed, done.unchanged) == (0, 0, 11)


@pytest.mark.usefixtures("_county")
def test_a_grid_not_named_in_an_import_stays_as_it_is():
    done = replace(draft(GRIDS[0], strip(0, 1), name="新名网格", area_class=AreaClass.A))
    assert (done.created, done.changed) == (0, 1)
    assert queries.grid(GRIDS[0]).name == "新名网格"
    assert queries.grid(GRIDS[0]).area_class == AreaClass.A
    assert queries.grid(GRIDS[1]).name == f"格{GRIDS[1]}"


@pytest.mark.usefixtures("_county")
def test_a_faulty_import_is_refused_whole_with_every_fault():
    before = queries.revision()
    with pytest.raises(service.BoundariesRefused) as refused:
        replace(
            draft(GRIDS[0], box(112, 36, 112.05, 36.1), name="新名网格"),
            draft("141025100299001", strip(1, 2)),
            draft(GRIDS[3], strip(3, 4), kind=GridKind.GENERAL, responsible_department="NOBODY"),
        )
    assert problems(refused) == {
        (VILLAGES[0], "gap"),
        ("141025100299001", "orphan"),
        (GRIDS[3], "department"),
    }
    assert refused.value.status == 422
    assert GRIDS[3] in refused.value.fields
    revisions.forget()
    assert queries.revision() == before
    assert queries.grid(GRIDS[0]).name == f"格{GRIDS[0]}"


@pytest.mark.usefixtures("_county")
def test_a_check_before_an_import_tells_the_same_faults_and_writes_nothing():
    before = queries.revision()
    with pytest.raises(service.BoundariesRefused) as refused:
        service.check([draft(GRIDS[0], box(112, 36, 112.05, 36.1))])
    assert problems(refused) == {(VILLAGES[0], "gap")}
    assert service.check(county())[0].unchanged == len(county())
    revisions.forget()
    assert queries.revision() == before


@pytest.mark.usefixtures("_county")
def test_nothing_is_imported_that_was_checked_against_other_grids_or_departments():
    def another_grid():
        service.change(GRIDS[1], name="别的", area_class=AreaClass.C, responsible_department=None)

    def another_department():
        revisions.raise_("departments")

    for change in (another_grid, another_department):
        plan, stand = service.check([draft(GRIDS[0], strip(0, 1), name="新名网格")])
        with transaction():
            change()
        with pytest.raises(service.GridsMoved), transaction():
            service.replace(plan, stand)
        revisions.forget()
        assert queries.grid(GRIDS[0]).name == f"格{GRIDS[0]}"


@pytest.mark.usefixtures("_county")
def test_an_ended_grid_keeps_its_row_and_gives_its_ground_to_another():
    second = f"{VILLAGES[0]}002"
    replace(draft(GRIDS[0], box(112, 36, 112.05, 36.1)), draft(second, box(112.05, 36, 112.1, 36.1)))
    assert queries.locate(112.07, 36.05).grid.code == second
    done = replace(draft(GRIDS[0], strip(0, 1)), ended={second})
    assert done.ended == 1
    assert queries.locate(112.07, 36.05).grid.code == GRIDS[0]
    assert queries.grid(second).ended
    assert db.session.get(Grid, second).valid_to == clock.now()


@pytest.mark.usefixtures("_county")
def test_an_ended_grid_named_again_is_current_again():
    second = f"{VILLAGES[0]}002"
    halves = draft(GRIDS[0], box(112, 36, 112.05, 36.1)), draft(second, box(112.05, 36, 112.1, 36.1))
    replace(*halves)
    replace(draft(GRIDS[0], strip(0, 1)), ended={second})
    assert replace(*halves).changed == 2
    assert not queries.grid(second).ended


@pytest.mark.usefixtures("_county")
def test_ending_what_leaves_a_gap_or_orphans_or_is_unknown_is_refused():
    with pytest.raises(service.BoundariesRefused) as refused:
        replace(ended={VILLAGES[0], "999999"})
    assert problems(refused) == {(GRIDS[0], "orphan"), ("999999", "unknown"), (WEST, "gap")}


@pytest.mark.usefixtures("_county")
def test_a_village_that_moves_takes_its_grids_along_and_tells_their_paths(monkeypatch):
    heard = []
    monkeypatch.setitem(events._followers, PathChanged, [heard.append])
    village = draft(VILLAGES[1], strip(1, 2), Level.VILLAGE, parent=EAST)
    done = replace(draft(WEST, strip(0, 1), Level.TOWNSHIP), draft(EAST, strip(1, 4), Level.TOWNSHIP), village)
    assert done.changed == 3
    old, new = f"{COUNTY}/{WEST}/{VILLAGES[1]}/", f"{COUNTY}/{EAST}/{VILLAGES[1]}/"
    assert heard == [
        PathChanged(GRIDS[1], f"{old}{GRIDS[1]}/", f"{new}{GRIDS[1]}/"),
        PathChanged(VILLAGES[1], old, new),
    ]
    assert queries.grid(GRIDS[1]).path == f"{new}{GRIDS[1]}/"


@pytest.mark.usefixtures("_county")
def test_a_village_may_move_below_a_township_that_is_new():
    other = "141025102"
    replace(
        draft(WEST, strip(0, 1), Level.TOWNSHIP),
        draft(other, strip(1, 2), Level.TOWNSHIP),
        draft(VILLAGES[1], strip(1, 2), Level.VILLAGE, parent=other),
    )
    assert queries.grid(GRIDS[1]).path == f"{COUNTY}/{other}/{VILLAGES[1]}/{GRIDS[1]}/"


@pytest.mark.usefixtures("_county")
def test_a_tree_taken_before_a_change_stays_as_it_was():
    before = queries.grid_tree()
    replace(draft(GRIDS[0], strip(0, 1), name="新名网格"))
    assert before.get(GRIDS[0]).name == f"格{GRIDS[0]}"
    assert queries.grid_tree().get(GRIDS[0]).name == "新名网格"
    assert queries.grid_tree() is queries.grid_tree()


@pytest.mark.usefixtures("_county")
def test_a_place_is_located_in_every_system():
    lon, lat = INSIDE[GRIDS[0]]
    located = queries.locate(lon, lat, "cgcs2000")
    assert (located.lon, located.lat, located.grid.code) == (lon, lat, GRIDS[0])
    assert queries.locate(lon, lat, "bd09").lon != lon


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("place", [(0, 0), (0.0, 0.0), (111.99, 36.05), (112.05, 91.0)])
def test_a_place_outside_is_refused_in_every_system(place, crs):
    with pytest.raises(queries.PlaceOutside):
        queries.locate(*place, crs)


@pytest.mark.usefixtures("_county")
def test_a_person_serves_a_grid_from_the_appointment_to_the_dismissal(person, clock):
    with transaction():
        service.appoint(GRIDS[0], person, Duty.FULL_TIME)
    assert queries.serving([GRIDS[0]]) == (queries.RosterEntry(GRIDS[0], person, Duty.FULL_TIME),)
    clock.tick(hours=1)
    with transaction():
        assert service.dismiss(GRIDS[0], person, Duty.FULL_TIME)
    assert queries.serving([GRIDS[0]]) == ()
    clock.tick(hours=-0.5)
    assert len(queries.serving([GRIDS[0]])) == 1


@pytest.mark.usefixtures("_county")
def test_the_same_appointment_twice_is_one_and_a_dismissed_person_can_come_back(person):
    for _ in range(2):
        with transaction():
            service.appoint(GRIDS[0], person, Duty.CHIEF)
    assert len(queries.serving([GRIDS[0]])) == 1
    with transaction():
        service.dismiss(GRIDS[0], person, Duty.CHIEF)
    with transaction():
        assert not service.dismiss(GRIDS[0], person, Duty.CHIEF)
        service.appoint(GRIDS[0], person, Duty.CHIEF)
    assert len(queries.serving([GRIDS[0]])) == 1


@pytest.mark.usefixtures("_county")
def test_who_serves_is_found_by_grid_and_duty(person):
    other = make_person().id
    with transaction():
        service.appoint(GRIDS[0], person, Duty.FULL_TIME)
        service.appoint(GRIDS[0], other, Duty.CHIEF)
        service.appoint(VILLAGES[0], other, Duty.AUXILIARY_OFFICER)
    found = queries.serving([GRIDS[0], VILLAGES[0]], [Duty.CHIEF, Duty.AUXILIARY_OFFICER])
    assert [(one.grid, one.duty) for one in found] == [
        (VILLAGES[0], Duty.AUXILIARY_OFFICER),
        (GRIDS[0], Duty.CHIEF),
    ]
    assert queries.grids_served(other) == (VILLAGES[0], GRIDS[0])
    assert queries.grids_served(other, Level.GRID) == (GRIDS[0],)
    assert queries.grids_served(uuid4()) == ()


@pytest.mark.usefixtures("_county")
def test_nobody_unknown_serves_and_nobody_serves_an_unknown_or_ended_grid(person):
    with pytest.raises(service.PersonUnknown), transaction():
        service.appoint(GRIDS[0], uuid4(), Duty.CHIEF)
    with pytest.raises(queries.GridUnknown), transaction():
        service.appoint("999", person, Duty.CHIEF)
    second = f"{VILLAGES[0]}002"
    replace(draft(GRIDS[0], box(112, 36, 112.05, 36.1)), draft(second, box(112.05, 36, 112.1, 36.1)))
    replace(draft(GRIDS[0], strip(0, 1)), ended={second})
    with pytest.raises(service.GridEnded), transaction():
        service.appoint(second, person, Duty.CHIEF)
