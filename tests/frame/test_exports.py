"""Lists as files: ordered, written outside of requests, downloaded by their maker alone, gone after a day, audited."""

import io
import re

from openpyxl import load_workbook
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.cases import export_rows
from app.core import outbox, storage
from app.core.db import db
from app.core.transaction import transaction
from app.frame.exports import jobs, registry, writer
from app.frame.exports.models import Export
from app.identity.models import AssignmentRow, PersonRow
from tests.board.boards import county_rules, put_in_force
from tests.desk.browser import Desk, path_of
from tests.factories.grids import COUNTY, EAST, GRIDS, WEST
from tests.factories.objects import component, keep
from tests.factories.residents import keep as keep_resident
from tests.factories.residents import old_woman
from tests.factories.town import COVER, GARBAGE, HOUSING, THERE
from tests.support.elements import elements, texts_of, value_of
from tests.support.exports import URL, links, listed, made, order, status, taken, write


def test_a_list_of_the_desk_is_taken_away_as_it_is_filtered(app, town):
    here = town.worker.report(address="胜利街").get_json()
    there = town.next_worker.report(COVER, at=THERE).get_json()
    desk = Desk(app, town.acceptor)
    query = value_of(desk.get("/desk/queues/to_accept?text=胜利街").text, "query")
    heading, *rows = taken(app, desk, "desk_cases", query)
    assert heading[:2] == ["编号", "状态"]
    assert [row[0] for row in rows] == [here["number"]]
    assert {row[0] for row in taken(app, desk, "desk_cases")[1:]} == {here["number"], there["number"]}
    assert taken(app, desk, "desk_cases", language="en")[0][:2] == ["Number", "State"]


