"""Who is on duty at the centre, who is named for an urgent case, and handing over signed by both."""

import html
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.transaction import transaction
from app.duty import queries as duty
from app.frame.exports import registry
from app.identity import queries as identity
from app.identity import service as accounts
from app.identity.models import PersonRow
from tests.board.boards import put_in_force
from tests.desk.browser import Desk
from tests.factories.catalogue import seed_content
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import COVER, GARBAGE, HOUSING
from tests.support.elements import alert, elements, empty_title, rows_of, texts_of, value_of
from tests.support.exports import taken
from tests.support.looks import refused

EVENING = datetime(2026, 11, 30, 13, tzinfo=UTC)  # Monday 21:00, in the night shift that began at 20:00
MORNING = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)  # 08:05, in the day shift of Tuesday
ROSTER = "/admin/duty/"


@pytest.fixture
def town(town, clock):
    clock.set(EVENING)
    town.admin = town.hire("administrator", "grid", COUNTY)
    return town


def put(town, day, shift, *actors, by=None):
    body = {"people": [str(one.id) for one in actors]}
    return (by or town.admin).send("PUT", f"duty/{COUNTY}/{day}/{shift}", body)


def called(town, actor):
    """Name and account of somebody."""
    with town.app.app_context():
        row = db.session.get(PersonRow, actor.id)
        return row.name, row.username


def audited(town):
    with town.app.app_context():
        rows = db.session.execute(select(AuditEntry.tag, AuditEntry.data).order_by(AuditEntry.id))
        return [(tag, data) for tag, data in rows if tag.startswith("duty:")]


def test_the_night_is_handed_over_with_its_urgent_cases(town, clock):
    assert put(town, "2026-11-30", "night", town.duty).status_code == 200
    assert put(town, "2026-12-01", "day", town.acceptor).status_code == 200
    refused(put(town, "2026-12-01", "noon", town.duty), 422)
    refused(put(town, "2026-12-01", "day", town.duty, by=town.township), 403)
    refused(town.admin.send("PUT", f"duty/{WEST}/2026-12-01/day", {"people": []}), 404, "centre_unknown")

    (here,) = town.acceptor.get("duty").get_json()["items"]
    assert (here["now"]["shift"], [one["name"] for one in here["now"]["people"]]) == (
        "night",
        [called(town, town.duty)[0]],
    )
    assert (here["next"]["day"], here["next"]["shift"]) == ("2026-12-01", "day")
    assert here["now"]["ends"] == here["next"]["begins"] == "2026-12-01T00:00:00+00:00"

    urgent = town.duty.act(town.accepted(), "urgent")
    town.accepted()
    desk = Desk(town.app, town.acceptor)
    address = f"/desk/duty/of/{urgent['case_id']}"
    assert called(town, town.duty)[0] in texts_of(desk.get(address).text, "strong")
    assert elements(desk.get(f"/desk/cases/{urgent['case_id']}").text, "div", hx_get=address)
    assert elements(desk.get("/desk/").text, "div", hx_get="/desk/duty/now")

    sent = town.dispatcher.act(
        town.duty.act(urgent, "file", **{"class": GARBAGE, "condition": "1"}), "dispatch", lead=HOUSING
    )
    town.drain()
    (message, *_) = town.housing.get("notices", case_id=sent["case_id"]).get_json()["items"]
    assert f"现在值班：{called(town, town.duty)[0]}" in message["text"]

    handover = f"duty/{COUNTY}/handovers"
    refused(town.acceptor.send("POST", handover, {"note": "不该我交"}), 409, "not_on_duty")
    record = town.duty.send("POST", handover, {"note": "城东路塌陷，已围挡，等抢修队"}).get_json()
    assert [one["number"] for one in record["cases"]] == [urgent["number"]]
    assert (record["shift"], record["left_by"], record["taken_by"]) == ("night", str(town.duty.id), None)
    refused(town.duty.send("POST", handover, {"note": "再交一次"}), 409, "handed_over")

    take = f"duty/handovers/{record['id']}/take"
    refused(town.duty.send("POST", take), 409, "not_on_duty")
    refused(town.dispatcher.send("POST", take), 409, "not_on_duty")
    clock.set(MORNING)
    taken = town.acceptor.send("POST", take).get_json()
    assert taken["taken_by"] == str(town.acceptor.id)
    refused(town.acceptor.send("POST", take), 409, "handed_over")
    (listed,) = town.dispatcher.get("duty/handovers").get_json()["items"]
    assert listed == taken
    assert town.housing.get("duty/handovers").get_json()["items"] == []


