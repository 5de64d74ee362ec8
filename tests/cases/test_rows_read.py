"""What a request reads belongs to what it shows, and not to all that has ever happened."""

from datetime import timedelta
from io import BytesIO

from app.admin import empty_rungs
from app.cases import jobs, recounts
from app.core import clock
from app.frame import sheets
from tests.board.boards import page
from tests.desk.browser import Desk
from tests.factories.grids import VILLAGES
from tests.factories.residents import PHONE
from tests.factories.town import GARBAGE, GRID, HERE
from tests.plugins.application import MONDAY_MORNING
from tests.plugins.histories import GROWTH
from tests.support.rows_read import rows_read

TITLES = ("编号", "描述", "网格", "来源")


def test_requests_of_every_day_read_no_more_after_ten_times_as_many_cases(histories):
    near = {"lon": HERE[0], "lat": HERE[1], "class": GARBAGE}
    histories.hold("the queue", lambda town: town.acceptor.get("cases", queue="to_accept"))
    histories.hold("one case", lambda town: town.acceptor.get(f"cases/{town.case['case_id']}"))
    histories.hold("around a place", lambda town: town.worker.get("cases/near", **near))
    histories.hold("changes", lambda town: town.worker.send("POST", "sync", {"cursor": town.cursor}))


def test_what_supervisors_look_at_reads_what_runs_and_not_what_ever_did(histories):
    def board(path, **query):
        return lambda town: page(town, town.supervisor, f"/board/{path}", **query)

    for show in (None, "running", "late", "reached"):
        histories.hold(f"milestones: {show}", board("milestones", **({"show": show} if show else {})))
    for show in (None, "waiting", "answered", "lifted", "late"):
        histories.hold(f"supervision orders: {show}", board("supervisions", **({"show": show} if show else {})))


def test_what_is_kept_beside_cases_is_read_by_the_page(histories):
    histories.hold("messages", lambda town: town.housing.get("notices"))
    histories.hold("unread messages", lambda town: town.housing.get("notices", unread="true"))
    histories.hold("the bell", lambda town: page(town, town.housing, "/notices/bell"))
    histories.hold("shifts handed over", lambda town: town.duty.get("duty/handovers"))
    histories.hold("who is on duty", lambda town: town.duty.get("duty"))
    histories.hold("duty at the desk", lambda town: page(town, town.duty, "/desk/duty/"))
    histories.hold("who is on duty, at the desk", lambda town: page(town, town.duty, "/desk/duty/now"))
    histories.hold("one's own files", lambda town: page(town, town.leader, "/exports/"))
    histories.hold("the admission list", lambda town: page(town, town.leader, "/admissions/"))
    histories.hold("the calendars and how far a recount is", lambda town: page(town, town.admin, "/admin/calendars/"))


def test_parts_within_a_department_are_found_among_those_that_are_owed(histories):
    histories.hold("parts to do", lambda town: town.handler.get("cases", queue="sub_to_do"))
    histories.hold("parts given away", lambda town: town.housing.get("cases", queue="sub_given"))
    histories.hold("orders to answer", lambda town: town.housing.get("cases", queue="to_answer"))
    histories.hold("all queues of a department", lambda town: town.housing.get("queues"))


def test_rounds_are_read_by_the_page_and_counted_by_their_days(histories):
    since = (clock.local(MONDAY_MORNING) - timedelta(days=30)).date().isoformat()
    for name, ask in {"all": {}, "one's own": {"mine": "true"}, "of a state": {"state": "done"}}.items():
        histories.hold(f"rounds that one does: {name}", lambda town, ask=ask: town.worker.get("rounds", **ask))
        histories.hold(f"rounds of a county: {name}", lambda town, ask=ask: town.duty.get("rounds", **ask))
    histories.hold("rounds of a village", lambda town: town.duty.get("rounds", grid=VILLAGES[0], **{"from": since}))
    histories.hold("rounds of late", lambda town: town.duty.get("rounds", **{"from": since}))
    histories.hold("how the plans stand", lambda town: town.duty.get("rounds/plans", **{"from": since}))
    histories.hold("rounds at the desk", lambda town: page(town, town.duty, "/desk/rounds/"))
    histories.hold("rounds missed, at the desk", lambda town: page(town, town.duty, "/desk/rounds/?state=missed"))
    histories.hold("plans of rounds", lambda town: page(town, town.admin, "/admin/rounds/"))
    cursors = {town: rounds_followed(town) for town in histories.towns}
    histories.hold("rounds, read for the first time", lambda town: town.worker.send("POST", "sync", follow(town, None)))
    histories.hold("changes of rounds", lambda town: town.worker.send("POST", "sync", follow(town, cursors[town])))


def follow(town, cursor):
    """What a phone asks for that has read all cases, and follows the rounds of its owner."""
    return {"cursor": town.cursor, "streams": {"rounds": {"cursor": cursor}}}


def rounds_followed(town):
    """How far a phone has read that has all rounds of its owner."""
    cursor, more = None, True
    while more:
        stream = town.worker.send("POST", "sync", follow(town, cursor)).get_json()["streams"]["rounds"]
        cursor, more = stream["cursor"], stream["more"]
    return cursor


def test_warnings_are_read_by_the_page_and_their_picture_by_their_receipts(histories):
    histories.hold("warnings", lambda town: town.duty.get("warnings"))
    histories.hold("warnings that hold", lambda town: town.duty.get("warnings", open="true"))
    histories.hold("a warning", lambda town: town.duty.get(f"warnings/{town.warning_id}"))
    histories.hold("warnings of a township", lambda town: town.township.get("warnings"))
    histories.hold("warnings at the desk", lambda town: page(town, town.duty, "/desk/warnings/"))
    histories.hold("warnings now", lambda town: page(town, town.duty, "/desk/warnings/now"))
    histories.hold("a picture", lambda town: page(town, town.duty, f"/desk/warnings/{town.warning_id}/picture"))


def test_residents_are_read_by_the_page_whoever_has_been_cared_for_before(histories):
    sought = {"field": "phone", "text": PHONE}
    histories.hold("residents", lambda town: town.township.get("residents"))
    histories.hold("residents of a care", lambda town: town.township.get("residents", care="elderly_alone"))
    histories.hold("a resident", lambda town: town.township.get(f"residents/{town.resident_id}"))
    histories.hold("a resident sought", lambda town: town.township.send("POST", "residents/search", sought))
    histories.hold("residents at the desk", lambda town: page(town, town.township, "/desk/residents/"))


def test_what_would_come_of_a_file_of_tickets_is_looked_up_by_its_numbers(histories):
    rows = [(f"督-{number}", "路口垃圾成堆", GRID, "上级交办") for number in range(5)]
    content = sheets.write("工单", [(title, 12) for title in TITLES], rows)

    def look(town):
        sent = {"file": (BytesIO(content), "工单.xlsx")}
        return Desk(town.app, town.acceptor).post("/desk/tickets", sent, content_type="multipart/form-data")

    histories.hold("a file of tickets", look)


def test_counting_limits_anew_goes_from_one_open_case_to_the_next(histories):
    amounts = []
    for town in histories.towns:
        with town.app.app_context(), rows_read() as read:
            assert recounts._total() > 3
            assert recounts._next(None)
        amounts.append(read.amount)
    assert amounts[1] <= GROWTH * amounts[0], amounts


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
