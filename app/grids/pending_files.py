"""Files of boundaries that wait between their checks and the word to import them.

Each person has one at most, under a random name that nobody else can guess or use, in the storage that all hosts share;
it is gone after an hour, or when it has been imported or thrown away.
"""

import json
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from app.core import space, storage
from app.core.errors import NotFound
from app.grids.coordinates import Crs

KEPT_SECONDS = 3_600.0
MOST_BYTES = 32 * 1_048_576  # the demo county takes 0.1 MB; a county with thousands of finely drawn grids about 25
_KIND = "grid-files"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}\Z")


class FileGone(NotFound):
    """文件已过期或已处理，请重新上传。"""

    code = "grid_file_gone"
    en = "The file has expired or has been dealt with: please bring it again."


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file that waits."""

    name: str
    crs: Crs
    content: bytes
    accept_offset: bool = False


def keep(waiting: PendingFile, person_id: UUID | None) -> str:
    """Keep a file for its bringer, instead of any earlier one; return the word by which it is found."""
    space.demand()
    files = storage.here()
    for earlier in [key for key in files.keys(_KIND) if key.startswith(f"{person_id}-")]:
        files.delete(_KIND, earlier)
    token = secrets.token_urlsafe(24)
    head = json.dumps({"name": waiting.name, "crs": waiting.crs, "accept_offset": waiting.accept_offset}).encode()
    with files.spool.received([head, b"\n", waiting.content]) as file:
        files.put(_KIND, _key(token, person_id), file.path)
    return token


def find(token: str, person_id: UUID | None) -> PendingFile:
    """Return a file that this person has brought; raise FileGone."""
    files, key = storage.here(), _key(token, person_id)
    if key in files.keys(_KIND, KEPT_SECONDS):
        raise FileGone
    try:
        with files.open(_KIND, key) as file:
            head, _, content = file.read().partition(b"\n")
    except FileNotFoundError:
        raise FileGone from None
    head_data = json.loads(head)
    return PendingFile(head_data["name"], Crs(head_data["crs"]), content, head_data.get("accept_offset", False))


def drop(token: str, person_id: UUID | None) -> None:
    """Forget a file."""
    storage.here().delete(_KIND, _key(token, person_id))


def sweep() -> int:
    """Delete the files that have waited too long; return how many."""
    files = storage.here()
    return sum(files.delete(_KIND, key, KEPT_SECONDS) for key in list(files.keys(_KIND, KEPT_SECONDS)))


def _key(token: str, person_id: UUID | None) -> str:
    if not _TOKEN.match(token):
        raise FileGone
    return f"{person_id}-{token}"
