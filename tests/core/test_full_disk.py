"""A disk that has little room left: what adds to it waits, everything else goes on, and nothing answers 500."""

import base64
import errno
import os
import sqlite3
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.core import jobs, outbox, space
from app.core.db import db
from app.core.storage import here
from app.core.transaction import passing_trouble, transaction
from app.identity import staff_telephones
from app.identity.models import PersonRow
from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.identity import PASSWORD, person
from tests.factories.town import HERE
from tests.rules.sources import ROOT
from tests.support.exports import order

TUS = {"Tus-Resumable": "1.0.0"}
VITAL = {  # who may write on a full disk: sessions, audited looks, signs of life, what makes room
    "app/attachments/jobs.py", "app/audit/refusals.py", "app/cases/proof/verify.py", "app/core/jobs.py",
    "app/core/outbox.py", "app/core/rates.py", "app/frame/exports/jobs.py", "app/notices/old_messages.py",
    "app/identity/api.py", "app/identity/cookies.py", "app/identity/enrolment.py", "app/identity/jobs.py",
    "app/identity/pages.py", "app/identity/sessions.py", "app/identity/sign_in.py", "app/identity/staff_telephones.py",
    "app/intake/api.py", "app/desk/report_pages.py", "app/desk/resident_pages.py", "app/desk/round_pages.py",
    "app/residents/api.py", "app/residents/resident_batches.py", "app/rounds/api.py",
}  # fmt: skip


def fill(app):
    app.config["DISK_LEAST_MB"] = 10**9


def assert_waits(answer):
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (507, True), answer.text
    if answer.content_type == "application/problem+json":
        assert answer.get_json()["code"] == "storage_full"


