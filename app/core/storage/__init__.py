"""Where bytes are kept that no row holds: in a folder (`folder.py`) or in a bucket of an S3 service (`bucket.py`).

Bytes of one kind lie together, each under its key. What has been put is there whole or not at all, and outlives a
crash; what nobody has put for some time may be swept, but never while somebody puts it again.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import click
from flask import Flask, current_app

from app.core.errors import Unavailable
from app.core.storage.folder import Folder
from app.core.storage.spool import Spool


class Storage(Protocol):
    """What every kind of storage can do.

    Each method raises StorageAway when the storage does not answer.
    """

    @property
    def spool(self) -> Spool:
        """Where files wait on this machine before `put` takes them."""

    def put(self, kind: str, key: str, file: Path) -> None:
        """Take a waiting file for good; if the key is there already, it counts as put now."""

    def renew(self, kinds: Iterable[str], key: str) -> bool:
        """Let what is kept under a key count as put now; False when it must be put again, in any of the kinds."""

    def open(self, kind: str, key: str) -> BinaryIO:
        """Open for reading; raise FileNotFoundError."""

    def keys(self, kind: str, untouched_seconds: float = 0) -> Iterator[str]:
        """Yield the keys nobody has put for so long."""

    def delete(self, kind: str, key: str, untouched_seconds: float = 0) -> bool:
        """Delete unless somebody has put it since; tell whether it is gone. Deleting nothing is no error."""

    def answers(self) -> bool:
        """Tell whether bytes can be kept now."""


class StorageAway(Unavailable):
    """附件存储暂时无法使用，请稍后重试；未得到答复的内容请重新提交，不会重复。"""


class NoSuchStorage(click.ClickException):
    """STORAGE_URL names no storage that we have; said in one sentence when Gezhi starts."""

    def __init__(self, url: SplitResult) -> None:
        named = f"{url.scheme}://{url.hostname or ''}"  # without what may be secret
        super().__init__(
            f"STORAGE_URL 应为 file:///文件夹 或 s3://存储桶/前缀，而不是 {named}。"
            f"STORAGE_URL must be file:///folder or s3://bucket/prefix, not {named}."
        )


def init(app: Flask) -> None:
    """Give an application its storage; raise NoSuchStorage."""
    app.extensions["gezhi_storage"] = make(app.config["STORAGE_URL"], Path(app.config["DATA_DIR"]))


def here() -> Storage:
    """Return this application's storage."""
    made: Storage = current_app.extensions["gezhi_storage"]
    return made


def make(address: str, data: Path) -> Storage:
    """Return the storage at an address; what has to wait on this machine waits in the data folder."""
    url = urlsplit(address)
    if url.scheme == "file" and url.netloc in ("", "localhost"):
        return Folder(Path(unquote(url.path)))
    if url.scheme == "s3" and url.hostname:
        from app.core.storage.bucket import Bucket  # noqa: PLC0415 - its library is loaded where it is used

        return Bucket(url.hostname, unquote(url.path).strip("/"), data / "incoming")
    raise NoSuchStorage(url)
