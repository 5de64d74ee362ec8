"""Begin with what takes long: left to the end, it would keep one processor busy and the others waiting."""

import pytest

LONG = (
    "tests/demo/test_play.py",
    "tests/browser/",
    "tests/crash/",
    "tests/fuzz/",
    "tests/up/",
    "tests/races/",
    "tests/test_worker.py",
    "tests/stories/test_readme.py",
    "tests/plugins/test_browser_missing.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))
    )
