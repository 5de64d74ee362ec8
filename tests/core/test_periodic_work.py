"""What time alone brings about runs in a county that has nothing yet: no catalogue, no grids, no people."""

import pytest

from app.core import jobs

OF_REDIS = {"heartbeat"}  # and what else wants one, which a test here has not


@pytest.mark.own_database
def test_all_periodic_work_runs_before_there_is_a_catalogue(app):
    works = [one for one in jobs.table() if one.name not in OF_REDIS]
    assert len(works) > 20
    with app.app_context():
        assert [fault for one in works if (fault := fault_of(one))] == []


def fault_of(work):
    """What a piece of periodic work fails with, and its name; nothing where it is done."""
    try:
        work.run()
    except Exception as error:
        return work.name, repr(error)
    return None