def test_who_closes_hands_over_what_it_has_handed_down_too(town):
    put(town, "2026-11-30", "night", town.duty)
    town.open_centre(WEST)
    case = town.duty.act(town.duty.act(town.filed(), "urgent"), "hand_down", centre=WEST)
    record = town.duty.send("POST", f"duty/{COUNTY}/handovers", {"note": "西乡有一件"}).get_json()
    assert [one["number"] for one in record["cases"]] == [case["number"]]


def test_every_record_of_handing_over_is_read_by_pages_and_taken_away(town, clock, monkeypatch):
    monkeypatch.setattr(duty, "PAGE", 2)
    notes = ["第一夜，电话 13900001111", "第二夜", "第三夜"]
    for night, note in enumerate(notes):
        clock.set(EVENING + timedelta(days=night))
        put(town, f"{(EVENING + timedelta(days=night)).date()}", "night", town.duty)
        assert town.duty.send("POST", f"duty/{COUNTY}/handovers", {"note": note}).status_code == 201
    desk, seen, path = Desk(town.app, town.dispatcher), [], "/desk/duty/"
    while path:
        text = desk.get(path).text
        seen += [note for note in reversed(notes) if note in texts_of(text, "p")]
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = html.unescape(following[1]) if following else None
    assert seen == notes[::-1]
    assert desk.get("/desk/duty/?cursor=nonsense").status_code == 422
    first = town.dispatcher.get("duty/handovers", limit=2).get_json()
    rest = town.dispatcher.get("duty/handovers", limit=2, cursor=first["next_cursor"]).get_json()
    assert [one["note"] for one in first["items"] + rest["items"]] == notes[::-1]
    assert rest["next_cursor"] is None
    assert town.dispatcher.get("duty/handovers", cursor="nonsense").status_code == 422
    assert town.dispatcher.get("duty/handovers", limit=201).status_code == 422
    rows = taken(town.app, desk, "handovers")[1:]
    assert [(row[1], row[3], row[7]) for row in rows] == [
        (f"2026-{day}", called(town, town.duty)[0], "0") for day in ("12-02", "12-01", "11-30")
    ]
    assert taken(town.app, Desk(town.app, town.housing), "handovers")[1:] == []


def test_the_roster_leaves_the_house_for_the_fortnight_that_is_shown(town):
    for day in ("2026-12-01", "2026-12-14", "2026-12-15"):
        put(town, day, "day", town.duty)
    desk = Desk(town.app, town.admin)
    shown = desk.get(f"{ROSTER}?centre={COUNTY}&since=2026-12-01").text
    query = html.unescape(re.search(r'value="duty">\s*<input [^>]*name="query" value="([^"]*)"', shown)[1])
    assert [row[2] for row in taken(town.app, desk, "duty", query)[1:]] == ["2026-12-01", "2026-12-14"]


def test_nobody_takes_over_from_himself(town, clock):
    put(town, "2026-11-30", "night", town.duty)
    put(town, "2026-12-01", "day", town.duty, town.acceptor)
    record = town.duty.send("POST", f"duty/{COUNTY}/handovers", {"note": "一切正常"}).get_json()
    take = f"duty/handovers/{record['id']}/take"
    clock.set(MORNING)
    refused(town.duty.send("POST", take), 409, "not_on_duty")
    assert town.acceptor.send("POST", take).get_json()["taken_by"] == str(town.acceptor.id)


