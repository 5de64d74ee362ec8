"""The places in which processes count: files in shared memory that hold their room from the start."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from app.core.logs import log

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only looked for; the folder in it is made by mkdtemp
PREFIX = "gezhi-figures-"
SIZES = {"counter": 1_048_576, "histogram": 2_097_152}  # bytes: twice what all routes take; a test fills them
_OWNER = "owner"
_MOST = 64  # processes of one web server that count at once
_BLOCK = bytes(65_536)


class NoPlace(Exception):
    """This process cannot count: there is no room, or too many count already."""


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder that is gone when this process leaves the block; sweep away those of killed ones."""
    root = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK | os.X_OK) else Path(gettempdir())
    for left in root.glob(f"{PREFIX}*"):
        if left.stat().st_uid == os.getuid() and not _is_held(left / _OWNER):
            shutil.rmtree(left, ignore_errors=True)
    path, maker = Path(mkdtemp(prefix=PREFIX, dir=root)), os.getpid()
    held = _hold(path / _OWNER)
    try:
        yield path
    finally:
        if os.getpid() == maker:  # a child that ends leaves its count to the others
            shutil.rmtree(path, ignore_errors=True)
            if held is not None:
                os.close(held)


class Places:
    """The places of one folder. A process keeps its own until it ends; who comes after it counts on from there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = 0
        self._name: str | None = None

    def own(self) -> str:
        """Return the name of this process's place; raise NoPlace."""
        if self._process != os.getpid():
            self._process, self._name = os.getpid(), self._take()
        if self._name is None:
            raise NoPlace
        return self._name

    def _take(self) -> str | None:
        """Hold a free place until the process ends, and see to its room."""
        try:
            for number in range(_MOST):
                if _hold(self._folder / f"place-{number}") is not None:
                    for kind, size in SIZES.items():
                        _furnish(self._folder / f"{kind}_{number}.db", size)
                    return str(number)
        except OSError as error:
            log.error("metrics.no_room", exc_info=error)
        return None


def _hold(file: Path) -> int | None:
    """Lock a file for this process, not for those that are forked from it; None while another holds it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _is_held(file: Path) -> bool:
    if not file.exists():
        return True  # being made, or swept, at this moment
    descriptor = _hold(file)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _furnish(file: Path, size: int) -> None:
    """Make a file of noughts unless it is there: whole, so that no page of it can lack its room later."""
    if file.exists():
        return
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        out.writelines([_BLOCK] * (size // len(_BLOCK)))
    fresh.rename(file)
