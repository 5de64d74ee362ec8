"""The rights of the data folder: it and all that lies in it are its owner's alone, whoever made it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.core.commands import CommandError
from workflows.words import Words

OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OURS = (
    "gezhi.sqlite3",
    "restore-unfinished",
    "storage",
    "incoming",
    "secret-key",
    "citizen.key",
    "lock",
    "reserve",
    "valkey",
    "demo-",
    "tls",
)
_STRANGE = ("lost+found",)  # lies in every empty disk
_DONE = ".owner-only"  # in a storage folder that was gone through whole: there may be millions of photos in it


def tighten(folder: Path, storage_url: str | None = None) -> None:
    """Take from others what they may do with a data folder, and with photos elsewhere; raise CommandError."""
    refuse_foreign(folder)
    url = urlsplit(storage_url or "")
    storages = [folder / "storage", *([Path(unquote(url.path))] if url.scheme == "file" else [])]
    whole = [each for each in storages if each.is_dir() and (_is_wide(each) or not (each / _DONE).exists())]
    try:
        for path in _entries(folder, besides=[each for each in storages if each not in whole]):
            _tighten(path)
        for each in whole:
            for path in _entries(each, besides=[]):
                _tighten(path)
            (each / _DONE).touch(mode=0o600)
    except PermissionError as error:
        raise CommandError(
            Words(
                "{} 的权限过宽，而它属于另一个用户，无法收紧：请用它的所有者启动，或改为只有所有者可读写。",
                "{} is open to others and not ours to change: start as its owner, or make it 0700 or 0600.",
            ).format(error.filename)
        ) from error


def refuse_foreign(folder: Path) -> None:
    """Raise CommandError for a folder that others use, or that holds things of others and nothing of ours."""
    names = [path.name for path in folder.iterdir() if not path.name.startswith(".") and path.name not in _STRANGE]
    shared = folder.stat().st_mode & stat.S_ISVTX or folder == Path.home() or folder == Path(folder.root)
    if shared or (names and not any(name.startswith(_OURS) for name in names)):
        raise CommandError(
            Words(
                "{} 不是格治的数据文件夹，里面有别的内容，请另选一个空文件夹。",
                "{} is no data folder of Gezhi's and holds other things: choose an empty one.",
            ).format(folder)
        )


def _entries(top: Path, besides: list[Path]) -> Iterator[Path]:
    """Yield a folder and all that lies in it, but for some folders; links are not followed."""
    yield top
    for folder, folders, files in os.walk(top):
        here = Path(folder)
        folders[:] = [name for name in folders if here / name not in besides]
        yield from (here / name for name in (*folders, *files) if not (here / name).is_symlink())


def _tighten(path: Path) -> None:
    try:
        if _is_wide(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    except FileNotFoundError:
        return  # gone meanwhile


def _is_wide(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)