def test_the_roster_is_kept_on_its_page_and_by_sheet(town):
    desk, account = Desk(town.app, town.admin), called(town, town.duty)[1]
    form = {"who": account, "day": "2026-12-01", "until": "2026-12-03", "shift": "day"}
    assert desk.post(f"{ROSTER}{COUNTY}", form).status_code == 303
    assert desk.post(f"{ROSTER}{COUNTY}", {**form, "who": "查无此人"}).status_code == 422
    assert desk.post(f"{ROSTER}{COUNTY}", {**form, "until": "2026-11-01"}).status_code == 422
    shown = desk.get(f"{ROSTER}?centre={COUNTY}&since=2026-12-01").text
    assert texts_of(shown, "small").count(account) == 3
    gone = {"person": str(town.duty.id), "day": "2026-12-02", "shift": "day"}
    assert desk.post(f"{ROSTER}{COUNTY}/dismiss", gone).status_code == 303

    with town.app.app_context():
        table = registry.tables()["duty"]
        admin = identity.people([town.admin.id])[0]
        keys = table.keys(admin, table.read({"centre": COUNTY}), 100)
        rows = [list(row) for row in table.rows(admin, keys)]
    assert [(row[2], row[3], row[6]) for row in rows] == [
        ("2026-12-01", "day", account),
        ("2026-12-03", "day", account),
    ]
    head = [str(words) for words, _ in table.columns]
    rows[0][2] = "2026-12-09"
    sheet = "\n".join(",".join(map(str, row)) for row in (head, *rows)).encode()
    sent = {"file": (BytesIO(sheet), "duty.csv")}
    looked = desk.post(f"{ROSTER}sheet", sent)
    assert looked.status_code == 200
    assert [text for text in texts_of(looked.text, "p") if text.startswith("新排 1 班次，已在表上 1 行")]
    assert [row[1] for row in rows_of(looked.text)] == ["2026-12-09"]
    shown = desk.get(f"{ROSTER}?since=2026-12-09").text
    assert texts_of(shown, "small").count(account) == 0, "nothing is changed by looking"
    packed = value_of(looked.text, "packed")
    assert desk.post(f"{ROSTER}sheet/confirm", {"packed": packed}).status_code == 303
    assert texts_of(desk.get(f"{ROSTER}?since=2026-12-09").text, "small").count(account) == 1
    assert desk.post(f"{ROSTER}sheet/confirm", {"packed": "?"}).status_code == 422
    stranger = called(town, town.housing)[1].encode()
    first, last = (sheet.replace(b"2026-12-09", b"9.12."), sheet.replace(account.encode(), stranger))
    for broken, texts in ((first, ["第 2 行"]), (last, ["第 2 行", "第 3 行", "没有任职"])):
        answer = desk.post(f"{ROSTER}sheet", {"file": (BytesIO(broken), "duty.csv")})
        assert answer.status_code == 422
        assert [one for one in texts if one not in alert(answer.text)] == []
    assert audited(town) == [
        ("duty:appointed", {"person": str(town.duty.id), "shift": "day", "day": "2026-12-01", "until": "2026-12-03"}),
        ("duty:dismissed", {"person": str(town.duty.id), "shift": "day", "day": "2026-12-02"}),
        ("duty:imported", {"rows": 2, "created": 1}),
    ]


def test_who_has_left_leaves_the_shift_open(town):
    refused(put(town, "2026-11-30", "night", town.housing), 422)
    assert put(town, "2026-11-30", "night", town.duty, town.acceptor).status_code == 200
    assert put(town, "2026-11-30", "night", town.duty, town.acceptor).status_code == 200  # again: nothing to say
    assert put(town, "2026-12-01", "day", town.dispatcher).status_code == 200
    town.dismiss(town.duty, "duty_officer")
    with town.app.app_context(), transaction():
        accounts.close_account(town.dispatcher.id)

    (here,) = town.acceptor.get("duty").get_json()["items"]
    assert [one["person_id"] for one in here["now"]["people"]] == [str(town.acceptor.id)]
    assert here["next"]["people"] == [], "nobody is on duty by the entry of a closed account"
    desk = Desk(town.app, town.admin)
    roster = f"{ROSTER}?centre={COUNTY}&since=2026-11-30"
    assert texts_of(desk.get(roster).text, "span", class_="flag").count("已不在岗，空缺") == 2
    gone = {"person": str(town.dispatcher.id), "day": "2026-12-01", "shift": "day"}
    assert desk.post(f"{ROSTER}{COUNTY}/dismiss", gone).status_code == 303
    assert texts_of(desk.get(roster).text, "span", class_="flag").count("已不在岗，空缺") == 1
    assert [tag for tag, _ in audited(town)] == [*["duty:appointed"] * 3, "duty:dismissed"]


