"""A phone's honest repeat is the same operation across an upgrade, though requests are loaded otherwise since.

`stored/version_1.json` holds requests, and the rows that they made, as the version before wrote them: the one whose
digests named no version. It was written by that version's own code and is never written again.
"""

import base64
import copy
import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import DateTime, LargeBinary, Uuid, insert, select

from app.attachments.models import Attachment
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseTask
from app.core import load_version
from app.core.db import db
from app.core.transaction import transaction
from app.core.types import UtcDateTime
from app.intake.models import Citizen
from tests.support.looks import refused

STORED = json.loads((Path(__file__).parent / "stored" / "version_1.json").read_text())
TABLES = {kind.__tablename__: kind for kind in (Citizen, Case, CaseStep, CaseTask, CaseClock, CaseLink, Attachment)}
READERS = ((Uuid, UUID), ((DateTime, UtcDateTime), datetime.fromisoformat), (LargeBinary, base64.b64decode))


@pytest.fixture
def town(make_app, database):
    """A town with the people and rows of the version before."""
    town = database.contents.moved_to(make_app(CITIZEN_KEYS=STORED["citizen_keys"]))
    for name, known in STORED["people"].items():
        where = known["scope_kind"], known["scope_code"]
        setattr(town, name, town.hire(known["role"], *where, person_id=UUID(known["id"])))
    with town.app.app_context(), transaction() as session:
        for name, rows in STORED["rows"].items():
            for row in rows:
                session.execute(insert(TABLES[name]).values(plain(TABLES[name], row)))
    return town


def plain(kind, row):
    """Read the values of a row as its columns want them."""
    columns = kind.__table__.columns
    return {name: read(columns[name].type, value) for name, value in row.items()}


def read(kind, value):
    """Read one value as its column wants it."""
    reader = next((reader for types, reader in READERS if isinstance(kind, types)), None)
    return reader(value) if reader and isinstance(value, str) else value


def send(town, asked, body=None):
    """Send a request; return for each of its operations (status, body)."""
    answer = getattr(town, asked["who"]).send(asked["method"], asked["path"], body or asked["body"])
    if asked["path"] != "sync":
        return [(answer.status_code, answer.get_json())]
    assert answer.status_code == 200, answer.get_json()
    return [(one["status"], one["body"]) for one in answer.get_json()["results"]]


def digests(town):
    """The digest of every step by its hash."""
    with town.app.app_context():
        return dict(db.session.execute(select(CaseStep.hash, CaseStep.asked_digest)).all())


def test_every_request_that_the_version_before_took_is_the_same_again(town):
    before = digests(town)
    assert {digest.partition(":")[0] for digest in before.values()} == {"sha256"}
    for asked in STORED["requests"]:
        for status, body in send(town, asked):
            assert status == 200, (asked["what"], body)
            assert body["step"]["hash"] in before, asked["what"]
    assert digests(town) == before


def test_another_text_under_the_same_id_is_another_request_still(town):
    for asked in STORED["requests"]:
        body = copy.deepcopy(asked["body"])
        for one in body.get("operations", [body]):
            texts = one.get("data") if "data" in one else one.get("body", one)
            texts["note" if "action" in one else "address"] = "别的"
        for status, said in send(town, asked, body):
            assert (status, said["code"]) in {(409, "operation_differs"), (409, "case_differs")}, (asked["what"], said)


def test_another_person_does_not_repeat_what_the_version_before_took(town):
    asked = next(one for one in STORED["requests"] if one["method"] == "PUT" and one["who"] == "worker")
    refused(town.next_worker.send("PUT", asked["path"], asked["body"]), 409, "case_differs")


def test_a_photo_that_the_version_before_took_is_the_same_again_whatever_is_said_beside_it(town):
    photo = STORED["photo"]
    path = f"/api/v1/cases/{photo['case_id']}/attachments/{photo['attachment_id']}"
    for beside, kind in (
        ("purpose=before", "image/jpeg"), ("purpose=before&taken_at=1980-01-01T00:00:00Z", "image/png"),
        ("purpose=%20before&lon=999&lat=x", "text/plain"),
    ):  # fmt: skip
        answer = town.client.put(
            f"{path}?{beside}", data=base64.b64decode(photo["base64"]), content_type=kind, headers=town.worker.headers
        )
        assert answer.status_code == 200, (beside, answer.get_json())


def test_what_is_taken_now_names_the_version_by_which_it_was_loaded(town):
    made = town.worker.report().get_json()
    assert digests(town)[made["step"]["hash"]].startswith(f"v{load_version.CURRENT}:sha256:")
