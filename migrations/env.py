"""Run migrations on the application's database, each in its own transaction, however long it takes."""

from alembic import context
from flask import current_app
from sqlalchemy import event

from app.core.db import take_time

database = current_app.extensions["migrate"].db


def run() -> None:
    """Connect as the application does, and bring the database to the revision asked for."""
    with database.engine.connect() as connection:
        event.listen(connection, "begin", take_time)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            compare_server_default=True,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
