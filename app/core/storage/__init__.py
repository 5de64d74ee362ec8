"""Where bytes are kept that no row holds: in a folder (`folder.py`) or in a bucket of an S3 service (`bucket.py`).

Bytes of one kind lie together, each under its key. What has been put is there whole or not at all, and outlives a
crash; what nobody has put for some time may be swept, but never while somebody puts it again.
"""

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import click
from flask import Flask, current_app

from app.core.storage.bucket import Bucket
from app.core.storage.folder import Folder
from app.core.storage.promise import Storage


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
    storage: Storage = current_app.extensions["gezhi_storage"]
    return storage


def make(address: str, data: Path) -> Storage:
    """Return the storage at an address; what has to wait on this machine waits in the data folder."""
    url = urlsplit(address)
    if url.scheme == "file" and url.netloc in ("", "localhost"):
        return Folder(Path(unquote(url.path)))
    if url.scheme == "s3" and url.hostname:
        return Bucket(url.hostname, unquote(url.path).strip("/"), data / "incoming")
    raise NoSuchStorage(url)
