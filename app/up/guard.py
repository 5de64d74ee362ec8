"""Fork children that do not outlive us, not even when we are killed with SIGKILL.

Linux sees to it by itself. Elsewhere each child watches a pipe whose other end we hold: when it closes, we are gone.
A fork costs no time for imports: the application was made before.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NoReturn

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_LIMIT_SECONDS = 20.0
POLL_SECONDS = 0.05
ON_LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None


class Child:
    """A process of ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code if the process has ended."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def terminate(self) -> None:
        """Ask the process to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, seconds: float) -> int | None:
        """Wait for the end, at most so long; return the exit code if it came."""
        limit = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < limit:
            time.sleep(POLL_SECONDS)
        return self.poll()

    def kill(self) -> None:
        """End the process and all of its session, and wait for it."""
        if self.poll() is None:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has not come to making a session yet
                os.kill(self.pid, signal.SIGKILL)
            self.wait(STOP_LIMIT_SECONDS)


def fork(run: Callable[[], object], by_kernel: bool = ON_LINUX) -> Child:
    """Run something in a child, in a session of its own so that Ctrl-C reaches only us. No thread may run here."""
    ask = dying_with_parent() if by_kernel else _watch_the_pipe
    if not by_kernel:
        _pipe()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or the child would say it again
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, STOP_SIGNALS
    )  # none may reach a child that still has our handlers
    pid = os.fork()
    if pid == 0:
        _live(run, ask, before)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return Child(pid)


def _live(run: Callable[[], object], ask: Callable[[], None] | None, mask: Iterable[int]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if ask:
            ask()
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # whatever it was, this process must not go on as its parent
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


@cache
def _pipe() -> tuple[int, int]:
    """Return the pipe into which nothing is ever written; only we keep its second end."""
    return os.pipe()


def _watch_the_pipe() -> None:
    ours, theirs = _pipe()[1], _pipe()[0]
    os.close(ours)

    def watch() -> None:
        os.read(theirs, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_LIMIT_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def become(command: Sequence[str], by_kernel: bool = ON_LINUX) -> None:
    """Turn this child into another program, or, where that could not watch the pipe, run it as a child's child."""
    if by_kernel:
        os.execv(command[0], list(command))  # noqa: S606 - the caller names the program
    stops: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stops.append(number))  # none may fall between start and handler
    program = subprocess.Popen(command)  # noqa: S603 - as above
    signal.signal(signal.SIGTERM, lambda number, frame: program.terminate())
    if stops:
        program.terminate()
    sys.exit(abs(program.wait()))


def dying_with_parent(signal_number: int = signal.SIGTERM) -> Callable[[], None] | None:
    """Return what a new child calls before its program starts, or None where the kernel cannot do it (not Linux)."""
    if _libc is None:
        return None
    prctl, ours = _libc.prctl, os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != ours:  # we died before the kernel was asked
            os.kill(os.getpid(), signal_number)

    return ask_the_kernel
