"""`histories`: the same county after 2,000 cases and after 20,000, to see that what a request reads does not grow."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cryptography.fernet import Fernet

from app.catalogue import service as catalogue
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.factory import create_app
from tests.factories.campaign_history import begin_campaign, lengthen_campaigns
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY
from tests.factories.history import accompany, lengthen
from tests.factories.lively import closed
from tests.factories.object_history import lengthen_objects
from tests.factories.resident_history import begin_residents, lengthen_residents
from tests.factories.round_history import begin, lengthen_rounds
from tests.factories.town import GARBAGE, HOUSING, Town
from tests.plugins.application import CHEAP, MONDAY_MORNING, Clock
from tests.support.client import Client
from tests.support.phone import Phone
from tests.support.rows_read import rows_read

SIZES = 2_000, 20_000
GROWTH = 1.3
KEYS = f"k1:{Fernet.generate_key().decode()}"  # both towns seal under it, and no key is kept in a file
Ask = Callable[[Town], Any]


@dataclass(frozen=True)
class Histories:
    """A town per length of its history."""

    towns: list[Town]

    def hold(self, name: str, ask: Ask) -> None:
        """Fail if a request reads more on the longer history than on the shorter one."""
        short, long = (self._read(name, town, ask) for town in self.towns)
        assert long <= GROWTH * short, f"{name}: reads {short} after {SIZES[0]} cases and {long} after {SIZES[1]}"

    def hold_work(self, name: str, work: Ask) -> None:
        """The same for work that nobody asks for by HTTP."""
        short, long = (self._amount(name, town, work) for town in self.towns)
        assert long <= GROWTH * short, f"{name}: reads {short} after {SIZES[0]} cases and {long} after {SIZES[1]}"

    def _read(self, name: str, town: Town, ask: Ask) -> int:
        def answered(town: Town) -> None:
            assert ask(town).status_code == 200, name

        return self._amount(name, town, answered)

    @staticmethod
    def _amount(name: str, town: Town, work: Ask) -> int:
        work(town)  # what a process keeps is read only once
        with rows_read() as read:
            work(town)
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
        _milestones(app)
        town.admin = town.hire("administrator", "grid", COUNTY)
        town.handler = town.hire("handler", "department", HOUSING)
        for way in (_at_length, None, None):
            closed(town, through=way)
            town.case = town.dispatched()
            town.worker.report()
        _at_length(town, town.handling(), ends=False)
        begin(town)
        begin_residents(town)
        phone = Phone(town.worker)
        phone.sync()
        town.cursor = phone.cursor
        town.drain()
        lengthen(app, size)
        others = [one.id for one in town.people if one not in (town.leader, town.supervisor)]
        lengthen_rounds(app, size)
        lengthen_residents(app, size)
        lengthen_objects(app, size)
        begin_campaign(town)
        lengthen_campaigns(app, size)
        accompany(app, size, left_by=town.duty.id, others=others)
    with app.app_context():
        db.engine.dispose()
    return town


def _milestones(app: Any) -> None:
    """Let garbage have the milestones of an illegal building, so that every history has some."""
    content = seed_content(GARBAGE)
    content["conditions"][0]["milestones"] = seed_content("0101")["conditions"][0]["milestones"]
    with TemporaryDirectory(prefix="gezhi-milestones-") as folder, app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, ("class", GARBAGE, content))], by="test")


def _at_length(town: Town, case: Any, *, ends: bool = True) -> Any:
    """Give a part away, and let the case be supervised; if that ends, then as it should, with a milestone reached."""
    due = (MONDAY_MORNING + timedelta(days=1)).isoformat()
    case = town.housing.act(case, "sub_assign", due_at=case["due_at"], handler=str(town.handler.id))
    case = town.supervisor.act(case, "supervise", grade="yellow", order="三日内办结并答复", due_at=due)
    if ends:
        town.housing.act(case, "milestone", n=1)
        (part,) = (one["task"] for one in case["tasks"] if one["part"] == "sub")
        case = town.handler.act(case, "sub_finish", sub=part, result="已清理")
        case = town.housing.act(case, "reply_supervision", answer="已安排专人")
        case = town.supervisor.act(case, "lift_supervision")
    return case


def _app(url: str) -> Any:
    app = create_app({"DATABASE_URL": url, "REDIS_URL": None, "CITIZEN_KEYS": KEYS, **CHEAP})
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
