"""What takes long comes first, so that no processor is left alone with it at the end; `--fast` leaves it out."""

from pathlib import Path

import pytest

LONG = (
    "tests/demo/",
    "tests/browser/",
    "tests/crash/",
    "tests/fuzz/",
    "tests/up/",
    "tests/races/",
    "tests/test_worker.py",
    "tests/backup/",
    "tests/cases/test_rows_read.py",
    "tests/campaigns/test_costs_of_campaigns.py",
    "tests/core/storage/test_bucket.py",
    "tests/attachments/test_in_a_bucket.py",
    "tests/stories/test_readme.py",
    "tests/plugins/test_browser_missing.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast", action="store_true",
        help="no browsers, processes of our own, fuzzing, whole counties, histories; SQLite unless --db says otherwise",
    )  # fmt: skip


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what takes long where that is asked for."""
    if not config.getoption("--fast") or not collection_path.is_relative_to(config.rootpath):
        return None
    path = collection_path.relative_to(config.rootpath).as_posix()
    return f"{path}/".startswith(tuple(f"{name.rstrip('/')}/" for name in LONG)) or None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))
    )
