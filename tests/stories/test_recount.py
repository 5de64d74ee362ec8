"""A change of the calendars: how many running limits it moves is shown, and on confirmation they are counted anew."""

import tempfile
from datetime import UTC, datetime, timedelta

import pytest

from app.cases import recounts
from app.catalogue.cli import group as catalogue_commands
from app.catalogue.document_list import content_of, history
from app.core import clock as time
from app.deadlines import queries
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file
from tests.factories.grids import COUNTY
from tests.factories.town import HOUSING, SIGN_FIRST
from tests.support.elements import alert, elements, texts_of, value_of
from tests.support.looks import clocks_of

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)  # 10:00
OFFICE = "/admin/calendars/office"
STORM = {"day": "2026-12-02", "working": "false", "reason": "暴雪停工", "source": "县应急办〔2026〕8号"}
A_DAY = timedelta(days=1)


@pytest.fixture
def desk(town, clock):
    clock.set(MONDAY)
    sweep(town)  # by what the limits are counted is known from here on
    return Desk(town.app, town.hire("administrator", "grid", COUNTY))


def sweep(town):
    with town.app.app_context():
        return recounts.sweep()


def ends(case):
    return {one["clock"]: datetime.fromisoformat(one["due_at"]) for one in case["clocks"] if not one["stopped_at"]}


def last_step(town, case):
    return town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]


def close_the_day(desk):
    """Set the day with the confirmation that it moves limits; return what the page had said before."""
    shown = desk.post(f"{OFFICE}/overrides", STORM)
    assert shown.status_code == 200, shown.text
    assert desk.post(f"{OFFICE}/overrides", {**STORM, "confirm": "true"}).status_code == 303
    return shown.text


def test_a_closed_day_moves_running_limits_once_it_is_confirmed(town, desk, clock):
    case = town.handling(class_code=SIGN_FIRST)  # days to do the work, over the Wednesday
    urgent = town.handling(class_code=SIGN_FIRST)
    urgent = town.duty.act(urgent, "urgent")
    before = ends(case)
    seen = town.seq_of(case["case_id"])
    shown = desk.post(f"{OFFICE}/overrides", STORM).text
    assert "2 个在计时的时限（1 件案件）" in alert(shown)
    assert value_of(shown, "source") == "县应急办〔2026〕8号"
    with town.app.app_context():
        assert len(history("calendars", "calendars")) == 1, "nothing is written before the confirmation"
    assert sweep(town) == 0
    assert ends(town.housing.read(case)) == before

    assert desk.post(f"{OFFICE}/overrides", {**STORM, "confirm": "true"}).status_code == 303
    assert (sweep(town), sweep(town)) == (1, 0)
    after = town.housing.read(case)
    assert ends(after) == {number: end + A_DAY for number, end in before.items()}
    step = last_step(town, case)
    assert (step["action"], step["data"]["calendar_version"], step["actor"]["name"]) == ("recount", 2, "系统")
    assert {one["clock"]: datetime.fromisoformat(one["new"]) for one in step["data"]["limits"]} == ends(after)
    assert "recount" not in town.steps(urgent)
    remarks = texts_of(desk.get(OFFICE).text, "p", **{"class": "remark"})
    assert any("改动 1 件" in remark for remark in remarks)
    (way,) = texts_of(Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text, "ol", class_="way")
    assert "时限重算" in way
    assert "第 2 版" in way
    # nobody's sight of the case became stale
    assert town.housing.try_act(case, "comment", text="继续", seen=seen).status_code == 201
    photo = town.photo()
    assert town.housing.try_act(case, "finish", seen=seen, result="已修", attachments=[photo]).status_code == 201

    answer = desk.post(f"{OFFICE}/overrides/{STORM['day']}/remove", {"confirm": "true"})
    assert answer.status_code == 303
    sweep(town)
    of_case = min(before)
    assert ends(town.housing.read(case))[of_case] == before[of_case], "taken back, the old end holds"


