"""200 killings during 5,000 requests on each database: nothing lost, doubled or half-done."""

import pytest

from tests.crash.test_crash import *  # noqa: F403 - the same questions, asked after more killings


@pytest.fixture
def killings():
    return 200
