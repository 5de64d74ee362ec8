"""What the tests of campaigns share."""

import pytest

from tests.factories import campaigns, rounds


@pytest.fixture
def asked(app, town):
    """A town whose service has a check-up and a census."""
    rounds.provide(app, campaigns.check_up(), campaigns.census())
    return town
