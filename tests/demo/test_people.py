"""The demo county's people: somebody for everything, and one full-time worker in every grid."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from app.demo import people
from app.demo.departments import plans as departments
from app.demo.terrain import county_grids
from app.grids.levels import Duty, Level
from app.identity import service as identity

TOWNSHIP_DIGITS = 9
ROLES = Path(identity.__file__).parent / "seed" / "roles.yaml"
NAMED = [
    *("worker1", "auxiliary1", "acceptor1", "duty1", "dispatcher1", "leader1", "county1", "township1", "housing1"),
    *("handler1", "officer1", "officer2", "legal1", "head1", "supervisor1", "admin1", "security1", "audit1"),
]


@pytest.fixture(scope="module")
def grids():
    return county_grids()


@pytest.fixture(scope="module")
def everybody(grids):
    return people.plans(grids, departments())


def test_every_grid_has_exactly_one_full_time_worker(everybody, grids):
    served = Counter(code for one in everybody for code, duty in one.duties if duty is Duty.FULL_TIME)
    assert served == {grid.code: 1 for grid in grids if grid.level is Level.GRID}


def test_the_workers_of_the_seat_are_numbered_through(everybody):
    mine = [one for one in everybody if re.fullmatch(r"worker\d+", one.username)]
    assert [one.username for one in mine] == [f"worker{number}" for number in range(1, 35)]
    assert all(code.startswith(people.SEAT) for one in mine for code, _ in one.duties)


@pytest.mark.parametrize("duty", [Duty.AUXILIARY_OFFICER, Duty.RIVER_CHIEF, Duty.FOREST_CHIEF])
def test_every_village_has_its_auxiliary_officer_and_its_chiefs_of_river_and_forest(everybody, grids, duty):
    served = Counter(code for one in everybody for code, what in one.duties if what is duty)
    villages = {grid.code: 1 for grid in grids if grid.level is Level.VILLAGE}
    townships = {grid.code: 1 for grid in grids if grid.level is Level.TOWNSHIP}
    assert served == villages | (townships if duty is not Duty.AUXILIARY_OFFICER else {})


def test_the_head_of_a_village_is_its_chief_of_river_and_forest(everybody):
    for one in everybody:
        duties = {duty for code, duty in one.duties if len(code) > TOWNSHIP_DIGITS}
        assert (Duty.CHIEF in duties) == (Duty.RIVER_CHIEF in duties) == (Duty.FOREST_CHIEF in duties), one.username


def test_every_role_and_every_duty_has_its_people(everybody):
    roles = {each["code"] for each in yaml.safe_load(ROLES.read_text(encoding="utf-8"))["roles"]}
    apart = roles - {"administrator"}  # whose powers three people hold here
    assert {role for one in everybody for role, _, _ in one.roles} == apart
    assert {duty for one in everybody for _, duty in one.duties} == set(Duty)


def test_the_accounts_of_the_handbook_are_there_and_nobody_is_there_twice(everybody):
    usernames = [one.username for one in everybody]
    assert set(NAMED) <= set(usernames)
    assert len(set(usernames)) == len(usernames)
    assert len({one.name for one in everybody}) == len(everybody)


def test_every_centre_role_is_held_by_two(everybody):
    held = Counter(role for one in everybody for role, kind, _ in one.roles if kind == "centre")
    assert set(held.values()) == {2}
    assert set(held) == {"acceptor", "duty_officer", "dispatcher", "centre_leader"}


def test_the_people_are_the_same_on_every_run(everybody, grids):
    again = people.plans(grids, departments())
    assert again == everybody
    assert [one.person_id for one in again] == [one.person_id for one in everybody]
