"""What tests of the frame share."""

import pytest

from tests.factories.grids import COUNTY


@pytest.fixture
def admin(town):
    """Somebody who administers the county."""
    return town.hire("administrator", "grid", COUNTY)
