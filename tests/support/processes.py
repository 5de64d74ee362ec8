"""Gezhi as real processes."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from tests.support.commands import Command

GEZHI = [sys.executable, "-P", "-m", "app.cli"]
READY = "Gezhi is ready"
LIMIT_SECONDS = 180
PORTS = range(16_000, 32_000)  # below those that systems give to outgoing connections


def environment(**settings: str) -> dict[str, str]:
    """Return our environment without what would lead Gezhi to other databases, with some settings."""
    foreign = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL")
    kept = {name: value for name, value in os.environ.items() if name not in foreign and not name.startswith("GEZHI_")}
    return {**kept, **settings}


@contextmanager
def forked(*arguments: object, **settings: str) -> Iterator[Command]:
    """Start a command as `started` does, but from a process that has imported everything: it is there at once."""
    with closing(Command([*map(str, arguments)], environment(**settings))) as command:
        yield command


@contextmanager
def started(*arguments: object, program: Sequence[str] = GEZHI, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command; its output and that of all its children comes through one pipe, closed when all have ended."""
    command = [*program, *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(**settings), text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def run(*arguments: object, **settings: str) -> tuple[int, str]:
    """Run a command to its end; return its exit code and what it said."""
    with forked(*arguments, **settings) as process:
        said, _ = process.communicate(timeout=LIMIT_SECONDS)
    return process.returncode, said


def lines_until(process: subprocess.Popen[str] | Command, sign: str) -> list[str]:
    """Read what a process says up to the line that bears a sign."""
    seen: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        seen.append(line)
        if sign in line:
            return seen
    raise AssertionError(f"ended without {sign!r}:\n{''.join(seen)}")


def free_port() -> int:
    """Return a port that nobody listens on, and that no outgoing connection is given while its server is down."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def standing_still(processes: Sequence[int]) -> Iterator[Callable[[], None]]:
    """Let processes stand still until they are told to go on, or the block ends."""
    assert processes

    def go_on() -> None:
        for pid in processes:
            with suppress(ProcessLookupError):  # one that went on may end
                os.kill(pid, signal.SIGCONT)

    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield go_on
    finally:
        go_on()
