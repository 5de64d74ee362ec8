"""Figures of the board: each equals the list behind it, and everybody sees the figures of his own ground only."""

from datetime import date, datetime, timedelta

from app.board import milestone_rows, queries, words
from app.core.clock import LOCAL
from app.grids.levels import Level
from tests.board.boards import as_person, closed, forced, page
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, EAST, GRIDS, INSIDE, WEST
from tests.factories.lively import lively
from tests.factories.town import GRID, HERE, WAGES
from tests.support.elements import rows_of
from tests.support.exports import taken

FAR = INSIDE[GRIDS[2]]  # in the eastern township
CLASSES = {"form": {"people_count": 2}}


def total(person, **filters):
    """How many cases the list shows."""
    return queries.page(person, filters, None, 200).total


def test_every_figure_is_the_length_of_its_list(app, town, clock):
    lively(town, clock)
    forced(town)
    with app.app_context():
        for actor in (town.supervisor, town.township, town.leader):
            person = as_person(actor)
            counts = queries.glance(person, words.TILES)
            assert counts == {name: total(person, show=name) for name in words.TILES}
            listed = {name: len(queries.page(person, {"show": name}, None, 200).items) for name in words.TILES}
            assert counts == listed
    assert all(counts[name] for name in ("open", "overdue", "reported_today", "forced", "forced_lately"))


def test_a_township_supervisor_sees_the_figures_of_the_township_only(app, town):
    east, west = (town.hire("supervisor", "grid", code) for code in (EAST, WEST))
    town.worker.report()
    town.worker.report()
    town.hire("grid_worker", "grid", GRIDS[2]).report(at=FAR)
    with app.app_context():
        shown = {actor: queries.glance(as_person(actor), ["open"])["open"] for actor in (town.supervisor, east, west)}
        assert list(shown.values()) == [3, 1, 2]
        townships = queries.grids(as_person(west), Level.TOWNSHIP, 30)
        assert [(one.node.code, one.open) for one in townships] == [(WEST, 2)]
        assert {one.node.code[:9] for one in queries.grids(as_person(east), Level.GRID, 30)} == {EAST}
        assert sum(one.reported for one in queries.trend(as_person(east), 30)) == 1


def test_confidential_cases_count_only_for_those_who_may_read_them(app, town):
    town.worker.report(WAGES, **CLASSES)
    town.worker.report()
    with app.app_context():
        seeing, others = as_person(town.acceptor), as_person(town.township)
        assert queries.glance(seeing, ["open"]) == {"open": 2}
        assert queries.glance(others, ["open"]) == {"open": 1}
        assert [one.code for one in queries.classes(others, 30)] == ["0102"]
        assert sum(one.open for one in queries.grids(others, Level.GRID, 30)) == 1
        assert total(others, class_=WAGES) == 0


def test_days_are_those_of_the_county(app, town, clock):
    for hour in (23, 24):  # half past eleven in the evening, and half an hour after midnight
        clock.set(datetime(2026, 11, 23, tzinfo=LOCAL) + timedelta(hours=hour, minutes=30))
        town.worker.report()
    with app.app_context():
        person = as_person(town.supervisor)
        days = queries.trend(person, 30)
        assert len(days) == 30
        assert [(one.day, one.reported) for one in days[-2:]] == [(date(2026, 11, 23), 1), (date(2026, 11, 24), 1)]
        assert queries.glance(person, ["reported_today"]) == {"reported_today": 1}
        monday = {"reported_from": date(2026, 11, 23), "reported_to": date(2026, 11, 23)}
        assert total(person, **monday) == 1
        assert queries.grids(person, Level.GRID, 30)[0].reported == {date(2026, 11, 23): 1, date(2026, 11, 24): 1}


