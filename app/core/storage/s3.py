"""How we speak to an S3 service, and what becomes of its faults."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.core.aside import Aside
from app.core.logs import log
from app.core.storage.promise import StorageAway

AT_ONCE = 8  # requests to the service from one process; our figure
aside = Aside(AT_ONCE)  # the client waits in its own code


def connect(bucket: str, prefix: str) -> S3Store:
    """Return a client; its threads do not live on in a process that is forked after its first call."""
    return S3Store(
        bucket,
        prefix=prefix or None,
        # whoever writes an address that begins with http:// means it
        client_options={"allow_http": True, "connect_timeout": "1s", "read_timeout": "10s", "timeout": "60s"},
        retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=10)},
    )


@contextmanager
def as_away() -> Iterator[None]:
    """Turn whatever the service or the way to it failed at into StorageAway; the log says what it was."""
    try:
        yield
    except BaseError as error:
        log.error("storage.failed", fault=type(error).__name__, text=str(error).partition("\n")[0])
        raise StorageAway from error


def listed(store: S3Store, folder: str) -> Iterator[tuple[str, float]]:
    """Yield the path of each object in a folder and how many seconds ago it was written."""
    for objects in store.list(f"{folder}/"):
        for page in objects:
            yield page["path"], time.time() - page["last_modified"].timestamp()


def age_seconds(store: S3Store, path: str) -> float | None:
    """Return how many seconds ago an object was written; None if it is not there."""
    try:
        return time.time() - store.head(path)["last_modified"].timestamp()
    except FileNotFoundError:
        return None
