"""A disk of a few megabytes, where the machine lets us mount one: in a mount namespace of its own, as root or not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from tests.support.processes import GEZHI, environment

_MOUNT = 'mount -t tmpfs -o size="$0" tmpfs "$1" && cp -a "$2/." "$1/" && shift 2 && exec "$@"'


@cache
def how() -> tuple[str, ...] | None:
    """Return the command that gives a namespace, None where the machine allows none."""
    for command in (("unshare", "-m"), ("unshare", "-Urm")):
        mounts = [*command, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
        if shutil.which("unshare") and subprocess.run(mounts, capture_output=True, check=False).returncode == 0:
            return command
    return None


class SmallDisk:
    """A running part of Gezhi whose data folder lies on a disk of its own."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self.folder = Path(f"/proc/{process.pid}/root{folder}")  # how it looks from within

    def fill(self, leave_bytes: int = 0) -> None:
        """Let another program use up the disk but for so many bytes."""
        with suppress(OSError), (self.folder / "of-others").open("ab", buffering=0) as file:
            while (left := self.left()) > leave_bytes:
                file.write(b"x" * min(left - leave_bytes, 65_536))

    def left(self) -> int:
        """Return how many bytes are free."""
        free = os.statvfs(self.folder)
        return free.f_bavail * free.f_frsize

    def empty(self) -> None:
        """Let the other program clean up."""
        (self.folder / "of-others").unlink()


@contextmanager
def running(folder: Path, size: str, source: Path, *arguments: object, **settings: str) -> Iterator[SmallDisk]:
    """Run a command whose data folder is a copy of another, on a disk of its own at `folder`."""
    folder.mkdir()
    command = [*(how() or ()), "sh", "-c", _MOUNT, size, str(folder), str(source), *GEZHI, *map(str, arguments)]
    settings["GEZHI_DATA_DIR"] = str(folder)
    with subprocess.Popen(
        command, stdout=sys.stderr, stderr=subprocess.STDOUT, env=environment(**settings), text=True
    ) as process:
        try:
            yield SmallDisk(process, folder)
        finally:
            process.terminate()
