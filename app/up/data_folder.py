"""The data folder: made on first use, used by one `up` or `demo` at a time, keeper of this installation's secrets."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO

from app.core.commands import CommandError
from workflows.words import Words


def prepare(folder: Path) -> Path:
    """Make the folder if it is missing; raise CommandError when it cannot be written to."""
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = folder / f".trial-{os.getpid()}"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise CommandError(
            Words(
                "数据文件夹 {} 无法写入（{}），请更换文件夹或修改权限。",
                "The data folder {} cannot be written to: choose another or change its permissions.",
            ).format(folder, error.strerror)
        ) from error
    return folder


def lock(folder: Path) -> IO[str]:
    """Take the folder for this process, until the file returned is closed; raise CommandError when another has it."""
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise CommandError(
            Words(
                "数据文件夹 {} 正被另一个 gezhi（up 或 demo）使用，请先停止它，或指定其他文件夹。",
                "The data folder {} is in use by another gezhi, up or demo: stop it or choose another folder.",
            ).format(folder)
        ) from error
    return file


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret of that name, drawn by lot the first time and readable by us only."""
    file = folder / name
    if not file.exists():
        fresh = folder / f"{name}.new"  # renamed when whole, so that a crash leaves no empty secret
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
        fresh.rename(file)
    return file.read_text()
