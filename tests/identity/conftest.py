"""A town with an administrator of the county and one of a township, each at a desk."""

import pytest

from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import Town


@pytest.fixture
def town(app):
    """The town, with both administrators."""
    made = Town(app)
    made.admin = made.hire("administrator", "grid", COUNTY)
    made.local = made.hire("administrator", "grid", WEST)
    return made


@pytest.fixture
def desk(town):
    """The county's administrator at a desk."""
    return Desk(town.app, town.admin)


@pytest.fixture
def local(town):
    """The administrator of one township at a desk."""
    return Desk(town.app, town.local)
