"""Write the database's file anew after an upgrade has encrypted personal data: older bytes lie in its free pages."""

from pathlib import Path
from sqlite3 import OperationalError

from app.core import space
from app.core.commands import echo
from app.core.db import db, is_rewriting_owed, rewrite_file
from app.core.logs import log
from workflows.words import Words

_TIMES = 2  # the new file, and the log by which it takes the place of the old one


def leave_nothing_behind() -> None:
    """Rewrite a SQLite file once; where there is no room, or somebody works in it, say what is to be done.

    Nothing waits for it: it is owed until it has been done, and tried again at each start.
    """
    if not is_rewriting_owed():
        return
    needed_mb = _TIMES * Path(str(db.engine.url.database)).stat().st_size // space.MB + 1
    if space.free_mb() < needed_mb:
        _say(Words("请腾出 {} MB 磁盘空间后", "make {} MB free").format(needed_mb))
        return
    try:
        rewrite_file()
    except OperationalError as error:
        log.warning("compacting.put_off", reason=str(error))
        _say(Words("请停下所有格治进程、看看磁盘空间后", "stop every part, look at the room on the disk"))


def _say(when: Words) -> None:
    echo(
        Words(
            "数据库文件的空闲页中可能还留有以前未加密的电话：{}再运行 gezhi migrate。",
            "Telephone numbers from before may lie in free pages of the database's file: {} and run gezhi migrate.",
        ).format(when),
        err=True,
    )
