"""Phones in a real browser, against real processes on a database of their own. On SQLite only: the browser is slow."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.grids.models import Grid
from app.identity.models import PersonRow
from tests.factories.town import GRID, HERE, Town
from tests.plugins.application import MONDAY_MORNING
from tests.support.between import between
from tests.support.house import inhabited

MISSING = (  # what keeps these tests from running, and what to do about it
    ("Chromium is missing", "没有找到 Chromium，请先运行 apt-get install chromium", "apt-get install chromium"),
    ("Playwright is missing", "没有安装 Playwright，请用 ./gezhi test 运行", "run ./gezhi test, which installs it"),
)
PATIENCE_MS = 60_000  # for what a page shows: the machine may have much else to do
GRID_NAME = "东街社区第一网格"
PEOPLE = ("张明", "李秀英", "王建国", "刘芳", "陈伟", "杨丽", "赵强", "周敏", "吴刚", "郑洁", "孙勇", "宋岚")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say aloud that tests of the pages were left out, and what is missing."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    for what, zh, en in MISSING:
        count = sum(what in reason for reason in reasons)
        if count:
            terminalreporter.section("浏览器 Browser", yellow=True)
            terminalreporter.line(f"{count} 项浏览器测试没有运行：{zh}。", yellow=True)
            terminalreporter.line(f"{what}: {count} browser tests were skipped; {en}.", yellow=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Drive Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it")
    handset = pytest.importorskip("tests.support.handset")
    if not handset.CHROMIUM.exists():
        pytest.skip("Chromium is missing: apt-get install chromium")
    playwright.expect.set_options(timeout=PATIENCE_MS)
    with playwright.sync_playwright() as driver:
        yield driver.chromium


@pytest.fixture(scope="session")
def browser(chromium: Any) -> Iterator[Any]:
    """One browser for all who sit at desks or hold phones: to start one takes two seconds."""
    from tests.support import handset  # needs what may be missing

    with chromium.launch(executable_path=handset.CHROMIUM, args=[*handset.FLAGS]) as found:
        yield found


@pytest.fixture(scope="session")
def phone_house(request: pytest.FixtureRequest, chromium: Any, sqlite_template: Any, zygote: Any) -> Iterator[Town]:
    """Keep one town with its processes for all phones; each test hires its own people."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with sqlite_template.fresh() as database, inhabited(zygote, database.url) as town:
        _give_names(town)
        town.house.start("valkey", "web")
        yield town


def _give_names(town: Town) -> None:
    """Call grid and people as a county would: the pictures of the handbook show them. Invented."""
    with town.app.app_context(), transaction() as session:
        for actor, name in zip(town.people, PEOPLE, strict=False):
            session.execute(db.update(PersonRow).where(PersonRow.id == actor.id).values(name=name))
        session.execute(db.update(Grid).where(Grid.code == GRID).values(name=GRID_NAME))
        revisions.raise_("grids")


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
    with phone_town.app.app_context(), transaction() as session:
        row = session.get_one(PersonRow, actor.id)
        row.name, actor.username = "张明", row.username
    return actor


@pytest.fixture
def hold(browser: Any, phone_town: Town, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Hold phones until the test's end: `hold()` is a new one; `hold(keeps=True)` the one that outlives its browser."""
    from tests.support import handset  # needs what may be missing

    with ExitStack() as end:

        def take(place: Any = HERE, *, keeps: bool = False, **more: Any) -> Any:
            folder = tmp_path / "phone" if keeps else None
            hand = end.enter_context(handset.held(browser, phone_town.house.port, place, folder=folder, **more))
            hands.append(hand)
            return hand

        hands: list[Any] = []
        yield take
        assert not [fault for hand in hands for fault in hand.faults]


@pytest.fixture
def wired(phone_town: Town, hold: Callable[..., Any]) -> Iterator[Any]:
    """A phone whose wire to the server can break, or has something in between that answers for it."""
    with between(phone_town.house.port) as wire:
        hand = hold()
        hand.address = f"http://127.0.0.1:{wire.port}/m/"
        hand.wire = wire
        yield hand