def test_an_act_before_the_job_finds_the_new_end_and_no_act_after_it_another_one(town, desk, clock):
    early = town.handling(class_code=SIGN_FIRST)
    extended = town.handling(class_code=SIGN_FIRST)
    until = (ends(extended)[max(ends(extended))] + A_DAY).isoformat()  # of the handling
    town.housing.act(extended, "ask_extension", due_at=until, reason="连日大雨")
    extended = town.duty.act(extended, "grant_extension")
    rested = town.handling(class_code=SIGN_FIRST)
    town.housing.act(rested, "ask_deferral", review_on="2026-12-20", reason="冬季不宜路面施工")
    town.leader.act(rested, "grant_deferral")
    clock.tick(minutes=20)
    rested = town.housing.act(rested, "resume")
    before = [ends(one) for one in (early, extended, rested)]
    close_the_day(desk)
    acted = town.duty.act(early, "comment", text="下雪")
    assert town.steps(early)[-2:] == ["recount", "comment"]
    assert ends(acted) != before[0]
    assert sweep(town) >= 1
    assert town.steps(early)[-1] == "comment", "the act had done it"
    assert ends(town.housing.read(rested)) != before[2]
    for case in (early, extended, rested):
        counted = ends(town.housing.read(case))
        assert ends(town.duty.act(case, "correct", address="胜利街口")) == counted, "an unrelated act moves nothing"


def test_the_preview_says_as_many_as_the_job_moves(town, desk):
    cases = [town.handling(class_code=SIGN_FIRST) for _ in range(3)]
    cases.append(town.accepted())  # its clock ends within the day
    text = close_the_day(desk)
    sweep(town)
    steps = [
        step for case in cases for step in town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    ]
    moved = [step["data"]["limits"] for step in steps if step["action"] == "recount"]
    assert f"{sum(map(len, moved))} 个在计时的时限（{len(moved)} 件案件）" in text
    with town.app.app_context():
        last = queries.last_recounts(1)[0]
        assert (last.progress, last.total, last.moved, last.done_at) == (4, 4, 3, time.now())


@pytest.mark.parametrize("killed", [True, False])
def test_a_job_that_was_killed_goes_on_and_two_at_once_move_each_end_once(town, desk, monkeypatch, killed):
    cases = [town.handling(class_code=SIGN_FIRST) for _ in range(3)]
    before = [ends(case) for case in cases]
    close_the_day(desk)
    monkeypatch.setattr(recounts, "BATCH", 2)
    real, calls = recounts._recount, []

    def disturbed(turn):
        calls.append(turn.case.case_id)
        if killed and len(calls) == 2:
            raise KeyboardInterrupt  # the first case of the batch is done, and how far it is was not noted
        if not killed and len(calls) == 1:
            monkeypatch.setattr(recounts, "_recount", real)
            while sweep(town):  # another process does all, while this one holds what it has read
                pass
        return real(turn)

    monkeypatch.setattr(recounts, "_recount", disturbed)
    if killed:
        with pytest.raises(KeyboardInterrupt):
            sweep(town)
        monkeypatch.setattr(recounts, "_recount", real)
        assert ["recount" in town.steps(case) for case in cases].count(True) == 1
    for _ in range(3):
        sweep(town)
    assert [town.steps(case).count("recount") for case in cases] == [1, 1, 1]
    for case, old in zip(cases, before, strict=True):
        assert ends(town.housing.read(case)) == {number: end + A_DAY for number, end in old.items()}
    with town.app.app_context():
        last = queries.last_recounts(1)[0]
        assert (last.progress, last.total, last.done_at) == (3, 3, time.now())


