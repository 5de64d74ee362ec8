"""Bring the database to the newest migration, unless a newer Gezhi has been there."""

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from app.core import restoration
from app.core.commands import CommandError
from app.core.db import db
from app.factory import MIGRATIONS
from app.identity import staff_telephones
from app.up import compaction
from workflows.words import Words


def is_new(app: Flask) -> bool:
    """Tell whether no migration has been here yet. Raise CommandError when the database cannot be read."""
    with app.app_context():
        try:
            revisions = _revisions()
            refuse_half_restored()
            return not revisions
        finally:
            db.engine.dispose()


def bring_up_to_date(app: Flask) -> None:
    """Migrate, however long it takes. Raise CommandError when it cannot be read, is newer, or not to be served."""
    with app.app_context():
        revisions = _revisions()
        refuse_half_restored()
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if not revisions <= known:
            raise CommandError(
                Words(
                    "数据库版本（{}）比本程序新，请升级程序后再启动。",
                    "The database was made by a newer version of Gezhi: upgrade the program first.",
                ).format("、".join(sorted(revisions - known)))
            )
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        staff_telephones.seal_open_ones()  # with keys that no migration has; broken off, it goes on at the next start
        compaction.leave_nothing_behind()
        db.engine.dispose()


def refuse_to_serve(app: Flask) -> None:
    """Raise CommandError when one part alone must not begin; where the database is away, it waits for it as ever."""
    with app.app_context():
        try:
            refuse_half_restored()
        except DBAPIError:
            return
        finally:
            db.engine.dispose()


def refuse_half_restored() -> None:
    """Raise CommandError when a restore into this data folder or database has not come to its end."""
    if restoration.stage() is not None:
        raise CommandError(
            Words(
                "数据是一次没有完成、或没有核对通过的恢复，不能启动：请清空数据库和附件后重新恢复；核对出的差错可以接"
                "受时，运行 gezhi restore --accept。",
                "What is here comes from a restore that did not end, or was not found sound: empty the target and "
                "restore again, or run gezhi restore --accept.",
            )
        )


def _revisions() -> set[str]:
    try:
        with db.engine.connect() as connection:
            heads = set(MigrationContext.configure(connection).get_current_heads())
            if not heads and inspect(connection).get_table_names():
                raise CommandError(
                    Words(
                        "数据库中有不属于格治的表，请换一个数据文件夹或数据库。",
                        "The database holds tables that are not Gezhi's: choose another folder or database.",
                    )
                )
            return heads
    except DBAPIError as error:
        raise CommandError(
            Words(
                "无法打开数据库（{}），请检查地址与权限。", "The database cannot be opened: check its address."
            ).format(error.orig)
        ) from error
