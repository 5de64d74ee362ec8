"""`town`: a county at work, founded once per process and database; every test moves into a copy of its own."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from flask import Flask

from app.catalogue import queries as catalogue
from app.core import clock
from app.core.db import db
from app.departments import queries as departments
from app.factory import create_app
from app.grids import queries as grids
from tests.factories.town import Town
from tests.plugins.application import CHEAP, MONDAY_MORNING
from tests.support.databases import Database, PostgresTemplate, SqliteTemplate


def found(url: str) -> Town:
    """Found a town on a migrated database, and sign its people in."""
    app = create_app({"DATABASE_URL": url, "REDIS_URL": None, **CHEAP})
    with clock.at(MONDAY_MORNING):
        town = Town(app)
        town.sign_in()
        with app.app_context():
            _ = catalogue.catalogue(), grids.grid_tree(), departments.directory()  # what every test would read again
    with app.app_context():
        db.engine.dispose()
    return town


@pytest.fixture(scope="session")
def sqlite_town(sqlite_template: SqliteTemplate) -> SqliteTemplate:
    return sqlite_template.further(found)


@pytest.fixture(scope="session")
def postgres_town(postgres_template: PostgresTemplate) -> Iterator[PostgresTemplate]:
    template = postgres_template.further(found)
    yield template
    template.close()


@pytest.fixture
def town(app: Flask, database: Database) -> Town:
    """The small county of `tests/factories/town.py` with its people; nobody else sees this one."""
    founded: Town = database.contents
    kept = founded.app.extensions["gezhi_references"]
    app.extensions["gezhi_references"] = {each: (number, _own(read)) for each, (number, read) in kept.items()}
    return founded.moved_to(app)


def _own(read: Any) -> Any:
    """Copy the dicts in which reference data keeps what it was asked for; all else in it is frozen."""
    if not is_dataclass(read) or isinstance(read, type):
        return read
    values = {each.name: getattr(read, each.name) for each in fields(read)}
    return replace(read, **{name: dict(value) for name, value in values.items() if type(value) is dict})