@pytest.fixture
def lived(town, clock):
    """Cases that began plainly, got more time, stood still, were made urgent, or owe a date to somebody above."""
    cases = [town.handling(class_code=SIGN_FIRST) for _ in range(6)]
    _, extended, deferred, resumed, urgent, recalled = cases
    end = next(one["due_at"] for one in extended["clocks"] if one["stage"] == "handle")
    until = (datetime.fromisoformat(end) + A_DAY).isoformat()
    town.duty.act(town.housing.act(extended, "ask_extension", due_at=until, reason="连日大雨"), "grant_extension")
    for case in (deferred, resumed):
        town.housing.act(case, "ask_deferral", review_on="2026-12-20", reason="冬季不宜路面施工")
        town.leader.act(case, "grant_deferral")
    clock.tick(minutes=20)
    town.housing.act(resumed, "resume")
    town.duty.act(urgent, "urgent")
    town.dispatcher.act(recalled, "recall", reason_code="silent", reason="一直没有动静")
    town.dispatcher.act(recalled, "dispatch", lead=HOUSING)
    by = {"source": "superior", "external_no": "督1", "external_due": "2026-12-31T18:00:00+08:00"}
    owed = town.acceptor.act(town.acceptor.report(SIGN_FIRST, **by).get_json(), "accept")
    owed = town.duty.act(owed, "file", **{"class": SIGN_FIRST, "condition": "1"})
    town.housing.act(town.dispatcher.act(owed, "dispatch", lead=HOUSING), "sign")
    return [*cases, owed]


def moved_by_the_job(town, cases):
    steps = [
        step for case in cases for step in town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    ]
    return [step["data"]["limits"] for step in steps if step["action"] == "recount"]


def by_itself(shown):
    """What a browser sends on of a page that is still counting, by the fields of its form."""
    (form,) = elements(shown, "form", hx_trigger="load", hx_target="#moved")
    assert form.attributes["action"] == form.attributes["hx-post"]
    names = ("day", "working", "reason", "source", "counted")
    return {name: value_of(shown, name) for name in names}


@pytest.mark.parametrize("at_once", [1, 20_000])
def test_every_limit_that_moves_is_counted_whatever_its_case_went_through(town, desk, lived, monkeypatch, at_once):
    monkeypatch.setattr(recounts, "AT_ONCE", at_once)
    monkeypatch.setattr(recounts, "ROWS", 6 if at_once == 1 else 2_000)
    monkeypatch.setattr(recounts, "LIMITS_MOST", 5)
    shown, goes = desk.post(f"{OFFICE}/overrides", STORM).text, 1
    while alert(shown).startswith("正在逐件计算"):
        shown, goes = desk.post(f"{OFFICE}/overrides", by_itself(shown)).text, goes + 1
    assert (goes > 3) == (at_once == 1)
    assert desk.post(f"{OFFICE}/overrides", {**STORM, "confirm": "true"}).status_code == 303
    while sweep(town):
        pass
    moved = moved_by_the_job(town, lived)
    assert len(moved) == 5
    said = f"这一改动会使 {sum(map(len, moved))} 个在计时的时限（{len(moved)} 件案件）的到期时间改变"
    assert alert(shown).startswith(said)
    unmoved = [number for number, case in enumerate(lived) if "recount" not in town.steps(case)]
    assert unmoved == [1, 4], "what was granted reaches over the day, and what is urgent runs through it"


def test_a_file_of_calendars_is_confirmed_when_all_is_counted(town, desk, lived, monkeypatch):
    monkeypatch.setattr(recounts, "AT_ONCE", 1)
    monkeypatch.setattr(recounts, "ROWS", 6)
    monkeypatch.setattr(recounts, "LIMITS_MOST", 5)
    with town.app.app_context():
        content = content_of(history("calendars", "calendars")[0])
    storm = {"date": STORM["day"], "working": False, "reason": STORM["reason"], "source": STORM["source"]}
    next(one for one in content["calendars"] if one["code"] == "office")["overrides"] = [storm]
    path = documents_file(tempfile.mkdtemp(), ("calendars", "calendars", content))
    with path.open("rb") as file:
        shown = desk.post("/admin/catalogue/import", {"files": (file, path.name)}).text
    assert elements(shown, "form", hx_trigger="load", hx_target="#brings")
    while elements(shown, "input", name="counted"):
        assert not any("确认导入" in text for text in texts_of(shown, "button"))
        sent = {name: value_of(shown, name) for name in ("carried", "counted")}
        shown = desk.post("/admin/catalogue/import/counted", sent).text
    assert any("的到期时间改变" in text for text in texts_of(shown, "p", class_="about"))
    sent = {name: value_of(shown, name) for name in ("carried", "shown")}
    assert desk.post("/admin/catalogue/import/confirm", sent).status_code == 303


