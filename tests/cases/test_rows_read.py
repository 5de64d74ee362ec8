"""What a request reads belongs to what it shows, and not to all that has ever happened."""

from tests.factories.town import GARBAGE, HERE
from tests.support.rows_read import rows_read


def test_requests_of_every_day_read_no_more_after_ten_times_as_many_cases(histories):
    near = {"lon": HERE[0], "lat": HERE[1], "class": GARBAGE}
    histories.hold("the queue", lambda town: town.acceptor.get("cases", queue="to_accept"))
    histories.hold("one case", lambda town: town.acceptor.get(f"cases/{town.case['case_id']}"))
    histories.hold("around a place", lambda town: town.worker.get("cases/near", **near))
    histories.hold("changes", lambda town: town.worker.send("POST", "sync", {"cursor": town.cursor}))


def test_whatever_reads_the_whole_history_is_seen(histories):
    amounts = []
    for town in histories.towns:
        with rows_read() as read:
            assert town.acceptor.get("cases", text="没有的").status_code == 200
        amounts.append(read.amount)
    assert amounts[1] > 5 * amounts[0]
