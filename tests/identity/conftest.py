"""A town with an administrator of the county and one of a township; their desks are in tests/plugins."""

import pytest

from tests.factories.grids import COUNTY, WEST


@pytest.fixture
def town(town):
    """The town, with both administrators."""
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    return town
