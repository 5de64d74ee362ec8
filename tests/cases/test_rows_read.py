"""What a request reads belongs to what it shows, and not to all that has ever happened."""

from app.admin import empty_rungs
from app.cases import jobs
from tests.factories.town import GARBAGE, HERE
from tests.plugins.histories import GROWTH
from tests.support.rows_read import rows_read


def test_requests_of_every_day_read_no_more_after_ten_times_as_many_cases(histories):
    near = {"lon": HERE[0], "lat": HERE[1], "class": GARBAGE}
    histories.hold("the queue", lambda town: town.acceptor.get("cases", queue="to_accept"))
    histories.hold("one case", lambda town: town.acceptor.get(f"cases/{town.case['case_id']}"))
    histories.hold("around a place", lambda town: town.worker.get("cases/near", **near))
    histories.hold("changes", lambda town: town.worker.send("POST", "sync", {"cursor": town.cursor}))


def test_looking_for_who_can_do_it_no_longer_reads_what_is_owed_and_not_what_ever_was(histories):
    for look in (jobs.sweep_named, empty_rungs.part):
        amounts = []
        for town in histories.towns:
            town.handled()
            with town.app.app_context():
                look()
                with rows_read() as read:
                    look()
            amounts.append(read.amount)
        assert amounts[0], "nothing was counted"
        assert amounts[1] <= GROWTH * amounts[0], (look.__name__, amounts)


def test_whatever_reads_the_whole_history_is_seen(histories):
    amounts = []
    for town in histories.towns:
        with rows_read() as read:
            assert town.acceptor.get("cases", text="没有的").status_code == 200
        amounts.append(read.amount)
    assert amounts[1] > 5 * amounts[0]
