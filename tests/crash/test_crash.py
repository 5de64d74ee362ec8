"""Real processes are killed at random moments, and nothing is lost, doubled or half-done.

`CRASH_SEED=…` replays the plan of a run: who is killed, and after how many requests. The moments between two
instructions remain the machine's. `./gezhi prove crash` kills twenty times as often.
"""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.outbox import LEASE, OutboxRow
from tests.crash.checker import faults
from tests.crash.killer import ANYWHERE, SERVER
from tests.crash.ledger import Ledger
from tests.crash.phone import Phone
from tests.plugins.application import MONDAY_MORNING
from tests.support import effects, postgres
from tests.support.databases import Database
from tests.support.house import House, inhabited
from tests.support.until import until

pytestmark = pytest.mark.own_database
REQUESTS_A_KILLING = 25
WALK_REQUESTS = 8
PHONES = 4
CONTROL_SEED = 20261123  # a plan in which several deaths fall between the commit and what follows it
CONTROL_CASES = 12


@pytest.fixture
def killable(request, database_kind):
    """A database whose server may be killed: a durable PostgreSQL of its own, or an SQLite file."""
    if database_kind == "sqlite":
        with request.getfixturevalue("sqlite_template").fresh() as database:
            yield database, None
        return
    with postgres.prepared(**postgres.DURABLE) as prepared:
        yield Database("postgres", prepared.address.render_as_string(hide_password=False)), prepared


@pytest.fixture
def ledger(tmp_path):
    found = Ledger(tmp_path / "ledger")
    yield found
    found.close()


@pytest.fixture
def killings():
    """How often somebody is killed: in every way there is, and in some twice."""
    return 10


def owed(town, *where):
    with town.app.app_context():
        rows = select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None), *where)
        return db.session.scalar(rows)


def walk_all(phones, requests):
    """Let every phone walk its share of the cases, each in a thread; return what to wait for."""
    threads = ThreadPoolExecutor(len(phones))
    walks = -(-requests // WALK_REQUESTS)

    def walk(number, phone):
        for _ in range(number, walks, len(phones)):
            phone.walk()

    running = [threads.submit(copy_context().run, walk, number, phone) for number, phone in enumerate(phones)]
    threads.shutdown(wait=False)
    return running


def failed(phone):
    return phone.done() and phone.exception()


def kill_on_the_way(house, ledger, running, ways, chance, killings):
    """Kill in each of the ways, at random counts of requests sent."""
    plan = [name for _ in range(killings) for name in ways][:killings]
    chance.shuffle(plan)
    moments = sorted(chance.sample(range(1, killings * REQUESTS_A_KILLING - 20), killings))
    for name, moment in zip(plan, moments, strict=True):
        until(lambda moment=moment: ledger.asked >= moment or any(map(failed, running)), "requests")
        ways[name](house, chance)
    return Counter(plan)


def pay_what_is_owed(town):
    """Let worker and scheduler do what is free, and a later scheduler what dead ones had claimed."""
    until(lambda: owed(town, OutboxRow.claimed_until.is_(None)) == 0, "what is free is done")
    town.house.kill("scheduler")
    town.house.start("scheduler", later_seconds=LEASE.total_seconds() + 60)
    until(lambda: owed(town) == 0, "what dead ones had claimed is done")


def test_killings_during_requests_lose_and_double_nothing(killable, zygote, ledger, killings, capsys):
    database, server = killable
    seed = os.environ.get("CRASH_SEED") or str(random.SystemRandom().randrange(10**9))
    with capsys.disabled():
        print(f"\nCRASH_SEED={seed} ({database.kind})")  # noqa: T201 - with it the plan can be replayed
    chance = random.Random(seed)  # noqa: S311 - replayed by its seed
    with inhabited(zygote, database.url, server) as town, clock.at(MONDAY_MORNING):
        town.house.start("valkey", "web", "worker", "scheduler")
        phones = [Phone(town, ledger, f"{seed}-{number}") for number in range(PHONES)]
        running = walk_all(phones, killings * REQUESTS_A_KILLING)
        killed = kill_on_the_way(town.house, ledger, running, ANYWHERE | (SERVER if server else {}), chance, killings)
        for one in running:
            one.result()
        with town.app.app_context():
            db.engine.dispose()  # our own connections did not survive the server either
        pay_what_is_owed(town)
        troubles = sum((phone.troubles for phone in phones), Counter())
        assert sum(killed.values()) == killings
        assert ledger.asked >= killings * REQUESTS_A_KILLING
        assert troubles, "nobody noticed any of the killings"
        assert 500 not in troubles, troubles
        with town.app.app_context():
            assert faults(ledger.path) == []
        town.house.command("verify")


def restorer(house):
    """Return the process that brings the database back after a death, if it is at work."""
    for pid in house.children_of("database"):
        with suppress(OSError):  # it has just ended
            if b"startup" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    return None


class Worst(random.Random):
    """Chance at its worst: whoever brings the database back dies next."""

    def __init__(self, house):
        super().__init__()
        self.house = house

    def choice(self, pids):
        return restorer(self.house) or super().choice(pids)


def test_a_database_whose_processes_die_one_after_the_other_comes_back(zygote, tmp_path):
    with postgres.prepared(**postgres.DURABLE) as server:
        house = House(zygote, tmp_path, {}, server)
        house.start("database")
        for _ in range(5):
            SERVER["database, a process"](house, Worst(house))
            until(lambda: restorer(house) or server.answers() or house.ended("database"), "an end or a beginning")
            assert not house.ended("database")
        house.stop()


@pytest.mark.parametrize("way", [effects.INSIDE_DYING, effects.OUTSIDE_DYING])
def test_the_outbox_written_after_the_commit_loses_effects_and_the_checker_sees_it(database, zygote, ledger, way):
    with inhabited(zygote, database.url) as town, clock.at(MONDAY_MORNING):
        town.house.outbox = way
        town.house.start("web")
        phone = Phone(town, ledger, CONTROL_SEED)
        for _ in range(CONTROL_CASES):
            phone.begin()
        town.house.run_at_once("app.core.outbox:drain", times=1)
        with town.app.app_context():
            found = faults(ledger.path)
    assert phone.troubles, "no process died: nothing was tried"
    if way == effects.INSIDE_DYING:
        assert found == []
    else:
        assert found
        assert all(fault.startswith("effect not") for fault in found), found
