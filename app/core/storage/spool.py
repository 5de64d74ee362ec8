"""Where bytes wait: streams become files here, pieces of uploads grow here, and whatever is forgotten is swept."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO
from uuid import UUID

from app.core import space
from app.core.aside import Aside

HEAD_BYTES = 32
AT_ONCE = 4  # waits for the disk in one process; our figure
BLOCK_BYTES = 256 * 1024

_aside = Aside(AT_ONCE)


@dataclass(frozen=True)
class SpooledFile:
    """A whole file that waits to be judged: its size in bytes, SHA-256, and first 32 bytes."""

    path: Path
    size: int
    sha256: str
    head: bytes


class InUse(Exception):
    """Another request is writing to the same upload now."""


class Short(Exception):
    """Bytes that were counted are no longer here."""


class Spool:
    """A folder for what is not yet, or never will be, an attachment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def received(self, blocks: Iterable[bytes]) -> Iterator[SpooledFile]:
        """Write a stream to a file, in blocks and never whole in memory; what nobody takes is gone after the block."""
        with self.empty() as path:
            digest, size, head = hashlib.sha256(), 0, b""
            with space.noticed(), path.open("wb") as file:
                for block in blocks:
                    head += block[: HEAD_BYTES - len(head)]
                    digest.update(block)
                    size += file.write(block)
            yield SpooledFile(path, size, digest.hexdigest(), head)

    @contextmanager
    def empty(self) -> Iterator[Path]:
        """Give a new file's path; the file is gone after the block unless it was moved."""
        with space.noticed():
            self.folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.folder, delete=False) as file:
                path = Path(file.name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def growing(self, upload_id: UUID, offset: int) -> Iterator[BinaryIO]:
        """Open an upload's file to write from an offset on, for this request alone; raise InUse, or Short.

        Bytes behind the offset are what a crash left before the row knew of them: they are cut off.
        """
        with space.noticed():
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path(upload_id), os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InUse from error
            self._fill(upload_id, file, offset)
            if file.seek(0, os.SEEK_END) < offset:
                raise Short
            file.truncate(offset)
            file.seek(offset)
            yield file

    def _fill(self, upload_id: UUID, file: BinaryIO, length_bytes: int) -> None:
        """Bring here what other hosts hold of an upload: none does."""

    def blocks(self, upload_id: UUID) -> Iterator[bytes]:
        """Yield an upload's bytes from the first on."""
        with self.path(upload_id).open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                yield block

    def holds(self, upload_id: UUID, length_bytes: int) -> bool:
        """Tell whether so many bytes of an upload are here."""
        try:
            return self.path(upload_id).stat().st_size >= length_bytes
        except FileNotFoundError:
            return length_bytes == 0

    def share(self, upload_id: UUID, start: int, end: int) -> None:
        """Let other hosts go on from here: they see this folder, or there are none."""

    def drop(self, upload_id: UUID) -> None:
        """Forget an upload's bytes."""
        self.path(upload_id).unlink(missing_ok=True)

    def sweep(self, untouched_seconds: float) -> int:
        """Delete what nobody has written to for so long; return how many files."""
        if not self.folder.exists():
            return 0
        before = time.time() - untouched_seconds
        old = [path for path in self.folder.iterdir() if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def path(self, upload_id: UUID) -> Path:
        """Return where an upload's bytes lie."""
        return self.folder / f"{upload_id}.part"


def settle(descriptor: int) -> None:
    """Wait until a file or folder is on the disk, and let others go on meanwhile."""
    _aside.run(os.fsync, descriptor)


def sha256_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of what is left in a stream, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()
