"""Let no test leave settings behind: every program that is started later in the same run would inherit them."""

import os
from collections.abc import Iterator

import pytest

_PYTESTS_OWN = "PYTEST_CURRENT_TEST"


@pytest.fixture(autouse=True)
def _environment_stays() -> Iterator[None]:
    before = _settings()
    yield
    after = _settings()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        os.environ.update(before)
        for name in changed:
            if name not in before:
                del os.environ[name]
        names = ", ".join(changed)
        pytest.fail(f"left in the environment: {names}; set it by monkeypatch, or take it away in the code")


def _settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != _PYTESTS_OWN}
