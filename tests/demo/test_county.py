"""The demo county in a database, and the command that makes it."""

from collections import Counter

import pytest
from click.testing import CliRunner

from app.core import clock
from app.core.jobs import Heartbeat
from app.core.transaction import transaction
from app.demo import cli, county
from app.demo.people import person_id
from app.grids.levels import Duty
from app.grids.queries import grid_tree, serving
from tests.demo.test_people import NAMED
from tests.factories.identity import person

PASSWORD = "gu-county-demo"


@pytest.fixture
def command(make_app):
    """Run `gezhi demo`: `command("--days", "2")`; the password is set unless told otherwise."""

    def run(*arguments, password=PASSWORD):
        app = make_app(DEMO_PASSWORD=password)
        with app.app_context():
            return app, CliRunner().invoke(cli.demo, arguments)

    return run


def sign_in(app, username, password=PASSWORD):
    """Sign somebody in over HTTP."""
    body = {"username": username, "password": password, "device": "test"}
    return app.test_client().post("/api/v1/auth/login", json=body)


def test_the_county_has_its_townships_villages_and_grids_and_everybody_can_sign_in(command):
    app, result = command()
    assert result.exit_code == 0, result.output
    with app.app_context():
        levels = Counter(str(node.level) for node in grid_tree().current)
        assert (levels["township"], levels["village"]) == (6, 79)
        assert 90 <= levels["grid"] <= 110
        cells = [node.code for node in grid_tree().current if node.level == "grid"]
        served = Counter(each.grid for each in serving(cells, (Duty.FULL_TIME,)))
        assert served == dict.fromkeys(cells, 1)
        assert grid_tree().get("141025").has_centre
    for username in NAMED:
        answer = sign_in(app, username)
        assert answer.status_code == 200, (username, answer.get_json())
        assert answer.get_json()["person"]["person_id"] == person_id(username)


def test_a_worker_signs_in_to_one_grid_of_the_seat_and_reports_from_it(command):
    app, _ = command()
    headers = {"Authorization": f"Bearer {sign_in(app, 'worker1').get_json()['access_token']}"}
    client = app.test_client()
    (mine,) = client.get("/api/v1/me", headers=headers).get_json()["grids"]
    assert mine.startswith("141025100")
    names = {each["name"] for each in client.get("/api/v1/departments", headers=headers).get_json()["items"]}
    assert {"县住房和城乡建设局", "市生态环境局古县分局", "南垣乡综合行政执法队"} <= names
    classes = client.get("/api/v1/catalogue", headers=headers).get_json()["classes"]
    assert len(classes) > 100


def test_making_the_county_again_changes_nothing(command):
    app, _ = command()
    with app.app_context():
        result = CliRunner().invoke(cli.demo, [])
        assert (result.exit_code, "已经建好" in result.output) == (0, True)


def test_a_first_start_that_broke_off_is_taken_up_again(app_context, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(county, "_hire", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            county.make("hash")
    assert not county.is_made()
    assert county.make("hash") > 400


def test_a_password_that_nobody_chose_is_told_and_works(command):
    app, result = command(password=None)
    told = result.output.strip().rpartition("：")[2]
    assert sign_in(app, "leader1", told).status_code == 200


def test_a_database_with_other_people_is_left_alone(app_context):
    person(name="李四")
    with pytest.raises(county.NotTheDemoCounty):
        county.make("hash")


def test_nothing_is_played_beside_a_running_scheduler(app_context):
    county.make("hash")
    with transaction() as session:
        session.add(Heartbeat(name="scheduler", at=clock.now()))
    result = CliRunner().invoke(cli.demo, ["--days", "1"])
    assert result.exit_code == 1
    assert "先停止" in result.output
