"""By which version of our rules a request is loaded: a repeat is read as the version that took it first has read it.

What was asked for is kept as a digest of the loaded request. Whoever changes what an accepted request is loaded as
(folds a text, adds a default, drops what was kept) raises `CURRENT`, and lets the changed field ask `version()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# 1: texts were kept with their padding, and devices' hints that nobody could use were refused
# 2: a return without `reason_code` was loaded as one with the code `other`
CURRENT = 3
_version: ContextVar[int] = ContextVar("loading", default=CURRENT)


def version() -> int:
    """Return the version by whose rules requests are loaded here."""
    return _version.get()


@contextmanager
def as_of(version: int) -> Iterator[None]:
    """Load by the rules of a version inside the block."""
    token = _version.set(version)
    try:
        yield
    finally:
        _version.reset(token)
