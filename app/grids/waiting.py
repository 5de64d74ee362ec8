"""Files of boundaries that wait between their checks and the word to import them.

Each person has one at most, under a random name that nobody else can guess or use, in the storage that all hosts share;
it is gone after an hour, or when it has been imported or thrown away.
"""

import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from flask import current_app

from app.core.errors import NotFound
from app.grids.coordinates import Crs

KEPT_SECONDS = 3_600.0
MOST_BYTES = 32 * 1_048_576  # the demo county takes 0.1 MB; a county with thousands of finely drawn grids about 25
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}\Z")


class FileGone(NotFound):
    """文件已过期或已处理，请重新上传。"""

    code = "grid_file_gone"
    en = "The file has expired or has been dealt with: please bring it again."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits."""

    name: str
    crs: Crs
    content: bytes


def keep(waiting: Waiting, person_id: UUID | None) -> str:
    """Keep a file for its bringer, instead of any earlier one; return the word by which it is found."""
    for earlier in _of(person_id):
        earlier.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    head = json.dumps({"name": waiting.name, "crs": waiting.crs}).encode()
    descriptor = os.open(folder / f"{person_id}.{token}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(head + b"\n" + waiting.content)
    return token


def find(token: str, person_id: UUID | None) -> Waiting:
    """Return a file that this person has brought; raise FileGone."""
    path = _path(token, person_id)
    try:
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            raise FileGone
        head, _, content = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise FileGone from None
    said = json.loads(head)
    return Waiting(said["name"], Crs(said["crs"]), content)


def drop(token: str, person_id: UUID | None) -> None:
    """Forget a file."""
    _path(token, person_id).unlink(missing_ok=True)


def sweep() -> int:
    """Delete the files that have waited too long; return how many."""
    before, gone = time.time() - KEPT_SECONDS, 0
    for path in _folder().glob("*.*"):
        with suppress(FileNotFoundError):  # imported or thrown away at this moment
            if path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def _of(person_id: UUID | None) -> Iterator[Path]:
    return _folder().glob(f"{person_id}.*")


def _path(token: str, person_id: UUID | None) -> Path:
    if not _TOKEN.match(token):
        raise FileGone
    return _folder() / f"{person_id}.{token}"


def _folder() -> Path:
    return Path(unquote(urlsplit(current_app.config["STORAGE_URL"]).path)) / "grid-files"
