"""An administrator of the county and one of a township, each at a desk, where the town of a test has hired both."""

import pytest

from tests.desk.browser import Desk
from tests.factories.town import Town


@pytest.fixture
def desk(town: Town) -> Desk:
    """The county's administrator at a desk."""
    return Desk(town.app, town.admin)


@pytest.fixture
def local(town: Town) -> Desk:
    """The administrator of one township at a desk."""
    return Desk(town.app, town.local)
