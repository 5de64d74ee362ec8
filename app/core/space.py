"""The room left on the disks we write to: what adds to them is refused in time, and a reserve carries what must go on.

Below DISK_LEAST_MB everything that writes is refused but what is *vital*: signing in, keeping a session, entering who
read personal data, showing that a part lives, sweeping away. Those are a row or two each; when even they find no room,
the reserve file is let go first.
"""

import errno
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.core.errors import Problem
from app.core.logs import log

MB = 1_048_576
RETRY_SECONDS = 60  # room is made by people: nobody has to ask every few seconds
_RESERVE = "reserve"
_LAST_MB = 4  # with less than this the reserve is let go
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM_IN_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
_DISK_FULL = "53100"  # PostgreSQL's


class StorageFull(Problem):
    """磁盘空间不足，暂时不能保存新内容；未保存的内容请保留，管理员清理磁盘后再提交，不会重复。"""

    code, status = "storage_full", 507
    en = (
        "The disk is nearly full and nothing new can be kept just now: hold on to what was not kept and send it again "
        "when the administrator has made room; nothing is kept twice."
    )


def free_mb() -> int:
    """Return how many megabytes are left where least is: on the disk of the data folder, or of the photos."""
    config = current_app.config
    return min(map(_free_bytes, _folders(config["DATA_DIR"], config["STORAGE_URL"]))) // MB


def is_short() -> bool:
    """Tell whether what adds to the disk has to wait; the room of a reserve that was let go is not for it."""
    config = current_app.config
    wanted: int = config["DISK_LEAST_MB"] + (0 if _reserve().exists() else config["DISK_RESERVE_MB"])
    return free_mb() < wanted


def demand() -> None:
    """Raise StorageFull where what adds to the disk has to wait."""
    if is_short():
        raise StorageFull


def metered(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield blocks as long as there is room for them; raise StorageFull."""
    for block in blocks:
        demand()
        yield block


@contextmanager
def noticed() -> Iterator[None]:
    """Turn the system's word that a disk is full into StorageFull."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFull from error
        raise


def is_full(error: BaseException) -> bool:
    """Tell whether a file or a database, ours or another host's, failed because its disk is full."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return cause.errno in _NO_ROOM
    known = getattr(cause, "sqlite_errorcode", None) in _NO_ROOM_IN_SQLITE
    return known or getattr(cause, "sqlstate", None) == _DISK_FULL


def keep_reserve() -> None:
    """Make the reserve if it is missing and there is room for it."""
    file = _reserve()
    if file.exists() or not file.parent.exists() or is_short():
        return
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            for _ in range(current_app.config["DISK_RESERVE_MB"]):
                out.write(secrets.token_bytes(MB))  # nothing that a file system could make smaller
        fresh.rename(file)
    finally:
        fresh.unlink(missing_ok=True)


def spare() -> None:
    """Let the reserve go where the last room is used up."""
    if free_mb() < _LAST_MB:
        release(_data())


def release(folder: Path) -> bool:
    """Let the reserve of a data folder go; tell whether there was one."""
    try:
        (folder / _RESERVE).unlink()
    except FileNotFoundError:
        return False
    log.error("disk.reserve_released")
    return True


def _data() -> Path:
    return Path(current_app.config["DATA_DIR"])


def _reserve() -> Path:
    return _data() / _RESERVE


@lru_cache
def _folders(data: str, storage_url: str) -> tuple[str, str]:
    """Return the data folder, and the one of the photos."""
    url = urlsplit(storage_url)
    return data, unquote(url.path) if url.scheme == "file" else data


def _free_bytes(folder: str) -> int:
    """Return what is free where a folder is, or will be; asked at the beginning of every transaction."""
    try:
        disk = os.statvfs(folder)
    except FileNotFoundError:
        return _free_bytes(str(Path(folder).parent))
    return disk.f_bavail * disk.f_frsize
