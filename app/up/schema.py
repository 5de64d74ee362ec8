"""Bring the database to the newest migration, unless a newer Gezhi has been there."""

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core.db import db
from app.factory import MIGRATIONS
from app.up.refused import Refused


def is_new(app: Flask) -> bool:
    """Tell whether no migration has been here yet. Raise Refused when the database cannot be read."""
    with app.app_context():
        try:
            return not _found()
        finally:
            db.engine.dispose()


def bring_up_to_date(app: Flask) -> None:
    """Migrate, however long it takes. Raise Refused when the database cannot be read or is newer."""
    with app.app_context():
        found = _found()
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if not found <= known:
            raise Refused(
                f"数据库版本（{'、'.join(sorted(found - known))}）比本程序新，请升级程序后再启动。"
                "The database was made by a newer version of Gezhi: upgrade the program first."
            )
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        db.engine.dispose()


def _found() -> set[str]:
    try:
        with db.engine.connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads())
    except DBAPIError as error:
        raise Refused(
            f"无法打开数据库（{error.orig}），请检查地址与权限。The database cannot be opened: check its address."
        ) from error