def test_a_workbook_holds_the_same_and_no_formulas(app, town):
    town.worker.report(address="=HYPERLINK(1)")
    town.worker.report(address="@SUM(A1)")
    town.worker.report(address="+1")
    town.worker.report(address="-1")
    desk = Desk(app, town.acceptor)
    rows = taken(app, desk, "desk_cases")[1:]
    assert {row[5] for row in rows} == {"'=HYPERLINK(1)", "'@SUM(A1)", "'+1", "'-1"}
    sheet = load_workbook(io.BytesIO(made(app, desk, "desk_cases", kind="xlsx"))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [row[0] for row in rows]
    assert {row[5].value for row in sheet.iter_rows(min_row=2)} == {row[5][1:] for row in rows}


def unread(desk):
    """What the bell says."""
    return [one.attributes["data-unread"] for one in elements(desk.part("/notices/bell").text, "b")]


def close(town):
    """Let a case be closed."""
    case = town.checked()
    town.bring_photos(case)
    town.drain()
    return town.duty.act(case, "close")


def may_take(app, person):
    """The tables that a person may take away."""
    with app.app_context():
        seen = registry.person_of(person.id)
        return {name for name, table in registry.tables().items() if seen.may(table.permission)}


def test_nothing_that_a_person_may_not_see_is_in_any_table(app, town, admin):
    """Whatever the table: nothing of other grounds, no telephones, no citizens, nothing without a right."""
    phone, citizen = "13900001111", "王小明"
    here = town.worker.report(address=f"三单元，电话 {phone}", description=f"{citizen}来电 {phone} 反映").get_json()
    there = town.next_worker.report(COVER, at=THERE, address="河东").get_json()
    far = town.hire("grid_worker", "grid", GRIDS[2])
    with app.app_context(), transaction() as session:
        session.get_one(PersonRow, far.id).name = "周东边"
    far.get("catalogue")
    hidden = {
        town.acceptor: [],
        town.worker: [there["number"]],
        town.next_worker: [here["number"]],
        town.housing: [here["number"], there["number"]],
        town.supervisor: [],
        town.hire("administrator", "grid", WEST): ["周东边", EAST, GRIDS[2]],
        admin: [],
    }
    taken_by = {}
    for person, unseen in hidden.items():
        desk, allowed = Desk(app, person), may_take(app, person)
        for name in registry.tables():
            if name not in allowed:
                assert order(desk, name).status_code == 404, name
                continue
            text = taken_by[person, name] = made(app, desk, name).decode("utf-8-sig")
            assert [word for word in (phone, citizen, *unseen) if word in text] == [], name
    assert {here["number"], there["number"]} <= set(re.split(r"[,\r\n]+", taken_by[town.acceptor, "desk_cases"]))
    assert "周东边" in taken_by[admin, "people"]
    assert EAST in taken_by[admin, "grid_list"]
    assert here["number"] in taken_by[town.worker, "desk_cases"]


def test_every_list_has_rows_for_whoever_administers_the_county(app, town, admin):
    put_in_force(town, county_rules(("all", {})))
    close(town)
    covered = town.handling(class_code=COVER, form={"risk": "缺失"})  # a condition with a milestone
    town.supervisor.act(covered, "supervise", grade="red")
    town.also(admin, "supervisor", "grid", COUNTY)
    town.also(admin, "township_leader", "grid", COUNTY)
    desk = Desk(app, admin)
    # none that could not be looked at; nobody was put on duty, handed over, or was told anything
    empty = {
        "photos", "duty", "handovers", "notices", "objects", "residents", "rounds", "round_plans", "campaigns",
        "campaign_report", "campaign_findings", "campaign_comparison", "warnings", "warning_receipts",
    }  # fmt: skip
    for name, table in registry.tables().items():
        heading, *rows = taken(app, desk, name)
        assert heading == [str(column) for column, _ in table.columns], name
        assert bool(rows) == (name not in empty), name
        assert all(len(row) == len(heading) for row in rows), name
        with app.app_context(), transaction() as session:  # room for the next
            for export in session.scalars(select(Export)):
                session.delete(export)


def test_only_its_maker_downloads_a_file(app, town):
    town.worker.report()
    desk = Desk(app, town.acceptor)
    taken(app, desk, "desk_cases")
    (link,) = links(desk)
    assert status(Desk(app, town.duty), link) == 404
    assert links(Desk(app, town.duty)) == []
    assert app.test_client().get(link, headers={"Accept": "application/json"}).status_code == 401


def test_what_is_lost_from_sight_is_no_longer_given_out(app, town):
    town.worker.report()
    desk = Desk(app, town.acceptor)
    taken(app, desk, "desk_cases")
    (link,) = links(desk)
    town.also(town.acceptor, "duty_officer", "centre", COUNTY)
    assert status(desk, link) == 403
    assert links(desk) == []
    assert ["权限已变" in offered for _, offered in listed(desk)] == [True]
    assert order(desk, "desk_cases").status_code == 303
    with app.app_context(), transaction() as session:
        mine = select(AssignmentRow).where(AssignmentRow.person_id == town.acceptor.id)
        for row in session.scalars(mine.where(AssignmentRow.role == "duty_officer")):
            session.delete(row)
    write(app)
    assert ["权限已变" in " ".join(row) for row in listed(desk)].count(True) == 1, (
        "the first may be taken again, the second was never written"
    )


def test_a_file_is_not_given_out_once_a_case_of_it_is_gone_from_sight_or_its_sender_is_secret(app, town):
    """Whatever the table: `watch` stands beside `sight` wherever the readers of rows are those of cases."""

    def order_of(number):
        case = town.acceptor.report(source="superior", ticket_kind="complaint", external_no=number).get_json()
        case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
        return town.dispatcher.act(case, "dispatch", lead=HOUSING)

    first, second = order_of("督〔2026〕1号"), order_of("督〔2026〕2号")
    desk = Desk(app, town.housing)
    assert "督〔2026〕1号" in made(app, desk, "desk_cases").decode()
    (both,) = links(desk)
    town.dispatcher.act(town.acceptor.act(first, "comment", text="请尽快"), "urge")
    assert status(desk, both) == 200, "nothing is lost by what others do"
    town.acceptor.act(first, "note_ticket", secret=True)
    assert (status(desk, both), links(desk)) == (403, [])
    assert "督〔2026〕1号" not in made(app, desk, "desk_cases").decode()
    (without,) = links(desk)
    town.acceptor.act(first, "comment", text="知道了")
    assert status(desk, without) == 200, "it does not stand there"
    town.dispatcher.act(second, "withdraw_dispatch")
    assert town.housing.get(f"cases/{second['case_id']}").status_code == 404
    assert (status(desk, without), links(desk)) == (403, [])
    made(app, desk, "desk_cases")
    assert len(links(desk)) == 1
    assert status(Desk(app, town.housing), links(desk)[0]) == 200
    with app.app_context():
        for table in registry.tables().values():
            assert (table.sight is export_rows.sight) == bool(table.watch and table.name != "residents"), table.name


def test_a_file_is_gone_after_a_day(app, town, clock):
    town.worker.report()
    desk = Desk(app, town.acceptor)
    taken(app, desk, "desk_cases")
    (link,) = links(desk)
    clock.tick(hours=23, minutes=59)
    desk = Desk(app, town.acceptor)
    assert status(desk, link) == 200
    clock.tick(minutes=1)
    desk = Desk(app, town.acceptor)
    assert status(desk, link) == 404
    with app.app_context():
        jobs.tidy()
        assert db.session.scalars(select(Export)).all() == []
        assert not storage.here().holds(jobs.KIND, link.split("/")[2])


def test_making_and_downloading_are_audited(app, town):
    town.worker.report()
    desk = Desk(app, town.acceptor)
    taken(app, desk, "desk_cases")
    with app.app_context():
        tags = (Tag.EXPORT_MADE, Tag.EXPORT_TAKEN)
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag.in_(tags)).order_by(AuditEntry.id)).all()
        assert [(one.tag, one.person_id, one.data["what"], one.data["rows"]) for one in entries] == [
            (tag, town.acceptor.id, "desk_cases", 1) for tag in tags
        ]
        assert all(one.address for one in entries)


