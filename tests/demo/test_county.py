"""The demo county in a database, and the command that makes it."""

from collections import Counter
from contextvars import Context
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from app.core import clock
from app.core import transaction as core_transaction
from app.core.errors import Busy
from app.core.jobs import Heartbeat
from app.core.transaction import transaction
from app.deadlines.queries import calendars
from app.demo import cli, county, play
from app.demo.people import person_id
from app.grids.levels import Duty
from app.grids.queries import grid_tree, serving
from app.identity import passwords
from tests.demo.test_people import NAMED
from tests.factories.identity import person


@pytest.fixture
def as_if_made(app_context, monkeypatch):
    """A database in which the command believes the county made: making it takes seconds."""
    monkeypatch.setattr(county, "exists", lambda: True)


def sign_in(app, username, password):
    """Sign somebody in over HTTP."""
    body = {"username": username, "password": password, "device": "test"}
    return app.test_client().post("/api/v1/auth/login", json=body)


def test_the_county_has_its_townships_villages_and_grids_and_everybody_can_sign_in(app):
    with app.app_context():
        result = CliRunner().invoke(cli.demo, [])
        assert result.exit_code == 0, result.output
        levels = Counter(str(node.level) for node in grid_tree().current)
        assert (levels["township"], levels["village"]) == (6, 79)
        assert 90 <= levels["grid"] <= 110
        cells = [node.code for node in grid_tree().current if node.level == "grid"]
        served = Counter(each.grid for each in serving(cells, (Duty.FULL_TIME,)))
        assert served == dict.fromkeys(cells, 1)
        assert grid_tree().get("141025").has_centre
        for centre, code in (("141025", "centre"), (county.PILOT, "town_centre")):
            calendar = calendars().of_centre(centre)
            assert (calendar.code, len(calendar.shifts)) == (code, 2)
            assert all(calendar.hours_on(date(2026, 12, day)) for day in range(1, 8)), "it works every day"
    told = result.output.strip().rpartition(": ")[2]  # nobody chose a password, so one was made and is told
    for username in NAMED:
        answer = sign_in(app, username, told)
        assert answer.status_code == 200, (username, answer.get_json())
        assert answer.get_json()["person"]["person_id"] == person_id(username)
    _reads_as_a_worker(app, sign_in(app, "worker1", told).get_json()["access_token"])


def _reads_as_a_worker(app, token):
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    (mine,) = client.get("/api/v1/me", headers=headers).get_json()["grids"]
    assert mine.startswith("141025100")
    names = {each["name"] for each in client.get("/api/v1/departments", headers=headers).get_json()["items"]}
    assert {"县住房和城乡建设局", "市生态环境局古县分局", "南垣乡综合行政执法队"} <= names
    assert len(client.get("/api/v1/catalogue", headers=headers).get_json()["classes"]) > 100


def test_the_password_is_the_one_that_was_set_and_is_not_told(make_app, monkeypatch):
    app, hashes = make_app(DEMO_PASSWORD="gu-county-demo"), []
    monkeypatch.setattr(county, "make", lambda password_hash: hashes.append(password_hash) or 1)
    with app.app_context():
        result = CliRunner().invoke(cli.demo, [])
        assert passwords.matches(hashes[0], "gu-county-demo")
    assert "口令" not in result.output


def test_a_first_start_that_broke_off_is_taken_up_again(app_context, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(county, "_hire", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            county.make("hash")
    assert not county.exists()
    assert county.make("hash") > 400
    assert county.make("hash") == 0


def test_a_database_with_other_people_is_left_alone(app_context):
    person(name="李四")
    with pytest.raises(county.NotTheDemoCounty):
        county.make("hash")


def test_nothing_is_played_beside_a_running_scheduler(as_if_made):
    with transaction() as session:
        session.add(Heartbeat(name="scheduler", at=clock.now()))
    result = CliRunner().invoke(cli.demo, ["--days", "1"])
    assert result.exit_code == 1
    assert "先停止" in result.output


def test_days_are_played_with_progress_and_summed_up(as_if_made, monkeypatch):
    def played(_app, start, end, seed, report, mark):
        Context().run(report, clock.now(), 31)  # as a play does: in a context that knows no application
        return play.PlaySummary(cases=62, steps=500, timer_steps=20, refused=["sign in filed: 409"])

    monkeypatch.setattr(play, "play", played)
    result = CliRunner().invoke(cli.demo, ["--days", "2"])
    assert result.exit_code == 0, result.output
    assert "演练 2 天：案件 62，步骤 520" in result.output
    assert "1 个案件停在被拒绝的一步" in result.output


def test_however_slow_the_machine_is_the_county_gets_made(app_context, monkeypatch):
    monkeypatch.setattr(core_transaction, "WRITE_LIMIT_SECONDS", 0.0)
    assert county.make("hash") > 400
    county.open_pilot_centre()
    with pytest.raises(Busy), transaction() as session:
        session.merge(Heartbeat(name="what phones read", at=clock.now()))


def test_a_play_that_broke_off_on_its_first_day_begins_again_with_other_ids(as_if_made, monkeypatch):
    seeds, spans = [], []

    def broken(_app, start, end, seed, report, mark):
        seeds.append(seed)
        spans.append((start, end))
        raise KeyboardInterrupt

    monkeypatch.setattr(play, "play", broken)
    for arguments in (["--days", "9"], ["--days", "9"], []):
        assert CliRunner().invoke(cli.demo, arguments).exit_code == 1
    assert len(set(spans)) == 1
    assert spans[0][1] - spans[0][0] == timedelta(days=9)
    assert len(set(seeds)) == 3  # with the same one the ids would be those of cases already played


def test_a_play_that_broke_off_goes_on_where_it_stood(as_if_made, monkeypatch):
    end, stood, played = clock.now(), clock.now() - timedelta(days=4, hours=5), []

    def broken(_app, start, end, seed, report, mark):
        Context().run(mark, stood)
        raise KeyboardInterrupt

    def whole(_app, *span, report, mark):
        played.append(span)
        return play.PlaySummary()

    monkeypatch.setattr(play, "play", broken)
    assert CliRunner().invoke(cli.demo, ["--days", "9"]).exit_code == 1
    monkeypatch.setattr(play, "play", whole)
    for text in (f"{clock.local(stood):%Y-%m-%d %H:%M} 中断，从那里继续", "已经建好"):
        result = CliRunner().invoke(cli.demo, [])
        assert (result.exit_code, text in result.output) == (0, True), result.output
    ((start, until, seed),) = played
    assert (start, until) == (stood, end)
    assert seed != 1, "with the same seed the ids would be those of the cases already played"
