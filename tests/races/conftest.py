"""A town whose people speak over HTTP to a real server of two processes, on a database of their own.

Town and server are kept for all tests of this folder: each makes its own cases and looks only at those.
"""

from collections.abc import Iterator

import pytest

from app.core import clock
from tests.factories.town import Town
from tests.plugins.application import MONDAY_MORNING
from tests.support.house import inhabited


@pytest.fixture(scope="session")
def lived_in(request, database_kind, zygote) -> Iterator[Town]:
    """`town.house` holds the processes: `web` and `valkey` run; who needs a worker starts it."""
    template = request.getfixturevalue(f"{database_kind}_template")
    with template.fresh() as database, inhabited(zygote, database.url) as town:
        town.house.start("valkey", "web")
        yield town


@pytest.fixture
def town(lived_in) -> Iterator[Town]:
    """The town, and afterwards no part but those that were there."""
    with clock.at(MONDAY_MORNING):  # where the town's sessions are valid; the processes' clocks go on from there
        yield lived_in
    for name in set(lived_in.house.pids) - {"valkey", "web"}:
        lived_in.house.kill(name)