def takes(page):
    """Where one signs for taking over, of each record that nobody has taken over yet."""
    addresses = [form.attributes.get("action", "") for form in elements(page, "form", method="post")]
    return [address for address in addresses if address.endswith("/take")]


def test_both_sign_at_the_desk(town, clock):
    put(town, "2026-11-30", "night", town.duty)
    put(town, "2026-12-01", "day", town.acceptor)
    night, morning = Desk(town.app, town.duty), Desk(town.app, town.acceptor)
    assert empty_title(night.get("/desk/duty/").text) == "还没有交接记录"
    assert morning.post(f"/desk/duty/{COUNTY}/leave", {"note": "不该我交"}).status_code == 409
    assert night.post(f"/desk/duty/{COUNTY}/leave", {"note": ""}).status_code == 422
    assert night.post(f"/desk/duty/{COUNTY}/leave", {"note": "一切正常"}).status_code == 303
    shown = morning.get("/desk/duty/").text
    assert "一切正常" in texts_of(shown, "p")
    (take,) = takes(shown)
    assert morning.post(take, {}).status_code == 303
    assert takes(morning.get("/desk/duty/").text) == []
    assert [tag for tag, _ in audited(town)][-2:] == ["duty:handed_over", "duty:taken_over"]
    page = Desk(town.app, town.admin).get("/admin/audit/?group=duty").text
    assert [text for text in ("值夜班", "交夜班", "接夜班") if text not in re.sub(r"<[^>]*>", "", page)] == []


def three_shifts(town):
    """Let a day have three shifts of eight hours: 08:00, 16:00, 00:00."""
    document = seed_content("calendars", "calendars")
    named = {"name": "班", "name_en": "Shift", "source": "example"}
    hours = ("early", "08:00", "16:00"), ("late", "16:00", "00:00"), ("night", "00:00", "08:00")
    for one in document["calendars"]:
        if "shifts" in one:
            one["shifts"] = [{"code": code, "since": since, "until": until, **named} for code, since, until in hours]
    put_in_force(town, document, "calendars")


def test_every_shift_that_has_just_ended_can_be_handed_over_whatever_its_length(town, clock):
    three_shifts(town)
    put(town, "2026-12-01", "early", town.duty)
    put(town, "2026-12-01", "late", town.duty, town.acceptor)
    put(town, "2026-12-02", "night", town.dispatcher)
    handover = f"duty/{COUNTY}/handovers"

    def leave(actor):
        return actor.send("POST", handover, {"note": "交"})

    clock.set(datetime(2026, 12, 1, 8, 5, tzinfo=UTC))  # 16:05: on duty in both, means the one that ended
    assert leave(town.duty).get_json()["shift"] == "early"
    clock.set(datetime(2026, 12, 1, 16, 10, tzinfo=UTC))  # 00:10, ten minutes after the late shift
    assert leave(town.acceptor).get_json()["shift"] == "late"
    refused(leave(town.acceptor), 409, "handed_over")
    refused(leave(town.duty), 409, "handed_over")
    assert leave(town.dispatcher).get_json()["shift"] == "night"
    clock.set(datetime(2026, 12, 2, 4, 1, tzinfo=UTC))  # 12 hours and a minute after the late shift
    refused(leave(town.acceptor), 409, "not_on_duty")


