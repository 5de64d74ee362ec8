"""Start a child process that does not outlive its parent, not even a parent killed with SIGKILL.

Linux does it by itself. Elsewhere a small guard process stands between, holding a pipe from the parent: when the pipe
closes, the parent is gone.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_LIMIT_SECONDS = 20.0
ON_LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None


def start(command: Sequence[str], by_kernel: bool = ON_LINUX) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches only us; it is stopped when we are gone."""
    if by_kernel:
        return subprocess.Popen(  # noqa: S603 - the caller names the program
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dying_with_parent(),  # noqa: PLW1509 - called where no thread runs
        )
    guarded = [sys.executable, "-P", "-m", "app.up.guard", *command]
    return subprocess.Popen(guarded, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - as above


def dying_with_parent(signal_number: int = signal.SIGTERM) -> Callable[[], None] | None:
    """Return what a new child calls before its program starts, or None where the kernel cannot do it (not Linux)."""
    if _libc is None:
        return None
    prctl, parent = _libc.prctl, os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os.kill(os.getpid(), signal_number)

    return ask_the_kernel


def stand_between(command: Sequence[str]) -> int:
    """Run a program until it ends, SIGTERM asks for its end, or standard input closes; return its exit code."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - as above
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    threading.Thread(target=_end_with_parent, args=[child], daemon=True).start()
    return child.wait()


def _end_with_parent(child: subprocess.Popen[bytes]) -> None:
    os.read(0, 1)  # nothing is ever written: it returns when the other end is closed
    child.terminate()
    time.sleep(STOP_LIMIT_SECONDS)
    child.kill()


if __name__ == "__main__":
    sys.exit(stand_between(sys.argv[1:]))
