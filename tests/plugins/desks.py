"""Desks in a real browser, against real processes on a database of their own. On SQLite only: the browser is slow."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from app.core import clock
from tests.factories.town import Town
from tests.plugins.application import MONDAY_MORNING
from tests.support.house import inhabited
from tests.support.seats import give_names


@pytest.fixture(scope="module")
def desk_house(request: pytest.FixtureRequest, browser: Any, sqlite_template: Any, zygote: Any) -> Iterator[Town]:
    """A town that knows its browser; whoever wants its web server starts it, with settings of their own."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with ExitStack() as end:
        database = end.enter_context(sqlite_template.fresh())
        town = end.enter_context(inhabited(zygote, database.url))
        end.enter_context(clock.at(MONDAY_MORNING))
        give_names(town)
        town.browser = browser
        yield town
