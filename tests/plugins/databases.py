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
    parser.addoption("--db", choices=tuple(KINDS), default="both", help="databases to test on (default: both)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "own_database: needs more than one connection, process or thread, so nothing can be rolled back"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", KINDS[metafunc.config.getoption("--db")], scope="session")


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
    """A migrated, empty database: on PostgreSQL one rolled-back connection, or its own if so marked."""
    template = request.getfixturevalue(f"{database_kind}_template")  # only the server that is asked for is started
    alone = database_kind == "sqlite" or request.node.get_closest_marker("own_database")
    with template.fresh() if alone else template.rolled_back() as found:
        yield found
