"""S3: one service per session, with an empty place in its bucket for each test that uses it."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from app.core.storage import s3
from tests.support import buckets as support


@pytest.fixture(scope="session")
def _bucket_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[support.BucketServer]:
    with support.running(tmp_path_factory.mktemp("buckets")) as server:
        yield server


@pytest.fixture
def bucket_server(_bucket_server: support.BucketServer, monkeypatch: pytest.MonkeyPatch) -> support.BucketServer:
    """A service that an application made in this test finds by its environment, holding nothing yet."""
    for name, value in _bucket_server.begin().items():
        monkeypatch.setenv(name, value)
    return _bucket_server


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass between the service's clock and ours: `later(seconds)`."""

    def pass_by(seconds: float) -> None:
        monkeypatch.setattr(s3, "time", SimpleNamespace(time=lambda: time.time() + seconds))

    return pass_by
