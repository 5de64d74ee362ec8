"""What the migrations make is what the models say, on both databases; and everything goes down and up again."""

from uuid import uuid4

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, String, event, func, inspect, select, text

from app.core.db import db
from app.factory import MIGRATIONS
from tests.factories.town import GRID, WATER, Town
from tests.migrations.test_chain import scripts

NAMES = {("cases", "external_no"), ("department_aliases", "alias")}  # what people call it: looked up, never ordered
# rows that belong to no case and that everybody may hold: on a cluster they are on every node
PLACE_OR_GRID = next(script for script in scripts() if script.path.endswith("_place_or_grid.py"))
REFERENCE = {
    "campaigns", "catalogue_documents", "departments", "grids", "object_imports", "objects", "people",
    "resident_imports", "residents",
    "roles", "rounds",
}  # fmt: skip


@pytest.fixture
def owned(database, make_app):
    """An application on a database of its own."""
    app = make_app()
    with app.app_context():
        yield app


def differences():
    """What autogenerate would write."""
    options = {"compare_type": True, "compare_server_default": True, "target_metadata": db.metadata}
    return compare_metadata(MigrationContext.configure(db.session.connection(), opts=options), db.metadata)


def checks(inspector):
    """The names of check constraints by table."""
    return {table: {each["name"] for each in inspector.get_check_constraints(table)} for table in db.metadata.tables}


def partial_indexes(kind):
    """The names of indexes with a condition, as the database has them."""
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
        if kind == "sqlite"
        else "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%WHERE%'"
    )
    return set(db.session.scalars(text(catalogue)))


def test_the_models_say_what_the_migrations_made(owned, database_kind):
    assert differences() == []
    said = {
        name: {each.name for each in table.constraints if isinstance(each, CheckConstraint) and each.name}
        for name, table in db.metadata.tables.items()
    }
    assert checks(inspect(db.session.connection())) == said
    where = f"{'sqlite' if database_kind == 'sqlite' else 'postgresql'}_where"
    partial = {
        index.name
        for table in db.metadata.tables.values()
        for index in table.indexes
        if index.kwargs.get(where) is not None
    }
    assert partial_indexes(database_kind) == partial


def test_a_difference_would_be_seen(owned):
    db.session.execute(text("ALTER TABLE roles ADD COLUMN forgotten INTEGER"))
    assert [change[0] for change in differences()] == ["remove_column"]


@pytest.mark.own_database
def test_a_filled_database_goes_down_and_up_again_step_by_step(app, town):
    town.dispatched(assist=[WATER])
    with app.app_context():
        for script in reversed(scripts()):
            _go(flask_migrate.downgrade, script.down_revision or "base")
            _go(flask_migrate.upgrade, script.revision)
            _go(flask_migrate.downgrade, script.down_revision or "base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        _go(flask_migrate.upgrade, "head")
        assert differences() == []
    Town(app).dispatched()


@pytest.mark.own_database
def test_a_case_without_a_point_outlives_a_version_that_knows_of_none(app, town):
    case = town.worker.send("PUT", f"cases/{uuid4()}", {"class": None, "description": "某处", "grid": GRID}).get_json()
    with app.app_context():
        _go(flask_migrate.downgrade, PLACE_OR_GRID.down_revision)
        assert db.session.execute(text("SELECT lon, lat FROM cases")).one() == (0, 0)  # no place, as ever
        _go(flask_migrate.upgrade, "head")
        assert db.session.execute(text("SELECT lon, lat FROM cases")).one() == (None, None)
    assert (town.worker.read(case)["place"], town.worker.read(case)["lon"]) == ("grid", None)


@pytest.mark.own_database
def test_rows_of_other_rooms_outlive_a_step_down_and_up(app, town):
    town.filed()
    with app.app_context():
        before = _counts()
        newest = scripts()[-1]
        _go(flask_migrate.downgrade, newest.down_revision)
        left = set(inspect(db.engine).get_table_names())
        _go(flask_migrate.upgrade, "head")
        assert {name: number for name, number in _counts().items() if name in left} == {
            name: number for name, number in before.items() if name in left
        }
    assert before["cases"] == 1


def _go(command, revision):
    db.session.remove()
    command(directory=str(MIGRATIONS), revision=revision)


def _counts():
    tables = db.metadata.tables.values()
    counts = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}
    db.session.rollback()
    return counts


def test_codes_and_paths_are_compared_byte_by_byte_on_postgresql(owned, database_kind):
    if database_kind == "sqlite":
        pytest.skip("SQLite compares bytes anyway")
    wanted_columns = "table_name, column_name, collation_name"
    columns = db.session.execute(
        text(f"SELECT {wanted_columns} FROM information_schema.columns WHERE table_schema = 'public'")  # noqa: S608
    )
    collated = {(table, column): collation for table, column, collation in columns}
    wanted = [
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String) and (_is_key(table, column) or _is_code(column))
        if (table.name, column.name) not in NAMES
    ]
    assert ("grids", "path") in wanted
    wrong = [f"{table}.{column}" for table, column in wanted if collated[table, column] != "C"]
    assert not wrong, f"use Code(n) for what is a key, a path or a word of ours: {wrong}"


def _is_key(table, column):
    indexed = {each.name for index in table.indexes for each in index.columns}
    return column.primary_key or column.unique or bool(column.foreign_keys) or column.name in indexed


def _is_code(column):
    return column.name.endswith(("code", "path", "kind", "state", "action")) or column.name == "hash"


def test_foreign_keys_lead_to_the_case_or_to_reference_tables():
    for table in db.metadata.tables.values():
        for key in table.foreign_keys:
            target = key.column.table.name
            by_case = (key.parent.name, key.target_fullname) == ("case_id", "cases.case_id")
            assert by_case or target in REFERENCE, f"{table.name}.{key.parent.name} -> {key.target_fullname}"


def test_what_a_case_owns_has_the_case_first_in_its_key():
    for table in db.metadata.tables.values():
        keys = [column.name for column in table.primary_key]
        if any(key.target_fullname == "cases.case_id" for key in table.foreign_keys) or "case_id" in keys:
            assert keys[0] == "case_id", table.name


def test_no_number_of_a_case_is_unique_by_constraint():
    numbers = [index for index in db.metadata.tables["cases"].indexes if "number" in index.columns]
    assert numbers
    assert not any(index.unique for index in numbers)


@pytest.mark.own_database
def test_a_migration_may_take_longer_than_a_statement_of_the_application(owned, database_kind):
    if database_kind != "postgres":
        pytest.skip("SQLite has no limit for a statement")
    limits = set()

    @event.listens_for(db.engine, "after_cursor_execute")
    def note_limit(connection, cursor, statement, *_):
        if statement.lstrip().startswith(("CREATE TABLE", "DROP TABLE")):
            with connection.connection.cursor() as other:
                limits.update(other.execute("SHOW statement_timeout").fetchone())

    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
    flask_migrate.upgrade(directory=str(MIGRATIONS))
    assert limits == {"0"}
