"""Phones in a real browser, against real processes on a database of their own. On SQLite only: the browser is slow."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.core import clock
from app.core.db import db
from app.identity.models import PersonRow
from tests.factories.town import GRID, HERE, Town
from tests.plugins.application import MONDAY_MORNING
from tests.support.house import inhabited


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Drive Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it")
    handset = pytest.importorskip("tests.support.handset")
    if not handset.CHROMIUM.exists():
        pytest.skip("Chromium is missing: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        yield driver.chromium


@pytest.fixture(scope="session")
def phone_house(request: pytest.FixtureRequest, sqlite_template: Any, zygote: Any) -> Iterator[Town]:
    """Keep one town with its processes for all phones; each test hires its own people."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with sqlite_template.fresh() as database, inhabited(zygote, database.url) as town:
        town.house.start("valkey", "web")
        yield town


@pytest.fixture
def phone_town(phone_house: Town) -> Iterator[Town]:
    """The town with its web server running."""
    if "web" not in phone_house.house.pids:
        phone_house.house.start("web")
    with clock.at(MONDAY_MORNING):
        yield phone_house


@pytest.fixture
def worker(phone_town: Town) -> Any:
    """A grid worker whom nobody else plays."""
    actor = phone_town.hire("grid_worker", "grid", GRID)
    with phone_town.app.app_context():
        actor.username = db.session.get_one(PersonRow, actor.id).username
    return actor


@pytest.fixture
def hold(chromium: Any, phone_town: Town, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Hold phones until the test's end: `hold()` is the first one, `hold("second")` another."""
    from tests.support import handset  # needs what may be missing

    with ExitStack() as end:

        def take(name: str = "first", place: Any = HERE, **more: Any) -> Any:
            hand = end.enter_context(handset.held(chromium, tmp_path / name, phone_town.house.port, place, **more))
            hands.append(hand)
            return hand

        hands: list[Any] = []
        yield take
        assert not [fault for hand in hands for fault in hand.faults]
