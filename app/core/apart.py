"""Do one kind of work in processes of their own: what may fail, take long or be hostile dies alone and holds nobody up.

A helper has imported its module once and forks for every question; the process that answers has limits on memory and
on time, no settings and no secrets in its environment, and ends with its answer. A fork costs a few milliseconds, a
helper's start some tenths of a second, once.

The module's `answer` takes a question and returns an answer, both plain enough for JSON; what goes in as a data class
comes out as an object.
"""

import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, NoReturn
from weakref import finalize

import orjson

from app.core.errors import Busy

TURN_SECONDS = 20.0  # how long a question waits for its turn before "busy"; phones give up at 30; our figure
LATE_SECONDS = 5.0  # by so much a helper may overrun its own time before it is ended with all it has begun
NICENESS = 5  # beside those who answer people
_HOME = Path(__file__).parents[2]


class ProcessDied(Exception):
    """A process ended without an answer: it was killed, crashed, or ran out of time; by which signal, if by one."""

    def __init__(self, signal_number: int = 0) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number

    @property
    def of_its_own_doing(self) -> bool:
        """Tell whether it asked for more memory or time than it may have, which says something of the question."""
        return self.signal_number in (signal.SIGABRT, signal.SIGXCPU)


class Apart:
    """Helpers for one module: so many questions at once, each with so much memory, processor and time."""

    def __init__(self, module: str, at_once: int, memory_bytes: int, cpu_seconds: int, wait_seconds: int) -> None:
        self._arguments = [module, str(memory_bytes), str(cpu_seconds), str(wait_seconds)]
        self._wait_seconds = wait_seconds
        self._turns = threading.BoundedSemaphore(at_once)
        self._idle: defaultdict[int, list[Helper]] = defaultdict(list)  # by whose they are: a fork does not share them

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer; raise ProcessDied, or Busy when no turn came in time."""
        if not self._turns.acquire(timeout=TURN_SECONDS):
            raise Busy
        try:
            return self._ask(question)
        finally:
            self._turns.release()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        idle = self._idle[os.getpid()]
        while idle and not idle[-1].lives():
            idle.pop()
        helper = idle.pop() if idle else Helper(self._arguments, self._wait_seconds + LATE_SECONDS)
        answer = helper.ask(question)
        idle.append(helper)
        if "died" in answer:
            raise ProcessDied(answer["died"])
        return answer


class Helper:
    """The process that forks for every question; it ends when we do, since its standard input does."""

    def __init__(self, arguments: list[str], wait_seconds: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program; its arguments are in our code
                [sys.executable, "-W", "ignore", "-m", "app.core.apart", *arguments],
                cwd=_HOME,
                env={"PATH": os.defpath, "PYTHONPATH": str(_HOME)},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.settimeout(wait_seconds)
        self._line = ours
        self._answers = ours.makefile("rb")
        self._end = finalize(self, _end, self._process, ours, self._answers, os.getpid())

    def lives(self) -> bool:
        """Tell whether the process is still there."""
        return self._process.poll() is None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer; end the process and raise ProcessDied if none comes."""
        try:
            self._line.sendall(orjson.dumps(question) + b"\n")
            answer = orjson.loads(self._answers.readline())
        except (OSError, ValueError) as error:
            self._end()
            raise ProcessDied from error
        except BaseException:  # whoever asked is gone: the answer must not reach the next one
            self._end()
            raise
        return dict(answer)


def _end(process: subprocess.Popen[bytes], line: socket.socket, answers: BinaryIO, owner: int) -> None:
    """End a helper with all it has begun; a fork of ours only lets go of it."""
    answers.close()
    line.close()
    if owner == os.getpid():
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main(module: str, memory_bytes: str, cpu_seconds: str, wait_seconds: str) -> None:
    """Be the helper: fork for each line of standard input, and see to it that an answer comes."""
    answer: Callable[[dict[str, Any]], dict[str, Any]] = import_module(module).answer
    os.nice(NICENESS)
    line = socket.socket(fileno=0)
    line.setblocking(True)  # the web server's own never block
    for question in line.makefile("rb"):
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            _answer(answer, question, theirs, int(memory_bytes), int(cpu_seconds))
        os.close(theirs)
        came = _what_comes(ours, float(wait_seconds))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # who has ended already keeps the status it ended with
        _, status = os.waitpid(pid, 0)
        line.sendall(came or orjson.dumps({"died": os.WTERMSIG(status)}) + b"\n")
        os.close(ours)


def _answer(
    answer: Callable[[dict[str, Any]], dict[str, Any]], question: bytes, line: int, memory_bytes: int, cpu_seconds: int
) -> NoReturn:
    """Take the limits upon oneself, answer, end."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))  # the first ends it by SIGXCPU
    try:
        with os.fdopen(line, "wb") as out:
            out.write(_written(answer, question))
    finally:
        os._exit(0)


def _written(answer: Callable[[dict[str, Any]], dict[str, Any]], question: bytes) -> bytes:
    """Return the answer as a line; who has no memory left for it ends as a library does that has none."""
    try:
        return orjson.dumps(answer(orjson.loads(question))) + b"\n"
    except MemoryError:
        os.abort()


def _what_comes(line: int, wait_seconds: float) -> bytes:
    """Return the whole line that is written within that time, or nothing."""
    came, until = bytearray(), monotonic() + wait_seconds
    while not came.endswith(b"\n"):
        ready, _, _ = select.select([line], [], [], max(0.0, until - monotonic()))
        more = os.read(line, 65_536) if ready else b""
        if not more:
            return b""
        came += more
    return bytes(came)


if __name__ == "__main__":
    main(*sys.argv[1:])
