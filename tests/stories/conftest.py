"""What the stories share beside the town: the timers, moved by hand; and every story leaves sound cases behind."""

import pytest

from app.cases import jobs
from app.cases.proof import verify


@pytest.fixture(autouse=True)
def _sound(request):
    """Replay every step of the story when it has ended: the rows are what the steps say, tasks and clocks fit."""
    app = request.getfixturevalue("app") if "app" in request.fixturenames else None
    yield
    if app is not None:
        with app.app_context():
            found = [fault for fault in verify.faults(verify.VerifyScope(), verify.Tally()) if fault.table != "outbox"]
        assert not found, "\n".join(map(str, found))


@pytest.fixture
def sweep(app):
    """Let the timers look once, as the scheduler does; return how many clocks and how many asks they stepped."""

    def look():
        with app.app_context():
            return jobs.sweep_clocks(), jobs.sweep_asks()

    return look
