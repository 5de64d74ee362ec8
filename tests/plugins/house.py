"""Processes for tests under fire: one process per session that forks parts."""

from collections.abc import Iterator

import pytest

from tests.support import house


@pytest.fixture(scope="session")
def zygote() -> Iterator[house.Zygote]:
    """Fork Gezhi's parts from one process that has imported everything."""
    with house.zygote() as found:
        yield found