def test_a_mark_that_no_page_has_written_begins_anew(town, desk, lived):
    whole = alert(desk.post(f"{OFFICE}/overrides", STORM).text)
    for counted in ("x", "1:2:3:4:5", f"1:2:3:4:{'-' * 36}"):
        assert alert(desk.post(f"{OFFICE}/overrides", {**STORM, "counted": counted}).text) == whole
    assert desk.post(f"{OFFICE}/overrides", {**STORM, "counted": "x" * 101}).status_code == 422


def test_limits_of_other_calendars_and_days_are_not_counted(town, desk, clock):
    town.handling(class_code=SIGN_FIRST)
    later = {**STORM, "day": "2027-11-03"}
    assert desk.post(f"{OFFICE}/overrides", later).status_code == 303, "no running limit goes through that day"
    assert desk.post("/admin/calendars/police/overrides", STORM).status_code == 303, "none counts by that calendar"


def test_the_day_after_a_review_moves_with_the_calendar_too(town, desk):
    """Reviewed on Wednesday 2 December from 9:00, for one working day: Thursday, 9:00. That Wednesday is closed: it
    counts from Thursday, 8:00, and ends on Friday, 8:00."""
    case = town.housing.act(town.handling(), "ask_deferral", review_on="2026-12-02", reason="冬季不能施工")
    case = town.leader.act(case, "grant_deferral")
    (review,) = clocks_of(case, "review")
    assert (review["warn_at"], review["due_at"]) == ("2026-12-02T01:00:00+00:00", "2026-12-03T01:00:00+00:00")
    assert "在计时的时限" in close_the_day(desk)
    assert sweep(town) == 1
    (review,) = clocks_of(town.leader.read(case), "review")
    assert (review["warn_at"], review["due_at"]) == ("2026-12-02T01:00:00+00:00", "2026-12-04T00:00:00+00:00")
    assert sweep(town) == 0


def test_the_command_says_how_many_limits_a_calendar_moves_and_asks(town, desk):
    case = town.handling(class_code=SIGN_FIRST)
    before = ends(case)
    with town.app.app_context():
        content = content_of(history("calendars", "calendars")[0])
    storm = {"date": STORM["day"], "working": False, "reason": STORM["reason"], "source": STORM["source"]}
    office = next(one for one in content["calendars"] if one["code"] == "office")
    office["overrides"] = [storm]
    path = documents_file(tempfile.mkdtemp(), ("calendars", "calendars", content))
    for more, answer, code, versions in (((), None, 1, 1), ((), "n\n", 1, 1), (("--dry-run",), None, 0, 1)):
        result = town.app.test_cli_runner().invoke(catalogue_commands, ["import", str(path), *more], input=answer)
        assert "2 个在计时的时限（1 件案件）" in result.output
        assert result.exit_code == code, result.output
        with town.app.app_context():
            assert len(history("calendars", "calendars")) == versions
    assert "--yes" in town.app.test_cli_runner().invoke(catalogue_commands, ["import", str(path)]).output
    result = town.app.test_cli_runner().invoke(catalogue_commands, ["import", str(path)], input="y\n")
    assert result.exit_code == 0, result.output
    assert sweep(town) == 1
    assert ends(town.housing.read(case)) == {number: end + A_DAY for number, end in before.items()}
    office["overrides"] = []
    path = documents_file(tempfile.mkdtemp(), ("calendars", "calendars", content))
    result = town.app.test_cli_runner().invoke(catalogue_commands, ["import", str(path), "--yes"])
    assert result.exit_code == 0, result.output
    with town.app.app_context():
        assert len(history("calendars", "calendars")) == 3