def test_a_closing_by_force_is_no_ordinary_closing(app, town):
    closed(town)
    forced(town)
    with app.app_context():
        person = as_person(town.supervisor)
        assert queries.glance(person, ["closed", "closed_today", "forced", "forced_lately"]) == {
            "closed": 1, "closed_today": 1, "forced": 1, "forced_lately": 1,
        }  # fmt: skip
        last = queries.trend(person, 30)[-1]
        assert (last.reported, last.closed, last.forced) == (2, 1, 1)


def test_what_is_put_off_is_neither_done_nor_late_and_stands_apart(app, town, clock):
    """Put off on Monday until 21 December; reviewed by the day after: on the 24th the review is late, and no case."""
    case = town.housing.act(town.handling(), "ask_deferral", review_on="2026-12-21", reason="冬季不宜施工")
    clock.tick(days=1)
    town.leader.act(case, "grant_deferral")
    town.worker.report()
    day = date(2026, 11, 24)
    with app.app_context():
        person = as_person(town.supervisor)
        days = {one.day: (one.reported, one.closed, one.deferred) for one in queries.trend(person, 30)[-2:]}
        assert days == {date(2026, 11, 23): (1, 0, 0), day: (1, 0, 1)}
        assert total(person, deferred_from=day, deferred_to=day) == 1
        assert queries.glance(person, ["deferred_today", "deferred", "open"]) == {
            "deferred_today": 1, "deferred": 1, "open": 2,
        }  # fmt: skip
    clock.set(datetime(2026, 12, 24, 9, tzinfo=LOCAL))  # both limits of the case, as they stood, are long over
    with app.app_context():
        person = as_person(town.supervisor)
        shown = queries.glance(person, ["overdue", "due_today", "deferred", "deferred_today", "to_review"])
        assert shown == {"overdue": 1, "due_today": 0, "deferred": 1, "deferred_today": 0, "to_review": 1}
        (garbage,) = queries.classes(person, 30)
        assert (garbage.open, garbage.overdue, garbage.deferred) == (2, 1, 1)
        assert sum(one.overdue for one in queries.grids(person, Level.GRID, 30)) == 1


def test_what_stands_still_is_late_in_no_list_and_no_file_by_the_limit_of_the_whole_case(app, town, clock):
    case = town.housing.act(town.handling(), "ask_deferral", review_on="2027-02-01", reason="冬季不宜施工")
    town.leader.act(case, "grant_deferral")
    clock.set(datetime(2026, 12, 24, 9, tzinfo=LOCAL))
    assert town.leader.get("cases", overdue="true").get_json()["items"] == []
    assert len(town.leader.get("cases", overdue="false").get_json()["items"]) == 1
    waiting = {one["queue"]: one["overdue"] for one in town.leader.get("queues").get_json()["items"]}
    assert waiting["deferred"] == 0
    at_board, at_desk = page(town, town.supervisor, "/board/cases", show="deferred"), Desk(app, town.leader)
    for shown in (at_board, at_desk.get("/desk/queues/deferred")):
        cells = [cell for row in rows_of(shown.text) for cell in row]
        assert [cell for cell in cells if case["number"] in cell]
        assert [cell for cell in cells if "超时" in cell] == []
    heading, row = taken(app, Desk(app, town.supervisor), "board_cases", "show=deferred")
    said = dict(zip(heading, row, strict=True))
    assert (said["状态"], said["挂账至"], said["时限"][:10]) == ("挂账", "2027-02-01 09:00", "2027-02-02")


def test_a_case_put_off_twice_in_a_day_is_one(app, town, clock):
    case = town.housing.act(town.handling(), "ask_deferral", review_on="2026-12-21", reason="冬季不宜施工")
    case = town.leader.act(case, "grant_deferral")
    town.housing.act(case, "resume")
    county = town.hire("county_leader", "grid", COUNTY)
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-22", reason="又降温")
    county.act(case, "grant_deferral")
    with app.app_context():
        person = as_person(town.supervisor)
        assert (
            queries.trend(person, 30)[-1].deferred == queries.glance(person, ["deferred_today"])["deferred_today"] == 1
        )


