"""A folder on this machine, or one that all hosts mount.

Times here are the file system's: they only tell how long a file has lain untouched.
"""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.core import space
from app.core.storage.spool import Spool, settle


class Folder:
    """Keep bytes as files: see `promise.py` for what each method does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spool = Spool(root / "incoming")  # on the same file system, so that taking a file is a rename

    def put(self, kind: str, key: str, file: Path) -> None:
        """Move a waiting file to its place, or touch the one that is there."""
        target = self._path(kind, key)
        try:
            os.utime(target)  # `delete` looks at this, so a file put again while being swept survives
        except FileNotFoundError:
            self._take(file, target)

    def renew(self, kinds: Iterable[str], key: str) -> bool:
        """Touch the files of a key; False unless all are there."""
        try:
            for kind in kinds:
                os.utime(self._path(kind, key))
        except FileNotFoundError:
            return False
        return True

    def open(self, kind: str, key: str) -> BinaryIO:
        """Open the file; raise FileNotFoundError."""
        return self._path(kind, key).open("rb")

    def holds(self, kind: str, key: str) -> bool:
        """Tell whether the file is there."""
        return self._path(kind, key).exists()

    def keys(self, kind: str, untouched_seconds: float = 0) -> Iterator[str]:
        """Yield the names of files that lay untouched so long."""
        before = time.time() - untouched_seconds
        for path in (self.root / kind).glob("*/*/*"):
            if path.suffix == "" and _touched(path) < before:
                yield path.name

    def delete(self, kind: str, key: str, untouched_seconds: float = 0) -> bool:
        """Delete unless somebody has put it since: move it aside, look at its time, and move it back if so."""
        path = self._path(kind, key)
        aside = path.with_suffix(".aside")
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            return True
        if _touched(aside) >= time.time() - untouched_seconds:
            os.replace(aside, path)
            return False
        aside.unlink()
        return True

    def answers(self) -> bool:
        """Tell whether files can be made here."""
        there = next(folder for folder in (self.root, *self.root.parents) if folder.exists())
        return os.access(there, os.W_OK | os.X_OK)

    def _take(self, file: Path, target: Path) -> None:
        with space.noticed():
            target.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as written:
            settle(written.fileno())
        file.chmod(0o400)
        os.utime(file)
        os.replace(file, target)
        for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
            _fsync_folder(folder)

    def _path(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key[2:4] / key


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")  # gone or moved aside: not ours to sweep


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        settle(descriptor)
    finally:
        os.close(descriptor)
