"""What stands open on the ground is told where administration begins."""

import pytest

from tests.board.boards import page
from tests.factories.departments import department
from tests.factories.grids import COUNTY, EAST, WEST
from tests.support.elements import links_of, texts_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def town(town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    return town


def remarks(town, actor, about, query=""):
    """The remarks on the first page of administration that say this."""
    return [text for text in texts_of(page(town, actor, f"/admin/{query}").text, "p", class_="remark") if about in text]


def test_townships_without_a_department_are_named_until_they_have_one(town):
    said = "个乡镇还没有自己的部门"
    assert remarks(town, town.admin, said) == [f"⚠ 1 {said}：格{EAST}"]
    assert remarks(town, town.local, said) == []
    with town.app.app_context():
        department(f"T-{EAST}", "河东镇人民政府", "township", grid_code=EAST)
    assert remarks(town, town.admin, said) == []


def test_grids_without_a_full_time_worker_are_counted_on_ones_own_ground(town):
    said = "个网格没有专职网格员"
    assert remarks(town, town.admin, said) == [f"⚠ 2 {said}"]
    assert links_of(page(town, town.admin, "/admin/").text)["/admin/roster/?lacking=full_time"] == f"2 {said}"
    assert remarks(town, town.local, said) == []
    assert remarks(town, town.admin, "2 grids without a full-time worker", "?lang=en")
