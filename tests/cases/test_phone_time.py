"""By which time a step counts: the phone's if it can be believed, else the server's; both are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from app.cases import jobs
from app.cases.clocks import case_limits
from app.cases.proof import verify
from tests.attachments.pictures import jpeg
from tests.factories.town import SIGN_FIRST, WATER
from tests.support.looks import clocks_of, guarded, results

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)


def _ago(**amount):
    return NOW - timedelta(**amount)


@pytest.fixture
def county(app, town):
    """The figures in force: five minutes of drift, twelve hours back."""
    with app.app_context():
        yield town


@pytest.mark.parametrize(
    ("phone_at", "phone_now", "previous", "believed"),
    [
        (_ago(minutes=30), NOW, BEFORE, True),
        (BEFORE, NOW, BEFORE, True),  # the same moment as the step before
        (_ago(minutes=61), NOW, BEFORE, False),  # before the step before
        (_ago(hours=12), NOW, _ago(days=2), True),
        (_ago(hours=12, seconds=1), NOW, _ago(days=2), False),
        (_ago(minutes=30), _ago(minutes=4, seconds=59), BEFORE, True),
        (_ago(minutes=30), NOW + timedelta(minutes=4, seconds=59), BEFORE, True),
        (_ago(minutes=30), _ago(minutes=5), BEFORE, False),
        (_ago(minutes=30), NOW + timedelta(days=365), BEFORE, False),
        (NOW + timedelta(seconds=1), NOW, BEFORE, False),  # not yet
        (None, NOW, BEFORE, False),
        (_ago(minutes=30), None, BEFORE, False),
    ],
)
def test_a_phones_time_counts_if_it_can_be_believed(county, phone_at, phone_now, previous, believed):
    assert case_limits.counted_at(NOW, phone_at, phone_now, previous) == (phone_at if believed else NOW)


def _told(actor, case, action, phone_at, phone_now, **data):
    """Take a step that a phone tells of."""
    body = {
        "op_id": actor.town.photo(), "action": action, "seen": case["seq"], "data": data,
        "phone_at": phone_at.isoformat(), "phone_now": phone_now.isoformat(),
    }  # fmt: skip
    answer = actor.send("POST", f"cases/{case['case_id']}/steps", body)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def _finish(town, case, phone_at, phone_now):
    photo, _ = town.housing.upload(case, jpeg())
    return _told(town.housing, case, "finish", phone_at, phone_now, result="已清理", attachments=[photo])


def _sound(app):
    with app.app_context():
        return [str(fault) for fault in verify.faults(verify.VerifyScope(), verify.Tally()) if fault.table != "outbox"]


def _due(case):
    return datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"])


def test_work_finished_in_time_without_a_network_is_in_time(app, town, clock):
    case = town.handling()
    due = _due(case)
    clock.set(due + timedelta(hours=1))
    with app.app_context():
        jobs.sweep_clocks()  # the county has called it overdue meanwhile
    done = due - timedelta(minutes=10)
    case = _finish(town, case, done, due + timedelta(hours=1))
    assert results(case, "handle") == [("handle", "in_time")]
    step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]
    times = {name: datetime.fromisoformat(step[name]) for name in ("at", "phone_at", "counts_at")}
    assert times == {"at": due + timedelta(hours=1), "phone_at": done, "counts_at": done}


def test_a_phone_whose_clock_is_off_gains_nothing_by_it(town, clock):
    case = town.handling()
    due = _due(case)
    clock.set(due + timedelta(hours=1))
    case = _finish(town, case, due - timedelta(minutes=10), due - timedelta(minutes=9))
    assert results(case, "handle") == [("handle", "late")]


def test_a_phone_does_not_finish_before_it_signed(town, clock):
    case = town.dispatched()
    clock.tick(hours=1)
    case = town.housing.act(case, "sign")
    now = clock.tick(minutes=10)
    case = _finish(town, case, now - timedelta(minutes=30), now)
    step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]
    assert datetime.fromisoformat(step["counts_at"]) == now


def test_a_report_made_offline_counts_from_when_it_was_made(town, clock):
    made = clock.tick() - timedelta(minutes=50)
    case = town.worker.report(phone_at=made.isoformat(), phone_now=clock.tick().isoformat()).get_json()
    assert datetime.fromisoformat(clocks_of(case, "accept")[0]["started_at"]) == made


@pytest.fixture
def unsigned(app, town, clock):
    """A town and a case that nobody seems to have signed for in time, so that its work has begun by itself."""
    case = town.dispatched(class_code=SIGN_FIRST)
    due = datetime.fromisoformat(clocks_of(case, "sign")[0]["due_at"])
    clock.set(due + timedelta(minutes=30))
    with app.app_context():
        jobs.sweep_clocks()
    case = town.duty.read(case)
    assert datetime.fromisoformat(clocks_of(case, "handle")[0]["started_at"]) == due
    return town, case, due


def test_work_begins_no_later_than_it_was_signed_for(app, unsigned):
    town, case, due = unsigned
    now, signed = due + timedelta(minutes=30), due - timedelta(minutes=10)
    before = datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"])
    case = _told(town.housing, case, "sign", signed, now)
    (handle,) = clocks_of(case, "handle")
    assert datetime.fromisoformat(handle["started_at"]) == signed
    assert datetime.fromisoformat(handle["due_at"]) == before - timedelta(minutes=10)
    case = _finish(town, case, due - timedelta(minutes=5), now)
    assert results(case, "sign", "handle") == [("sign", "in_time"), ("handle", "in_time")]
    assert _sound(app) == []


def test_work_that_was_taken_back_before_it_had_begun_by_itself_never_ran(app, unsigned):
    town, case, due = unsigned
    now, taken_back = due + timedelta(minutes=30), due - timedelta(minutes=10)
    case = _told(town.dispatcher, case, "withdraw_dispatch", taken_back, now, reason="派错了")
    (handle,) = clocks_of(case, "handle")
    assert (handle["result"], handle["started_at"]) == ("none", handle["stopped_at"])
    assert _sound(app) == []


def test_an_assistant_whose_work_had_begun_by_itself_has_its_whole_time_after_a_pause_told_later(app, town, clock):
    case = town.housing.act(town.dispatched(class_code=SIGN_FIRST, assist=[WATER]), "sign")
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-20", reason="冬季")
    due = datetime.fromisoformat(clocks_of(case, "sign")[-1]["due_at"])
    now = clock.set(due + timedelta(minutes=30)) or due + timedelta(minutes=30)
    with app.app_context():
        jobs.sweep_clocks()
    case = _told(town.leader, case, "grant_deferral", due - timedelta(minutes=10), now)
    clock.set(due + timedelta(days=7))
    case = town.housing.act(case, "resume")
    whole = datetime.fromisoformat(clocks_of(case, "handle")[-1]["due_at"])
    corrected = town.duty.act(case, "correct", address="胜利街口")
    assert datetime.fromisoformat(clocks_of(corrected, "handle")[-1]["due_at"]) == whole
    assert whole == due + timedelta(days=7 + 9)  # seven working days
    assert _sound(app) == []


def test_what_a_phone_did_in_time_was_permitted_too(town, clock):
    """Done half an hour before a period ends and told half an hour after it: each is taken, and from a desk refused."""
    half = timedelta(minutes=30)

    def told(actor, case, action, ends, guard, **data):
        clock.set(ends + half)
        guarded(actor.try_act(case, action, **data), guard)
        return _told(actor, actor.read(case), action, ends - half, ends + half, **data)

    case = town.handling()
    due = datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"])
    more = {"due_at": (due + timedelta(days=1)).isoformat(), "reason": "雨天"}
    case = told(town.housing, case, "ask_extension", due, "before_due", **more)
    case = town.duty.act(case, "grant_extension")
    assert datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"]) == due + timedelta(days=1)
    case = town.handling()
    signed = datetime.fromisoformat(case["tasks"][0]["signed_at"])
    case = told(
        town.housing, case, "ask_return", signed + timedelta(hours=72), "soon_after_signing",
        reason_code="not_ours", reason="不属本单位",
    )  # fmt: skip
    assert case["tasks"][0]["ask"] == "return"
    ticket = town.acceptor.report(source="hotline", external_no="12345-7").get_json()
    came = datetime.fromisoformat(ticket["reported_at"])
    ticket = told(
        town.acceptor, ticket, "ask_sender", came + timedelta(hours=24), "sender_hours_left", reason="地点在邻县"
    )
    assert ticket["ticket"]["asked"] == "return"
    case = town.leader.act(town.filed(), "force_close", reason="无法解决", attachments=[town.photo()])
    ended = datetime.fromisoformat(case["closed_at"])
    case = told(town.supervisor, case, "reopen", ended + timedelta(days=30), "reopen_window_open", reason="没有解决")
    assert case["state"] == "filed"
