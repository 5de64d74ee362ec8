"""Uploads in pieces where every host has a folder of its own: what one has taken in, another can go on with."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from obstore.store import S3Store

from app.core.storage.s3 import as_away, aside, listed
from app.core.storage.spool import BLOCK_BYTES, Spool

_FOLDER = "incoming"


class SharedSpool(Spool):
    """A spool that keeps each piece in the bucket too, under where it starts and ends, until the upload is whole.

    Two requests may send the same piece at once and be cut off at different bytes: both are of the same file, so it
    does not matter which is laid over which.
    """

    def __init__(self, folder: Path, store: Callable[[], S3Store]) -> None:
        super().__init__(folder)
        self._store = store

    def holds(self, upload_id: UUID, length_bytes: int) -> bool:
        """Tell whether so many bytes of an upload are here, or can be brought here."""
        return super().holds(upload_id, length_bytes) or self._reach(upload_id) >= length_bytes

    @aside
    def share(self, upload_id: UUID, start: int, end: int) -> None:
        """Keep a piece in the bucket."""
        with as_away():
            self._store().put(f"{_FOLDER}/{upload_id}/{start}-{end}", _blocks(self.path(upload_id), start, end))

    @aside
    def drop(self, upload_id: UUID) -> None:
        """Forget an upload's bytes, here and in the bucket."""
        super().drop(upload_id)
        with as_away():
            self._store().delete([path for *_, path in self._pieces(upload_id)])

    @aside
    def sweep(self, untouched_seconds: float) -> int:
        """Delete what nobody has written to for so long, here and in the bucket; return how many files."""
        with as_away():
            old = [path for path, age in listed(self._store(), _FOLDER) if age > untouched_seconds]
            self._store().delete(old)
        return super().sweep(untouched_seconds) + len(old)

    @aside
    def _fill(self, upload_id: UUID, file: BinaryIO, length_bytes: int) -> None:
        """Lay the pieces one behind the other, so that whatever breaks off leaves a file that is too short."""
        if super().holds(upload_id, length_bytes):
            return
        with as_away():
            for start, _, path in sorted(self._pieces(upload_id)):
                file.seek(start)
                for block in self._store().get(path):
                    file.write(block)

    @aside
    def _reach(self, upload_id: UUID) -> int:
        """Return how many bytes the bucket holds without a gap."""
        reach = 0
        with as_away():
            for start, end, _ in sorted(self._pieces(upload_id)):
                reach = max(reach, end) if start <= reach else reach
        return reach

    def _pieces(self, upload_id: UUID) -> Iterator[tuple[int, int, str]]:
        """Yield where each piece starts and ends, and where it is kept."""
        for path, _ in listed(self._store(), f"{_FOLDER}/{upload_id}"):
            start, _, end = path.rpartition("/")[2].partition("-")
            yield int(start), int(end), path


def _blocks(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (block := file.read(min(BLOCK_BYTES, end - start))):
            start += len(block)
            yield block