def test_its_maker_is_told_at_work_that_a_file_is_ready_and_is_led_to_it(app, town):
    desk, other = Desk(app, town.acceptor), Desk(app, town.duty)
    order(desk, "desk_cases")
    for count in (0, 1):
        with app.app_context():
            outbox.drain()
        assert unread(desk) == (["1"] if count else [])
        if not count:
            write(app)
    page = desk.get("/notices/").text
    (number,) = re.findall(r'action="(/notices/\d+/open)"', page)
    assert texts_of(page, "button", class_="notice-open") == ["您导出的文件已生成（0 行），请在 24 小时内下载。"]
    assert other.post(number, {}).status_code == 404
    assert path_of(desk.post(number, {})) == URL
    assert unread(desk) == []
    assert desk.post("/notices/choices", {"on": ["closed"]}).status_code == 303
    order(desk, "desk_cases")
    write(app)
    with app.app_context():
        outbox.drain()
    assert unread(desk) == [], "who goes without hears of no file"
    assert unread(other) == []


def test_what_a_list_cannot_be_is_refused_and_nothing_is_ordered(app, town):
    desk = Desk(app, town.acceptor)
    for table, query, kind, expected in (
        ("nothing", "", "csv", 404),
        ("audit", "", "csv", 404),
        ("desk_cases", "state=none", "csv", 422),
        ("desk_cases", "", "pdf", 422),
        ("desk_cases", "text=" + "x" * 2_001, "csv", 422),
    ):
        assert order(desk, table, query, kind).status_code == expected, (table, query, kind)
    assert write(app) == 0
    for _ in range(3):
        assert order(desk, "desk_cases").status_code == 303
    assert order(desk, "desk_cases").status_code == 429