def test_a_reopened_case_is_closed_no_more(app, town):
    case = closed(town)
    town.supervisor.act(case, "spot_check", solved=False)
    with app.app_context():
        assert queries.glance(as_person(town.supervisor), ["reopen_wanted", "closed"]) == {
            "reopen_wanted": 1, "closed": 1,
        }  # fmt: skip
    town.supervisor.act(case, "reopen", reason="没有解决")
    with app.app_context():
        assert queries.glance(as_person(town.supervisor), ["reopen_wanted", "closed", "open"]) == {
            "reopen_wanted": 0, "closed": 0, "open": 1,
        }  # fmt: skip


def test_what_can_be_reopened_no_more_is_no_figure(app, town, clock):
    case = closed(town)
    town.supervisor.act(case, "spot_check", solved=False)
    clock.set(datetime.fromisoformat(case["closed_at"]) + timedelta(days=30))
    with app.app_context():
        person = as_person(town.supervisor)
        assert queries.glance(person, ["reopen_wanted"]) == {"reopen_wanted": 1}
        clock.tick(seconds=1)
        assert queries.glance(person, ["reopen_wanted"]) == {"reopen_wanted": 0}
        assert queries.page(person, {"show": "reopen_wanted"}, None, 5).total == 0


def test_classes_count_what_came_and_what_stands_and_name_what_has_none(app, town, clock):
    town.worker.report(None)
    town.worker.report()
    town.worker.act(town.worker.report().get_json(), "withdraw")
    clock.tick(days=40)
    with app.app_context():
        person = as_person(town.supervisor)
        assert {one.code: (one.reported, one.open) for one in queries.classes(person, 30)} == {
            None: (0, 1),
            "0102": (0, 1),
        }
        assert {one.code: (one.reported, one.open) for one in queries.classes(person, 90)} == {
            None: (1, 1),
            "0102": (2, 1),
        }
        assert all(one.overdue == one.open for one in queries.classes(person, 30))
        assert total(person, class_=queries.NO_CLASS) == 1


def test_a_case_counts_at_every_level_above_its_grid(app, town):
    town.worker.report()
    town.next_worker.report(at=INSIDE[GRIDS[1]])
    with app.app_context():
        person = as_person(town.supervisor)
        for level, codes in ((Level.TOWNSHIP, [WEST]), (Level.GRID, [GRID, GRIDS[1]])):
            counted = [one for one in queries.grids(person, level, 30) if one.open]
            assert [one.node.code for one in counted] == codes
            assert all(one.open == total(person, show="open", grid=one.node.code) for one in counted)
        assert total(person, grid=COUNTY) == 2


def test_pages_follow_one_another_without_loss(app, town, clock):
    for _ in range(5):
        town.worker.report(at=HERE)
        clock.tick(minutes=1)
    with app.app_context():
        person, after, seen = as_person(town.supervisor), None, []
        while True:
            page = queries.page(person, {}, after, 2)
            seen += [row.case_id for row in page.items]
            assert page.total == 5
            if page.next is None:
                break
            after = page.next
    assert len(seen) == len(set(seen)) == 5


def test_figures_take_few_statements_however_many_cases(app, town, query_count):
    for _ in range(4):
        town.worker.report()
    with app.app_context():
        person = as_person(town.supervisor)
        queries.grids(person, Level.GRID, 30)  # reads the tree, once
        for most, ask in (
            (1, lambda: queries.glance(person, words.AT_A_GLANCE)),
            (1, lambda: queries.trend(person, 90)),
            (1, lambda: milestone_rows.counts(person)),
            (1, lambda: queries.classes(person, 30)),
            (2, lambda: queries.grids(person, Level.GRID, 30)),
            (2, lambda: queries.page(person, {"show": "open"}, None, 50)),
        ):
            with query_count() as statements:
                ask()
            assert len(statements) <= most
