"""A web process answers everybody in one thread: nobody keeps the write lock of SQLite while others are answered."""

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY
from tests.factories.identity import PASSWORD
from tests.grids.files import whole_county
from tests.support.processes import standing_still
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
AT_ONCE = 12
MULTIPART = "multipart/form-data; boundary=b"
BOUNDARIES = (
    b'--b\r\nContent-Disposition: form-data; name="crs"\r\n\r\nwgs84\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="grids.geojson"\r\n\r\n%b\r\n--b--\r\n'
)


@contextmanager
def served_with(town, **settings):
    """Let the web server run with other settings for a while."""
    usual = town.house.settings
    try:
        for current in ({**usual, **settings}, usual):
            town.house.kill("web")
            town.house.settings = current
            town.house.start("web")
            if current is not usual:
                yield
    finally:
        town.house.settings = usual


def whole_loop(town, number):
    """Report, photo, acts, sync, sign-in, refresh, pages: everything that writes, or waits."""
    case = town.worker.report().get_json()
    _, stored = town.worker.upload(case, jpeg(64, 48 + number), purpose="before")
    act = {"type": "act", "case_id": case["case_id"], "op_id": str(uuid4()), "action": "comment", "seen": 1}
    operations = [
        {"type": "report", "case_id": str(uuid4()), "body": {"description": "井盖", "lon": 1.0, "lat": 1.0}},
        {**act, "data": {"text": "现场"}},
    ]
    synced = town.worker.send("POST", "sync", {"cursor": None, "operations": operations})
    acted = town.acceptor.try_act(case, "accept", seen=1)
    name = {"username": "duty", "password": "wrong" + PASSWORD}
    refused = town.client.post("/api/v1/auth/login", json=name, headers={"X-Request-Id": uuid4().hex})
    page = town.client.get("/readyz")
    return [each.status_code for each in (stored, synced, acted, refused, page)]


def seen_switches(town, tmp_path, **settings):
    log = tmp_path / "switches"
    with served_with(town, SWITCHES_SEEN=str(log), **settings):
        answers = at_once([partial(whole_loop, town, number) for number in range(AT_ONCE)])
    for stored, synced, acted, refused, page in answers:
        assert (stored, synced, acted, page) == (201, 200, 201, 200)
        assert refused in (401, 429)  # guesses from one address are soon too many
    return log.read_text() if log.exists() else ""


def test_no_request_lets_others_go_on_while_it_holds_the_write_lock(town, tmp_path, database_kind):
    assert seen_switches(town, tmp_path) == ""
    if database_kind == "sqlite":
        assert "tests/support/switches.py" in seen_switches(town, tmp_path, SWITCHES_MADE=True), "it would be seen"


def helpers(town):
    """The processes that decode for the web processes."""
    workers = town.house.children_of("web")
    words = [Path(f"/proc/{pid}/task/{pid}/children").read_text().split() for pid in workers]
    return [int(word) for each in words for word in each]


def test_while_photos_are_being_decoded_everybody_else_is_answered(town):
    case = town.worker.report().get_json()
    for number in range(4):  # until both processes have their decoder
        town.worker.upload(case, jpeg(64, 100 + number), purpose="before")
    with standing_still(helpers(town)) as go_on:
        uploads = [partial(town.worker.upload, case, jpeg(64, 200 + number), purpose="before") for number in range(6)]
        reads = [partial(town.acceptor.get, "me")] * AT_ONCE
        waiting = at_once([partial(let_go_after, go_on, reads), *uploads])
    assert {answer.status_code for _, answer in waiting[1:]} == {201}


def test_while_tables_and_boundaries_are_worked_on_everybody_else_is_answered(town, tmp_path):
    """Sheets, the file of a case and a backup beside the import of boundaries, and others beside all."""
    keeper = town.hire("administrator", "grid", COUNTY)
    case = town.worker.report().get_json()["case_id"]

    def template():
        return town.client.get("/admin/people/import/template", headers=keeper.headers)

    def file():
        return town.client.get(f"/desk/cases/{case}/file", headers=town.duty.headers)

    def boundaries():
        return town.client.post(
            "/admin/grids/import/", data=BOUNDARIES % whole_county(), content_type=MULTIPART, headers=keeper.headers
        )

    far = [template, boundaries]
    for _ in range(4):  # until both processes have their helpers
        assert {call().status_code for call in far} == {200, 303}
    backup = partial(town.house.command, "backup", str(tmp_path / "backup"))
    with standing_still(helpers(town)) as go_on:
        reads = [partial(town.acceptor.get, "me"), file] * AT_ONCE
        _, _, *waited = at_once([partial(let_go_after, go_on, reads), backup, *far * 2])
    assert {answer.status_code for answer in waited} == {200, 303}


def let_go_after(go_on, reads):
    """See everybody answered while helpers stand still, then let them go on."""
    assert {answer.status_code for answer in at_once(reads)} == {200}
    go_on()
