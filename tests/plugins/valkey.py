"""Valkey: one server per session, emptied before each test that uses it."""

from collections.abc import Iterator

import pytest

from tests.support import valkey as support


@pytest.fixture(scope="session")
def _valkey_server() -> Iterator[support.Valkey]:
    with support.running() as server:
        yield server


@pytest.fixture
def valkey(_valkey_server: support.Valkey) -> support.Valkey:
    """An empty Valkey server: `valkey.url`, `valkey.client`. To kill one, run your own: `tests.support.valkey`."""
    _valkey_server.client.flushall()
    return _valkey_server
