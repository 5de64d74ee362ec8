"""Bring the database to the newest migration, unless a newer Gezhi has been there."""

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core.db import db
from app.factory import MIGRATIONS
from app.up.refused import Refused


def bring_up_to_date(app: Flask) -> bool:
    """Migrate; tell whether the database was empty before. Raise Refused when it cannot be read or is newer."""
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
    return not found


def _found() -> set[str]:
    try:
        with db.engine.connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads())
    except DBAPIError as error:
        raise Refused(
            f"无法打开数据库（{error.orig}），请检查地址与权限。The database cannot be opened: check its address."
        ) from error
