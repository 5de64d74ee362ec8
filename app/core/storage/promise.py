"""What every kind of storage can do."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from app.core.errors import Unavailable
from app.core.storage.spool import Spool


class Storage(Protocol):
    """Bytes by kind and key. Each method raises StorageAway when the storage does not answer."""

    @property
    def spool(self) -> Spool:
        """Where files wait on this machine before `put` takes them."""

    def put(self, kind: str, key: str, file: Path) -> None:
        """Take a waiting file for good; if the key is there already, it counts as put now."""

    def renew(self, kinds: Iterable[str], key: str) -> bool:
        """Let what is kept under a key count as put now; False when it must be put again, in any of the kinds."""

    def open(self, kind: str, key: str) -> BinaryIO:
        """Open for reading; raise FileNotFoundError."""

    def holds(self, kind: str, key: str) -> bool:
        """Tell whether there are bytes under a key, without reading them."""

    def keys(self, kind: str, untouched_seconds: float = 0) -> Iterator[str]:
        """Yield the keys nobody has put for so long."""

    def delete(self, kind: str, key: str, untouched_seconds: float = 0) -> bool:
        """Delete unless somebody has put it since; tell whether it is gone. Deleting nothing is no error."""

    def answers(self) -> bool:
        """Tell whether bytes can be kept now."""


class StorageAway(Unavailable):
    """附件存储暂时无法使用，请稍后重试；未得到答复的内容请重新提交，不会重复。"""

    en = "Photos and files cannot be kept or shown just now: try again, nothing is kept twice."
