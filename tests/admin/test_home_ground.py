"""What stands open on the ground is told where administration begins."""

import pytest

from tests.board.boards import page
from tests.factories.departments import department
from tests.factories.grids import COUNTY, EAST, WEST

pytestmark = pytest.mark.one_database


@pytest.fixture
def town(town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    return town


def test_townships_without_a_department_are_named_until_they_have_one(town):
    assert f"1 个乡镇还没有自己的部门：格{EAST}" in page(town, town.admin, "/admin/").text
    assert "个乡镇还没有自己的部门" not in page(town, town.local, "/admin/").text
    with town.app.app_context():
        department(f"T-{EAST}", "河东镇人民政府", "township", grid_code=EAST)
    assert "个乡镇还没有自己的部门" not in page(town, town.admin, "/admin/").text


def test_grids_without_a_full_time_worker_are_counted_on_ones_own_ground(town):
    shown = page(town, town.admin, "/admin/").text
    assert "2 个网格没有专职网格员" in shown
    assert 'href="/admin/roster/?lacking=full_time"' in shown
    assert "个网格没有专职网格员" not in page(town, town.local, "/admin/").text
    assert "2 grids without a full-time worker" in page(town, town.admin, "/admin/?lang=en").text
