"""Kill one part of a house with SIGKILL, in one of the ways a part may die, and start it again."""

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.support.house import House
from tests.support.until import until

Way = Callable[[House, random.Random], None]


def _part(name: str) -> Way:
    def kill(house: House, chance: random.Random) -> None:
        house.kill(name)
        house.start(name)

    return kill


def _parent_of(name: str) -> Way:
    """The children live on for a while: a web process answers, a job goes on."""

    def kill(house: House, chance: random.Random) -> None:
        children = house.children_of(name)
        house.kill(name, alone=True)
        until(lambda: not any(_alive(child) for child in children), f"the children of {name} end")
        house.start(name)

    return kill


def _child_of(name: str) -> Way:
    """The parent notices and makes another one; without a child the part itself dies."""

    def kill(house: House, chance: random.Random) -> None:
        children = house.children_of(name)
        if not children:
            return _part(name)(house, chance)
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(chance.choice(children), signal.SIGKILL)
        return None

    return kill


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


ANYWHERE: dict[str, Way] = {
    "web, all of it": _part("web"),
    "web, its parent": _parent_of("web"),
    "web, a process": _child_of("web"),
    "worker, all of it": _part("worker"),
    "worker, its parent": _parent_of("worker"),
    "worker, at its job": _child_of("worker"),
    "scheduler": _part("scheduler"),
    "valkey": _part("valkey"),
}


def _database_process(house: House, chance: random.Random) -> None:
    """Whoever dies while the database recovers ends all of it, for good: so it has to serve before the next death."""
    house.start("database")
    killed = chance.choice(house.children_of("database"))
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in house.children_of("database"), "the death is noticed")


SERVER: dict[str, Way] = {"database, its parent": _part("database"), "database, a process": _database_process}
