"""What the stories share beside the town: the timers, moved by hand."""

import pytest

from app.cases import jobs


@pytest.fixture
def sweep(app):
    """Let the timers look once, as the scheduler does; return how many clocks and how many asks they stepped."""

    def look():
        with app.app_context():
            return jobs.sweep_clocks(), jobs.sweep_asks()

    return look