def test_cases_files_and_exports_wait_and_nothing_of_them_is_kept(app, town):
    case = town.worker.report().get_json()
    assert town.acceptor.headers, "signed in before"
    admin, desk = Desk(app, town.hire("administrator", "grid", COUNTY)), Desk(app, town.acceptor)
    fill(app)
    said = {"class": "0102", "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
    assert_waits(town.worker.send("PUT", f"cases/{uuid4()}", said))
    assert_waits(town.acceptor.try_act(case, "accept", seen=1))
    assert_waits(town.worker.upload(case, jpeg(), purpose="before")[1])
    begun = {**town.worker.headers, **TUS, "Upload-Length": "9", "Upload-Metadata": metadata(case)}
    assert_waits(town.client.post("/api/v1/uploads", headers=begun))
    assert_waits(order(admin, "audit"))
    assert_waits(desk.act(case, "accept"))
    with app.app_context():
        assert list(here().spool.folder.glob("*")) == []
        assert outbox.drain() == 0


def metadata(case):
    said = {"case_id": case["case_id"], "attachment_id": str(uuid4()), "purpose": "before", "filetype": "image/jpeg"}
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


def test_an_upload_begun_before_waits_and_goes_on_where_it_stood(app, town):
    case, content = town.worker.report().get_json(), jpeg()
    headers = {**town.worker.headers, **TUS}
    begun = {**headers, "Upload-Length": str(len(content)), "Upload-Metadata": metadata(case)}
    where = town.client.post("/api/v1/uploads", headers=begun).headers["Location"]
    piece = {**headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    least = app.config["DISK_LEAST_MB"]
    fill(app)
    assert_waits(town.client.patch(where, data=content, headers=piece))
    assert town.client.head(where, headers=headers).headers["Upload-Offset"] == "0"
    app.config["DISK_LEAST_MB"] = least
    assert town.client.patch(where, data=content, headers=piece).status_code == 204


def test_reading_and_signing_in_go_on(app, town):
    case = town.worker.report().get_json()
    with app.app_context():
        name = db.session.scalar(text("SELECT username FROM people LIMIT 1"))
    fill(app)
    client = app.test_client()
    told = client.post("/api/v1/auth/login", json={"username": name, "password": PASSWORD, "device": "x"})
    assert told.status_code == 200
    again = client.post("/api/v1/auth/refresh", json={"refresh_token": told.get_json()["refresh_token"]})
    bearer = {"Authorization": f"Bearer {again.get_json()['access_token']}"}
    near = f"/api/v1/cases/near?lon={HERE[0]}&lat={HERE[1]}&class=0102"
    assert town.client.get(near, headers=town.worker.headers).status_code == 200
    code = client.post("/api/v1/me/second-factor/session", json={"code": "000000"}, headers=bearer)
    assert (code.status_code, code.get_json()["code"]) == (422, "second_factor_code_wrong"), "looked at, not put off"
    for path in ("/api/v1/me", "/api/v1/catalogue", "/api/v1/cases", "/healthz"):
        assert client.get(path, headers=bearer).status_code == 200
    assert town.worker.read(case)["seq"] == case["seq"]
    assert client.post("/api/v1/auth/logout", headers=bearer).status_code == 204
    with app.app_context():
        jobs.beat("scheduler")


@pytest.mark.parametrize("open_ones", [0, 1])
def test_a_start_seals_telephones_however_full_the_disk(app, open_ones, monkeypatch):
    with app.app_context():
        one = person(phone=None)
        with transaction() as session:
            session.get(PersonRow, one.id).phone_open = "13800138001" if open_ones else None
        fill(app)
        monkeypatch.setattr(space, "_free_bytes", lambda folder: 0)
        assert staff_telephones.seal_open_ones() == open_ones


def test_each_operation_of_a_sync_waits_and_the_changes_are_answered(app, town):
    case = town.worker.report().get_json()
    report = {"class": "0102", "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
    operations = [{"type": "report", "case_id": str(uuid4()), "body": report}]
    fill(app)
    told = town.worker.send("POST", "sync", {"cursor": None, "operations": operations})
    assert told.status_code == 200
    (result,) = told.get_json()["results"]
    assert (result["status"], result["body"]["code"]) == (507, "storage_full")
    assert [each["case_id"] for each in told.get_json()["changes"]] == [case["case_id"]]


def test_who_may_write_on_a_full_disk_is_written_down():
    """Add a file only for a row or two that must not wait: a session, an audited look, or what makes room."""
    said = {
        str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py") if "transaction(vital=" in path.read_text()
    }
    assert said == VITAL


@pytest.mark.own_database
def test_a_sqlite_file_that_cannot_grow_is_told_as_a_full_disk(tmp_path, app_context):
    engine = create_engine(f"sqlite:///{tmp_path / 'small.sqlite3'}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE rows (body TEXT)"))
        connection.execute(text("PRAGMA max_page_count = 3"))
        with pytest.raises(OperationalError) as failed:
            connection.execute(text("INSERT INTO rows VALUES (:body)"), {"body": "x" * 100_000})
    engine.dispose()
    assert isinstance(passing_trouble(failed.value), space.StorageFull)
    with pytest.raises(space.StorageFull), transaction():
        raise failed.value


@pytest.mark.parametrize(
    ("cause", "full"),
    [
        (OperationalError("…", {}, psycopg.errors.DiskFull()), True),
        (OperationalError("…", {}, sqlite3.OperationalError("disk I/O error")), False),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (PermissionError(errno.EACCES, "Permission denied"), False),
    ],
)
def test_a_full_disk_is_told_from_what_is_broken(cause, full):
    assert isinstance(passing_trouble(cause), space.StorageFull) is full


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_met_anywhere_in_a_request_is_told_so(make_app):
    app = make_app()

    @app.post("/writes")
    def writes():
        with open("/dev/full", "w") as file:
            file.write("x")

    assert_waits(app.test_client().post("/writes"))


def test_the_reserve_is_made_when_there_is_room_and_goes_when_there_is_none(app_context, tmp_path):
    (tmp_path / "data").mkdir(exist_ok=True)
    reserve = tmp_path / "data" / "reserve"
    space.keep_reserve()
    assert reserve.stat().st_size == app_context.config["DISK_RESERVE_MB"] * space.MB
    assert reserve.stat().st_mode & 0o077 == 0
    space.spare()
    assert reserve.exists()
    assert space.release(tmp_path / "data")
    fill(app_context)
    space.keep_reserve()
    assert not reserve.exists()