def test_a_list_that_is_too_long_says_so(app, town, monkeypatch):
    monkeypatch.setattr(writer, "ROWS_MOST", 1)
    town.worker.report()
    town.worker.report()
    desk = Desk(app, town.acceptor)
    order(desk, "desk_cases")
    write(app)
    assert links(desk) == []
    assert ["请缩小筛选范围" in state for state, _ in listed(desk)] == [True]
    town.drain()
    (message,) = town.acceptor.get("notices").get_json()["items"]
    text = "您导出的文件没有生成：超过 100,000 行，请缩小筛选范围后再导出。"
    assert (message["kind"], message["text"]) == ("export_failed", text)


def _hand_over(town, person):
    """Let somebody be told of something, and hand over what is open."""
    town.also(person, "centre_leader", "centre", COUNTY)
    town.supervisor.act(town.handling(), "supervise", grade="red")
    town.drain()
    assert person.send("PUT", f"duty/{COUNTY}/2026-11-23/day", {"people": [str(person.id)]}).status_code == 200
    assert person.send("POST", f"duty/{COUNTY}/handovers", {"note": "无"}).status_code == 201


def test_the_desk_and_the_board_and_every_part_of_administration_with_a_list_have_the_button(app, town, admin):
    close(town)
    keep(town.worker, component())
    town.also(admin, "supervisor", "grid", COUNTY)
    town.also(admin, "township_leader", "grid", COUNTY)
    keep_resident(admin, old_woman())
    _hand_over(town, admin)
    desk = Desk(app, admin)
    pages = {
        "/desk/duty/": "handovers",
        "/notices/": "notices",
        "/desk/cases": "desk_cases",
        "/board/cases": "board_cases",
        "/admin/people/": "people",
        "/admin/departments/": "departments",
        "/admin/grids/": "grid_list",
        "/admin/roster/": "roster",
        "/admin/duty/": "duty",
        "/admin/catalogue/": "catalogue",
        "/admin/catalogue/figures": "catalogue_figures",
        "/admin/audit/": "audit",
        "/admin/objects/": "objects",
        "/admin/roster/coverage/": "coverage",
        "/desk/residents/": "residents",
    }
    for path, table in pages.items():
        assert value_of(desk.get(path).text, "table") == table, path
    campaigns = {"campaigns", "campaign_report", "campaign_findings", "campaign_comparison"}
    unasked = {"rounds", "round_plans", "warnings", "warning_receipts"}
    empty = {"board_closings", "board_milestones", "board_supervisions", "photos", *unasked, *campaigns}
    assert set(registry.tables()) - set(pages.values()) == empty


def test_names_of_people_stay_out_of_tables_of_cases(app, town):
    with app.app_context(), transaction() as session:
        name = session.get_one(PersonRow, town.worker.id).name
    town.worker.report()
    assert all(name not in cell for row in taken(app, Desk(app, town.acceptor), "desk_cases") for cell in row)


def test_a_ticket_says_in_a_file_what_is_wanted_and_by_when_and_hides_a_secret_sender_from_departments(app, town):
    wanted = {"source": "superior", "ticket_kind": "complaint", "external_due": "2026-12-24T09:00:00+08:00"}
    for one in ({"external_no": "督〔2026〕1号"}, {"external_no": "督〔2026〕2号", "secret": True}):
        case = town.acceptor.report(**wanted, **one).get_json()
        case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
        town.dispatcher.act(case, "dispatch", lead=HOUSING)

    def numbers(actor):
        heading, *rows = taken(app, Desk(app, actor), "desk_cases")
        place = heading.index("外部编号")
        assert {(row[place - 1], row[place + 1]) for row in rows} == {("投诉", "2026-12-24 09:00")}
        return {row[place] for row in rows}

    assert numbers(town.acceptor) == {"督〔2026〕1号", "督〔2026〕2号"}
    assert numbers(town.housing) == {"督〔2026〕1号", ""}
