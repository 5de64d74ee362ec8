"""See that a child process does not outlive its parent, not even a parent killed with SIGKILL."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # linux/prctl.h
ON_LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None


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
