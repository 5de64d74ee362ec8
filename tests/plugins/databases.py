"""`--db sqlite|postgres|both`: every test that uses a database runs on each of them."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.databases import Database, PostgresTemplate, SqliteTemplate

KINDS = {"sqlite": ("sqlite",), "postgres": ("postgres",), "both": ("sqlite", "postgres")}
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a private folder is made in it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=tuple(KINDS), help="databases to test on (default: both; with --fast: sqlite)")


def pytest_configure(config: pytest.Config) -> None:
    config.option.db = config.option.db or ("sqlite" if config.option.fast else "both")
    for line in (
        "own_database: needs more than one connection, process or thread, so nothing can be rolled back",
        "one_database: sends no SQL that others do not send on both: the first that was asked for is enough",
        "both_databases: does, among those that do not",
    ):
        config.addinivalue_line("markers", line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = KINDS[metafunc.config.getoption("--db")]
        marks = {mark.name for mark in metafunc.definition.iter_markers()}
        if "one_database" in marks and "both_databases" not in marks:
            kinds = kinds[:1]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[SqliteTemplate]:
    memory = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None  # a commit waits for no disk
    with tempfile.TemporaryDirectory(prefix="gezhi-sqlite-", dir=memory) as folder:
        yield SqliteTemplate(Path(folder))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    with postgres.running() as server:
        template = PostgresTemplate(server)
        yield template
        template.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, database_kind: str) -> Iterator[Database]:
    """A migrated database, empty but for the town of whoever asks for `town`.

    On PostgreSQL it is one connection that is rolled back, or a database of its own if so marked.
    """
    content = "town" if "town" in request.fixturenames else "template"
    template = request.getfixturevalue(f"{database_kind}_{content}")  # only the server that is asked for is started
    alone = request.node.get_closest_marker("own_database")
    with template.fresh() if alone else template.in_turn() as made:
        yield made
