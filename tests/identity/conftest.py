"""A town with an administrator of the county and one of a township, each at a desk."""

import pytest

from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST


@pytest.fixture
def town(town):
    """The town, with both administrators."""
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    return town


@pytest.fixture
def desk(town):
    """The county's administrator at a desk."""
    return Desk(town.app, town.admin)


@pytest.fixture
def local(town):
    """The administrator of one township at a desk."""
    return Desk(town.app, town.local)
