"""Administrators are told what is missing among people."""

from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST
from tests.factories.identity import person

HOME = "/admin/"


def remarks(desk, query=""):
    """What stands beside the first part of administration."""
    return desk.get(HOME + query).text.partition('<h2 class="h4"><a href="/admin/departments/">')[0].partition("<h1")[2]


def test_a_town_at_work_wants_nothing(town, desk):
    assert "⚠" not in remarks(desk)


def test_people_who_hold_nothing_are_counted(town, desk, local):
    town.dismiss(town.worker, "grid_worker")
    with town.app.app_context():
        person()
        person(active=False)
    assert "2 人没有任职" in remarks(desk)
    assert "1 人没有任职" in remarks(local)
    assert "People without any role: 2" in remarks(desk, "?lang=en")


def test_steps_that_nobody_at_a_centre_may_take_are_named_with_the_roles_needed(town, desk):
    town.dismiss(town.duty, "duty_officer")
    assert f"格{COUNTY}中心没有人能办理：立案、结案（需要值班长）" in remarks(desk)
    assert "File, Close (needed: Duty officer)" in remarks(desk, "?lang=en")


def test_whoever_has_a_closed_account_does_not_count(town, desk):
    desk.post(f"/admin/people/{town.dispatcher.id}/close", {})
    assert "派遣（需要派遣员）" in remarks(desk)


def test_an_administrator_of_a_township_hears_of_its_own_centre_alone(town, local):
    town.dismiss(town.duty, "duty_officer")
    assert "⚠" not in remarks(local)
    town.open_centre(WEST)
    assert f"格{WEST}中心没有人能办理：受理、立案、派遣、结案" in remarks(Desk(town.app, town.local))
