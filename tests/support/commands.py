"""Commands of Gezhi as processes that are forked instead of started: what they import is there already."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any

ROOT = Path(__file__).parents[2]
ANSWER_BYTES = 100
LONG_SECONDS = 180.0


class Command:
    """A command at work; to be handled like a `Popen`."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        ours, theirs = os.pipe()
        self.stdout = os.fdopen(ours)
        asked = {"arguments": [*arguments], "environment": {**environment}, "folder": os.getcwd()}
        self.pid = _ask(asked, theirs)
        os.close(theirs)
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        """Send a signal, if the command has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the command to end."""
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float = LONG_SECONDS) -> tuple[str, None]:
        """Read until the command and all its children have ended, and learn its exit code."""
        limit = Timer(timeout, self.send_signal, [signal.SIGKILL])
        limit.start()
        said = self.stdout.read()
        late = limit.finished.is_set()
        limit.cancel()
        limit.join()
        self.returncode = _ask({"pid": self.pid, "seconds": timeout})
        assert not late, f"had to be killed after {timeout:g} s:\n{said}"
        return said, None

    def close(self) -> None:
        """End what has not ended, and let go of it."""
        with self.stdout:
            if self.returncode is None:
                self.terminate()
                self.communicate()


def _ask(asked: Mapping[str, Any], *files: int) -> int:
    line = _mother()
    socket.send_fds(line, [json.dumps(asked).encode()], files)
    answer: int = json.loads(line.recv(ANSWER_BYTES))
    return answer


@cache
def _mother() -> socket.socket:
    """Start the process that forks, once."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        mother = subprocess.Popen([sys.executable, "-m", "tests.support.mother"], stdin=theirs, cwd=ROOT)
    atexit.register(_end, ours, mother)
    return ours


def _end(line: socket.socket, mother: subprocess.Popen[bytes]) -> None:
    line.close()
    mother.wait()
