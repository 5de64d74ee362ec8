"""A bucket of an S3 service: Amazon's, a Chinese cloud's, or one of the county's own.

Address and keys come from the variables that S3 tools share, AWS_ENDPOINT_URL and others: see docs/operations.md.
Times here are the service's own. It must answer reads and lists by the newest write, as S3 has done since 2020.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import uuid4

from obstore.store import S3Store

from app.core.errors import Busy
from app.core.storage.pieces import SharedSpool
from app.core.storage.promise import StorageAway
from app.core.storage.s3 import age_seconds, as_away, aside, connect, listed

RENEWED_SECONDS = 43_200.0  # half of the day for which orphans are kept: what is younger need not be put again
MARK_HOLDS_SECONDS = 600.0  # far longer than a deletion takes: an older mark was left by a process that died
_MARKS = "deleting"


class Bucket:
    """Keep bytes as objects: see `promise.py` for what each method does.

    An object cannot be looked at and deleted in one go. So whoever deletes leaves a mark first, then looks whether the
    object is still old; whoever puts looks for marks afterwards, and then whether the object is still there. One of the
    two always sees the other.
    """

    def __init__(self, name: str, prefix: str, folder: Path) -> None:
        self.name, self.prefix = name, prefix
        self.spool = SharedSpool(folder, lambda: self.store)

    @cached_property
    def store(self) -> S3Store:
        """The client, made on first use: never in a process that forks afterwards."""
        return connect(self.name, self.prefix)

    @aside
    def put(self, kind: str, key: str, file: Path) -> None:
        """Write an object, whole or not at all; raise Busy when it is being deleted at this moment."""
        path = _path(kind, key)
        with as_away():
            self.store.put(path, file)
            if self._is_marked(path) or age_seconds(self.store, path) is None:
                raise Busy

    @aside
    def renew(self, kinds: Iterable[str], key: str) -> bool:
        """Tell whether all objects of a key are young enough to be left alone: an object cannot be touched."""
        with as_away():
            ages = [age_seconds(self.store, _path(kind, key)) for kind in kinds]
        return all(age is not None and age < RENEWED_SECONDS for age in ages)

    @aside
    def open(self, kind: str, key: str) -> BinaryIO:
        """Bring the object here and open it; raise FileNotFoundError."""
        self.spool.folder.mkdir(parents=True, exist_ok=True)
        with as_away(), ExitStack() as unless_whole:
            stored = self.store.get(_path(kind, key))
            file = unless_whole.enter_context(TemporaryFile(dir=self.spool.folder))
            file.writelines(stored)
            file.seek(0)
            unless_whole.pop_all()  # the caller closes it
            return file

    def holds(self, kind: str, key: str) -> bool:
        """Ask for the object, without its bytes."""
        with as_away():
            return age_seconds(self.store, _path(kind, key)) is not None

    def keys(self, kind: str, untouched_seconds: float = 0) -> Iterator[str]:
        """Yield the keys of objects written so long ago."""
        with as_away():
            for path, age in listed(self.store, kind):
                if age >= untouched_seconds:
                    yield path.rpartition("/")[2]

    @aside
    def delete(self, kind: str, key: str, untouched_seconds: float = 0) -> bool:
        """Delete unless somebody has put it since; see the class."""
        path = _path(kind, key)
        mark = f"{_MARKS}/{path}/{uuid4()}"  # everybody's own: two may sweep at once
        with as_away():
            self.store.put(mark, b"")
            try:
                age = age_seconds(self.store, path)
                if age is not None and age < untouched_seconds:
                    return False
                self.store.delete(path)
                return True
            finally:
                self.store.delete(mark)

    @aside
    def answers(self) -> bool:
        """Tell whether the bucket can be read."""
        try:
            with as_away():
                age_seconds(self.store, "answers")
        except StorageAway:
            return False
        return True

    def _is_marked(self, path: str) -> bool:
        return any(age < MARK_HOLDS_SECONDS for _, age in listed(self.store, f"{_MARKS}/{path}"))


def _path(kind: str, key: str) -> str:
    return f"{kind}/{key}"
