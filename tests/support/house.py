"""Gezhi's parts as real processes on a test's database, each of which can be killed and started again."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from redis import Redis
from rq import Worker
from rq.worker import WorkerStatus

from app.core import clock
from app.core.db import db
from app.factory import create_app
from app.up import valkey
from tests.factories.town import Town
from tests.plugins.application import CHEAP, MONDAY_MORNING
from tests.support import effects
from tests.support.databases import migrate
from tests.support.postgres import Prepared
from tests.support.processes import environment, free_port
from tests.support.remote import Remote
from tests.support.until import until

ROOT = Path(__file__).parents[2]
SHOWN_BYTES = 6_000


class Zygote:
    """The processes that fork parts: one for the web server, one for the others."""

    def __init__(self, processes: Mapping[bool, subprocess.Popen[str]], log: Path) -> None:
        self._processes = processes
        self._web: set[int] = set()
        self.log = log

    def start(self, part: str, **more: Any) -> int:
        """Fork a part; return its process id."""
        pid = int(self._ask(part == "web", "start", part=part, **more))
        (self._web.add if part == "web" else self._web.discard)(pid)
        return pid

    def wait(self, pid: int, seconds: float) -> int | None:
        """Wait for the end of a part; return its exit code, None while it lives."""
        code: int | None = self._ask(pid in self._web, "wait", pid=pid, seconds=seconds)
        return code

    def _ask(self, web: bool, what: str, **more: Any) -> Any:
        process = self._processes[web]
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"ask": what, **more}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"the zygote has died:\n{self.said()}"
        return json.loads(answer)

    def said(self, since: int = 0) -> str:
        """Return the end of what all parts have written."""
        return self.log.read_bytes()[since:][-SHOWN_BYTES:].decode(errors="replace")


@contextmanager
def zygote() -> Iterator[Zygote]:
    """Start the processes that fork; with them end all their children."""
    with tempfile.TemporaryDirectory(prefix="gezhi-parts-") as folder, ExitStack() as end:
        log = Path(folder) / "log"
        errors = end.enter_context(log.open("a"))
        modules = {False: "tests.support.zygote", True: "tests.support.web_zygote"}
        processes = {web: end.enter_context(_forking(module, errors)) for web, module in modules.items()}
        yield Zygote(processes, log)
        for process in processes.values():
            process.communicate()


def _forking(module: str, errors: IO[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=ROOT,
        env=environment(),
        text=True,
    )


class House:
    """The parts on one database. Their clocks go on from where the test's clock stood at the beginning."""

    def __init__(
        self, mother: Zygote, folder: Path, settings: Mapping[str, Any], server: Prepared | None = None
    ) -> None:
        self._mother = mother
        self._server = server
        self._folder = folder
        self._bell = valkey.socket_path(folder)
        self.settings = {
            **settings,
            "REDIS_URL": f"unix://{self._bell}",
            "SECRET_KEY": "test",
            "PLAIN_HTTP": True,  # phones come by the name of another host, too
            "LOG_LEVEL": "WARNING",
            **CHEAP,
        }
        self.port = free_port()
        self.client = Remote(self.port)
        self.offset_seconds = (MONDAY_MORNING - datetime.now(UTC)).total_seconds()
        self.outbox = effects.INSIDE
        self.pids: dict[str, int] = {}
        self._log_began = mother.log.stat().st_size

    def start(self, *names: str, later_seconds: float = 0.0) -> None:
        """Start parts, and wait until those answer that others call; more of a kind are `worker 2`, `worker 3`."""
        for name in names:
            if name == "database":
                until(self._database_answers, f"the database answers\n{self.said()}")
                continue
            part = name.partition(" ")[0]
            options = {
                "web": {"port": self.port},
                "valkey": {"folder": str(self._folder), "listening": str(self._bell)},
            }.get(part, {})
            self._fork(name, part, later_seconds, **options)
            ready = {
                "web": self._web_answers,
                "valkey": lambda: valkey.answers(self._bell),
                "worker": partial(self._at_work, self.pids[name]),
            }.get(part)
            if ready:
                until(ready, f"{name} is ready\n{self.said()}")

    def run_at_once(self, function: str, times: int = 2, later_seconds: float = 0.0) -> None:
        """Call a function (`module:name`) in as many processes at the same moment, and see them all succeed."""
        names, gate = [f"call {number}" for number in range(times)], self._folder / f"gate-{uuid4().hex}"
        with gate.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for name in names:
                self._fork(name, "call", later_seconds, function=function, gate=str(gate))
            until(lambda: len([*self._folder.glob(f"{gate.name}.*")]) == times, "all stand at the gate")
        codes = [self._mother.wait(self.pids.pop(name), 60.0) for name in names]
        assert codes == [0] * times, self.said()

    def command(self, *arguments: str) -> None:
        """Run a command of Gezhi, and see it succeed."""
        self._fork("command", "command", 0.0, arguments=arguments)
        code = self._mother.wait(self.pids.pop("command"), 60.0)
        assert code == 0, self.said()

    def ended(self, name: str) -> bool:
        """Tell whether a part has ended."""
        return self._mother.wait(self.pids[name], 0.0) is not None

    def kill(self, name: str, *, alone: bool = False) -> None:
        """Kill a part and its children with SIGKILL, or it alone, and see it end."""
        pid = self.pids.pop(name)
        with suppress(ProcessLookupError):  # it has ended by itself
            (os.kill if alone else os.killpg)(pid, signal.SIGKILL)
        assert self._mother.wait(pid, 30.0) is not None

    def send(self, name: str, number: int) -> None:
        """Send a part a signal."""
        os.kill(self.pids[name], number)

    def children_of(self, name: str) -> list[int]:
        """Return the processes that a part has forked (on Linux; elsewhere none are known)."""
        pid = self.pids[name]
        try:
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def stop(self) -> None:
        """Kill all parts, whatever serves the others last."""
        for name in sorted(self.pids, key=lambda one: one in ("valkey", "database")):
            self.kill(name)

    def said(self) -> str:
        """Return the end of what the parts have written."""
        return self._mother.said(self._log_began)

    def _fork(self, name: str, part: str, later_seconds: float, **options: Any) -> None:
        self.pids[name] = self._mother.start(
            part,
            settings=self.settings,
            offset_seconds=self.offset_seconds + later_seconds,
            outbox=self.outbox,
            **options,
        )

    def _database_answers(self) -> bool:
        """Start the server, and again as long as what is left of one that was killed keeps it from starting."""
        assert self._server is not None
        if "database" not in self.pids or self.ended("database"):
            account = self._server.account
            self._fork(
                "database",
                "database",
                0.0,
                command=self._server.command,
                user=account.get("user"),
                group=account.get("group"),
                folder=str(self._server.folder),
            )
        return self._server.answers()

    def _at_work(self, pid: int) -> bool:
        ready = (WorkerStatus.IDLE, WorkerStatus.BUSY)  # until then it does not survive the loss of Redis
        with closing(Redis.from_url(self.settings["REDIS_URL"])) as redis:
            return any(one.pid == pid and one.get_state() in ready for one in Worker.all(connection=redis))

    def _web_answers(self) -> bool:
        assert not self.ended("web"), self.said()
        try:
            return self.client.get("/healthz").status_code < 500
        except OSError:
            return False


@contextmanager
def inhabited(mother: Zygote, url: str, server: Prepared | None = None) -> Iterator[Town]:
    """Found a town on a database; `town.house` holds its processes, none of which is started yet.

    With a PostgreSQL server that was prepared for it, that is started as the part `database`, and migrated.
    """
    with tempfile.TemporaryDirectory(prefix="gezhi-") as folder:
        settings = {"DATABASE_URL": url, "DATA_DIR": f"{folder}/data"}
        house = House(mother, Path(folder), settings, server)
        if server:
            house.start("database")
            migrate(url)
        app = create_app({**settings, **CHEAP, "REDIS_URL": None})
        with clock.at(MONDAY_MORNING):
            town = Town(app)
            town.sign_in()
        town.house, town.client = house, house.client
        with app.app_context():
            effects.make_table(db.engine)
        try:
            yield town
        finally:
            town.house.stop()
            print(town.house.said())  # noqa: T201 - pytest shows it when a test has failed
            with app.app_context():
                db.engine.dispose()