def test_who_has_handed_over_one_shift_hands_over_the_next_one_too(town, clock):
    three_shifts(town)
    for shift in ("early", "late"):
        put(town, "2026-12-01", shift, town.duty)
    for hour, shift in ((8, "early"), (10, "late")):  # 16:00 and 18:00: the end of the first is nearer in both
        clock.set(datetime(2026, 12, 1, hour, tzinfo=UTC))
        answer = town.duty.send("POST", f"duty/{COUNTY}/handovers", {"note": "交"})
        assert answer.get_json()["shift"] == shift


def test_a_fault_stands_at_the_field_that_was_sent(town):
    assert list(refused(put(town, "2026-11-30", "night", town.housing), 422)["fields"]) == ["people"]
    form = {"who": called(town, town.housing)[1], "day": "2026-12-01", "shift": "day"}
    assert Desk(town.app, town.admin).post(f"{ROSTER}{COUNTY}", form).status_code == 422


def test_for_how_long_a_shift_that_ended_is_handed_over_is_the_countys(town, clock):
    put(town, "2026-11-30", "night", town.duty)
    content = seed_content("settings", "settings")
    figure = {"value": 1, "source": "县发〔2026〕9号"}
    put_in_force(town, {**content, "settings": {**content["settings"], "handover_hours": figure}}, kind="settings")
    clock.set(MORNING + timedelta(hours=1))
    refused(town.duty.send("POST", f"duty/{COUNTY}/handovers", {"note": "无"}), 409, "not_on_duty")
    clock.set(MORNING + timedelta(minutes=50))
    assert town.duty.send("POST", f"duty/{COUNTY}/handovers", {"note": "无"}).status_code == 201


def _kinds(actor, case):
    return [one["kind"] for one in actor.get("notices", case_id=case["case_id"]).get_json()["items"]]


def test_an_urgent_report_at_night_rings_whoever_is_on_duty_and_the_lead_hears_that_a_case_is_urgent(town):
    second = town.hire("acceptor", "centre", COUNTY)
    put(town, "2026-11-30", "night", second)
    first = town.worker.report(COVER).get_json()
    quiet = town.worker.report().get_json()
    assert (first["urgent"], quiet["urgent"]) == (True, False)
    town.drain()
    assert [_kinds(one, first) for one in (second, town.acceptor)] == [["urgent_report"], []]
    assert _kinds(second, quiet) == []
    (message,) = second.get("notices", case_id=first["case_id"]).get_json()["items"]
    assert message["urgent"]
    assert f"现在值班：{called(town, second)[0]}" in message["text"]
    put(town, "2026-11-30", "night")
    third = town.worker.report(COVER).get_json()
    town.drain()
    assert _kinds(second, third) == _kinds(town.acceptor, third) == ["urgent_report"], "none of them is on the roster"

    case = town.handling()
    town.acceptor.act(case, "urgent")
    other = town.handling()
    town.duty.act(other, "correct", **{"class": COVER, "condition": "1"})
    town.drain()
    assert _kinds(town.housing, case)[0] == _kinds(town.housing, other)[0] == "made_urgent"


def test_who_is_on_duty_for_an_urgent_case_stands_on_every_face(town):
    """A worker and a department that see the case work at no centre; the hour is that of the case's own centre."""
    put(town, "2026-11-30", "night", town.duty)
    case = town.acceptor.act(town.handling(), "urgent")
    name = called(town, town.duty)[0]
    for actor in (town.worker, town.housing):
        assert actor.get("duty").get_json()["items"] == []
        (here,) = actor.get("duty", case=case["case_id"]).get_json()["items"]
        assert [one["name"] for one in here["now"]["people"]] == [name]
    assert town.water.get("duty", case=case["case_id"]).status_code == 404
    board = Desk(town.app, town.supervisor)
    (duty,) = texts_of(board.get(f"/board/cases/{case['case_id']}").text, "p", class_="duty", aria_label="值班")
    assert name in duty
    case = town.acceptor.act(case, "clear_urgent")
    assert texts_of(board.get(f"/board/cases/{case['case_id']}").text, "p", class_="duty") == []
