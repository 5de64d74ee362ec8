"""Let Python look for garbage among what tests make, not again and again among all that was imported."""

import gc

import pytest

NEW_OBJECTS = 50_000  # before the youngest are looked at; Python's own figure is for programs much smaller than this


def pytest_collection_finish(session: pytest.Session) -> None:
    """Set aside what stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
