"""People, administrators and whoever hands over act at once: every race twenty times over on each database."""

import pytest

from tests.races.conftest import *  # noqa: F403 - what the races need
from tests.races.test_administrators_at_once import *  # noqa: F403 - the same races, run more often
from tests.races.test_handovers_at_once import *  # noqa: F403
from tests.races.test_people_at_once import *  # noqa: F403
from tests.races.test_same_again import *  # noqa: F403

TIMES = 20


@pytest.fixture(autouse=True, params=range(TIMES))
def again(request):
    """Run each race so often."""
    return request.param
