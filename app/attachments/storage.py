"""Keep bytes by the SHA-256 of their original: a local folder. Files appear whole or not at all, and survive a crash.

Another kind of storage (S3) is one more class with the methods of `Storage` and one more line in `make`.
Times here are the file system's: they only tell how long a file has lain untouched.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.attachments.spool import BLOCK_BYTES, Spool


class Kind(StrEnum):
    """What is kept of an attachment; each has its own folder."""

    ORIGINAL = "original"  # sealed: byte for byte as it came, never shown to the public
    PUBLIC = "public"  # upright, bounded, nothing but pixels
    THUMB = "thumb"  # the same, small


class Storage(Protocol):
    """What every kind of storage can do. `spool` is where files wait before `put` takes them."""

    spool: Spool

    def put(self, kind: Kind, key: str, file: Path) -> None:
        """Take a waiting file for good; if the key is there already, mark it as touched now."""

    def renew(self, key: str) -> bool:
        """Mark what is kept under a key as touched now; False unless it is there in every kind."""

    def open(self, kind: Kind, key: str) -> BinaryIO:
        """Open for reading; raise FileNotFoundError."""

    def keys(self, kind: Kind, untouched_seconds: float) -> Iterator[str]:
        """Yield the keys nobody has put for so long."""

    def delete(self, kind: Kind, key: str, untouched_seconds: float) -> bool:
        """Delete unless somebody has put it since; tell whether it is gone. Deleting nothing is no error."""


class Folder:
    """A folder on this machine, or one that all hosts mount."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spool = Spool(root / "incoming")  # on the same file system, so that taking a file is a rename

    def put(self, kind: Kind, key: str, file: Path) -> None:
        """Take a waiting file for good; if the key is there already, mark it as touched now."""
        target = self._path(kind, key)
        try:
            os.utime(target)  # `delete` looks at this, so a file put again while being swept survives
        except FileNotFoundError:
            self._take(file, target)

    def renew(self, key: str) -> bool:
        """Mark what is kept under a key as touched now; False unless it is there in every kind."""
        try:
            for kind in Kind:
                os.utime(self._path(kind, key))
        except FileNotFoundError:
            return False
        return True

    def open(self, kind: Kind, key: str) -> BinaryIO:
        """Open for reading; raise FileNotFoundError."""
        return self._path(kind, key).open("rb")

    def keys(self, kind: Kind, untouched_seconds: float) -> Iterator[str]:
        """Yield the keys nobody has put for so long."""
        before = time.time() - untouched_seconds
        for path in (self.root / kind).glob("*/*/*"):
            if path.suffix == "" and _touched(path) < before:
                yield path.name

    def delete(self, kind: Kind, key: str, untouched_seconds: float) -> bool:
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

    def _take(self, file: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as written:
            os.fsync(written.fileno())
        file.chmod(0o440)
        os.utime(file)
        os.replace(file, target)
        for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
            _fsync_folder(folder)

    def _path(self, kind: Kind, key: str) -> Path:
        return self.root / kind / key[:2] / key[2:4] / key


def make(url: str) -> Storage:
    """Return the storage behind a URL; raise ValueError for a kind we do not have."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise ValueError(f"STORAGE_URL must be file:///folder, not {parts.scheme}://{parts.netloc}")
    return Folder(Path(unquote(parts.path)))


def here() -> Storage:
    """Return this application's storage, made on first use."""
    extensions = current_app.extensions
    if "gezhi_storage" not in extensions:
        extensions["gezhi_storage"] = make(current_app.config["STORAGE_URL"])
    made: Storage = extensions["gezhi_storage"]
    return made


def sha256(stream: BinaryIO) -> str:
    """Return the SHA-256 of what is left in a stream, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")  # gone or moved aside: not ours to sweep


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
