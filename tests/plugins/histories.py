"""`histories`: the same county after 2,000 cases and after 20,000, to see that what a request reads does not grow."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from app.core import clock
from app.core.db import db
from app.factory import create_app
from tests.factories.history import lengthen
from tests.factories.lively import closed
from tests.factories.town import Town
from tests.plugins.application import CHEAP, MONDAY_MORNING, Clock
from tests.support.client import Client
from tests.support.phone import Phone
from tests.support.rows_read import rows_read

SIZES = 2_000, 20_000
GROWTH = 1.3
Ask = Callable[[Town], Any]


@dataclass(frozen=True)
class Histories:
    """A town per length of its history."""

    towns: list[Town]

    def hold(self, name: str, ask: Ask) -> None:
        """Fail if a request reads more on the longer history than on the shorter one."""
        short, long = (self._read(name, town, ask) for town in self.towns)
        assert long <= GROWTH * short, f"{name}: reads {short} after {SIZES[0]} cases and {long} after {SIZES[1]}"

    @staticmethod
    def _read(name: str, town: Town, ask: Ask) -> int:
        assert ask(town).status_code == 200, name  # what a process keeps is read only once
        with rows_read() as read:
            assert ask(town).status_code == 200, name
        assert read.amount, f"{name}: nothing was counted"
        return read.amount


@pytest.fixture(scope="session")
def history_templates(request: pytest.FixtureRequest, database_kind: str) -> Iterator[list[Any]]:
    """A database for each length, written once."""
    founded = request.getfixturevalue(f"{database_kind}_town")
    made = [founded.further(partial(_live, founded.contents, size)) for size in SIZES]
    yield made
    for template in made:
        template.close()


def _live(town: Town, size: int, url: str) -> Town:
    """Let a town have some cases at work (`case` is one), a phone that has read (to `cursor`), and a history."""
    app = _app(url)
    town = town.moved_to(app)
    with clock.at(MONDAY_MORNING):
        for _ in range(3):
            closed(town)
            town.case = town.dispatched()
            town.worker.report()
        phone = Phone(town.worker)
        phone.sync()
        town.cursor = phone.cursor
    lengthen(app, size)
    with app.app_context():
        db.engine.dispose()
    return town


def _app(url: str) -> Any:
    app = create_app({"DATABASE_URL": url, "REDIS_URL": None, **CHEAP})
    app.test_client_class = Client
    return app


@pytest.fixture
def histories(history_templates: list[Any], clock: Clock) -> Iterator[Histories]:
    """Towns with short and long histories, each on a database that nobody else sees."""
    with ExitStack() as end:
        towns = []
        for template in history_templates:
            database = end.enter_context(template.fresh())
            app = _app(database.url)
            with app.app_context():
                end.callback(db.engine.dispose)
            towns.append(database.contents.moved_to(app))
        yield Histories(towns)
