"""Files are written outside of requests, begun anew where a process was lost, and given up at last."""

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.transaction import transaction
from app.frame.exports import jobs, service
from app.frame.exports.models import Export, ExportStatus
from tests.desk.browser import Desk
from tests.support.elements import elements
from tests.support.exports import URL, links, listed, order, status
from tests.support.until import until


def test_a_file_that_breaks_off_is_begun_anew_and_given_up_in_the_end(app, town):
    desk = Desk(app, town.acceptor)
    order(desk, "desk_cases")
    with app.app_context():
        for attempt in range(service.ATTEMPTS_MOST):
            with transaction():
                export_id = service.claim()
            assert export_id is not None, attempt
            jobs.settle(export_id, well=False)
        assert jobs.work() == 0
    assert ["几次都没有写完" in state for state, _ in listed(desk)] == [True]


def test_what_a_lost_process_has_left_is_taken_up(app, town, clock):
    desk = Desk(app, town.acceptor)
    order(desk, "desk_cases")
    with app.app_context():
        with transaction():
            assert service.claim()
        with transaction():
            assert service.claim() is None
        clock.tick(seconds=service.LEASE.total_seconds() + 1)
        assert jobs.work() == 1


def test_a_file_that_takes_its_process_down_is_given_up_at_last(app, town, clock):
    desk = Desk(app, town.acceptor)
    order(desk, "desk_cases")
    with app.app_context():
        for _ in range(service.ATTEMPTS_MOST):
            with transaction():
                assert service.claim()
            clock.tick(seconds=service.LEASE.total_seconds() + 1)
        with transaction():
            assert service.claim() is None
        assert jobs.work() == 0
    assert ["几次都没有写完" in state for state, _ in listed(desk)] == [True]
    town.drain()
    assert [one["kind"] for one in town.acceptor.get("notices").get_json()["items"]] == ["export_failed"]


def test_progress_is_shown_while_a_file_is_written(app, town):
    desk = Desk(app, town.acceptor)
    order(desk, "desk_cases")
    assert elements(desk.part(f"{URL}progress").text, "div", hx_trigger="every 2s", hx_get=f"{URL}progress")
    with app.app_context():
        with transaction():
            export_id = service.claim()
        with transaction():
            service.note(export_id, 500, 2_000)
    assert elements(desk.part(f"{URL}progress").text, "progress", max="2000", value="500")


@pytest.mark.own_database
def test_the_scheduler_has_files_written_by_a_process_of_its_own(app, town):
    town.worker.report()
    desk = Desk(app, town.acceptor)
    order(desk, "desk_cases", kind="xlsx")
    with app.app_context():

        def ready():
            jobs.sweep()
            return db.session.scalars(select(Export.status)).all() == [ExportStatus.READY]

        until(ready, "a file")
    assert status(desk, links(desk)[0]) == 200
