"""Photos come in whole or in pieces, over bad lines, once."""

import base64
import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from app.attachments import cleanup, queries, service
from app.attachments.models import Upload
from app.cases.models import Case
from app.core import storage
from app.core.clock import now as clock_now
from app.core.db import db
from app.core.permissions import Assignment, Permission, Person
from app.core.storage.pieces import SharedSpool
from app.core.transaction import transaction
from tests.attachments.pictures import PDF, encoded, jpeg, notes, picture

UPLOADS = "/api/v1/uploads"
PHOTO = jpeg(320, 240, exif=notes())
LENGTH = len(PHOTO)
TUS = {"Tus-Resumable": "1.0.0"}


def signed_in(app, *permissions: Permission) -> Person:
    """Let every request from now on be made by a new person."""
    held = Assignment("worker", "grid", "141025", "141025/", frozenset(permissions or (Permission.ATTACHMENT_UPLOAD,)))
    person = Person(uuid4(), "网格员", (held,))
    app.extensions["gezhi_authenticate"] = lambda: person
    return person


@pytest.fixture
def worker(app) -> Person:
    return signed_in(app)


@pytest.fixture
def ids() -> tuple[UUID, UUID]:
    return uuid4(), uuid4()


def put(client, ids, data=PHOTO, kind="image/jpeg", query="purpose=before"):
    return client.put(f"/api/v1/cases/{ids[0]}/attachments/{ids[1]}?{query}", data=data, content_type=kind)


def metadata(ids, **more: str) -> str:
    said = {"case_id": str(ids[0]), "attachment_id": str(ids[1]), "purpose": "before", "filetype": "image/jpeg", **more}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def begin(client, ids, length=LENGTH, **more: str):
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(ids, **more)}
    return client.post(UPLOADS, headers=headers)


def patch(client, where, offset, data, **headers: str):
    return client.patch(
        where,
        data=data,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(offset), **headers},
    )


def hosts(make_app, tmp_path):
    """Two applications on one database and one bucket, each with a data folder of its own, and one worker at both."""
    made = [make_app(DATA_DIR=str(tmp_path / name)) for name in ("one", "two")]
    signed_in(made[0])
    made[1].extensions["gezhi_authenticate"] = made[0].extensions["gezhi_authenticate"]
    return [app.test_client() for app in made]


def begun(client, ids):
    """Send three pieces of 500 bytes; return where the upload is."""
    where = begin(client, ids).headers["Location"]
    for start in (0, 500, 1_000):
        assert patch(client, where, start, PHOTO[start : start + 500]).status_code == 204
    return where


def look(client, where):
    return client.head(where, headers=TUS)


def stored_bytes(app, ids) -> bytes:
    with app.app_context(), queries.open_bytes(queries.find(*ids), "original").stream as stream:
        return stream.read()


def problem(answer) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json", answer.text
    return answer.status_code, answer.json["code"]


# whole


@pytest.mark.usefixtures("worker")
def test_a_photo_is_taken_once_and_may_be_sent_again(app, client, ids):
    first = put(client, ids)
    assert first.status_code == 201, first.text
    assert first.json == {
        "attachment_id": str(ids[1]),
        "sha256": hashlib.sha256(PHOTO).hexdigest(),
        "size": len(PHOTO),
        "state": "stored",
    }
    again = put(client, ids)
    assert (again.status_code, again.json) == (200, first.json)
    assert stored_bytes(app, ids) == PHOTO


def test_it_is_entered_with_who_sent_it_and_what_they_say(app, client, worker, ids):
    query = "purpose=after&taken_at=2026-11-23T08:00:00%2B08:00&lon=111.9&lat=36.2"
    assert put(client, ids, query=query).status_code == 201
    with app.app_context():
        kept = queries.find(*ids)
    assert (kept.uploader, kept.purpose, kept.lon, kept.lat) == (worker.person_id, "after", 111.9, 36.2)
    assert kept.taken_at.isoformat() == "2026-11-23T00:00:00+00:00"


@pytest.mark.usefixtures("worker")
def test_zero_zero_from_a_phone_is_no_place(app, client, ids):
    assert put(client, ids, data=jpeg(), query="purpose=before&lon=0&lat=0").status_code == 201
    with app.app_context():
        assert (queries.find(*ids).lon, queries.find(*ids).lat) == (None, None)


@pytest.mark.usefixtures("worker")
def test_other_bytes_under_the_same_id_are_a_conflict(app, client, ids):
    put(client, ids)
    assert problem(put(client, ids, jpeg(64, 64))) == (409, "attachment_differs")
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_a_photo_that_cannot_be_used_is_refused_with_a_reason_and_stays_refused(app, client, ids):
    answer = put(client, ids, PHOTO[: len(PHOTO) // 2])
    assert problem(answer) == (422, "photo_refused")
    assert answer.json["reason"] == "broken"
    assert "重新拍摄" in answer.json["detail"]
    with app.app_context():
        assert queries.find(*ids).state == "refused"
    assert put(client, ids).status_code == 201


@pytest.mark.usefixtures("worker")
def test_a_photo_is_taken_whatever_it_is_called(app, client):
    kinds = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain")
    for kind in (*kinds, "multipart/form-data", None):
        ids = (uuid4(), uuid4())
        assert put(client, ids, kind=kind).status_code == 201, kind
        assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_a_body_that_stops_early_is_no_photo_and_leaves_nothing(app, client, ids):
    address = f"/api/v1/cases/{ids[0]}/attachments/{ids[1]}?purpose=before"
    half = {"CONTENT_LENGTH": str(len(PHOTO)), "wsgi.input": BytesIO(PHOTO[:500]), "wsgi.input_terminated": True}
    answer = client.put(address, content_type="image/jpeg", environ_overrides=half)
    assert problem(answer) == (400, "body_cut")
    with app.app_context():
        assert db.session.get(service.Attachment, ids) is None


def test_a_body_above_the_limit_is_refused_whether_or_not_it_says_its_length(make_app, ids):
    app = make_app(MAX_ATTACHMENT_BYTES=len(PHOTO))
    signed_in(app)
    client = app.test_client()
    assert problem(put(client, ids, PHOTO + b"x")) == (413, "too_large")
    endless = {"wsgi.input": BytesIO(PHOTO + b"x"), "wsgi.input_terminated": True}
    address = f"/api/v1/cases/{ids[0]}/attachments/{ids[1]}?purpose=before"
    assert problem(client.put(address, content_type="image/jpeg", environ_overrides=endless)) == (413, "too_large")
    assert problem(begin(client, ids, len(PHOTO) + 1)) == (413, "too_large")
    endless["wsgi.input"] = BytesIO(PHOTO)
    assert client.put(address, content_type="image/jpeg", environ_overrides=endless).status_code == 201


@pytest.mark.usefixtures("worker")
def test_papers_and_heic_are_taken(client):
    heic = encoded(picture(), "HEIF")
    assert put(client, (uuid4(), uuid4()), heic, "image/heic").status_code == 201
    assert put(client, (uuid4(), uuid4()), PDF, "application/pdf", "purpose=document").status_code == 201
    assert problem(put(client, (uuid4(), uuid4()), PDF, "application/pdf")) == (422, "photo_refused")


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "purpose"),
        ("purpose=selfie", "purpose"),
        ("purpose=before&colour=red", "colour"),
    ],
)
def test_what_cannot_be_understood_is_named(client, ids, query, field):
    answer = put(client, ids, query=query)
    assert problem(answer) == (422, "invalid")
    assert list(answer.json["fields"]) == [field]


def test_whoever_may_not_upload_is_refused_by_both_ways(app, client, ids):
    signed_in(app, Permission.CASE_READ)
    assert problem(put(client, ids)) == (403, "forbidden")
    assert problem(begin(client, ids)) == (403, "forbidden")


def open_case(app, case_id: UUID, reporter: Person) -> None:
    """Let a case be there that nobody but its reporter sees."""
    moment = clock_now()
    with app.app_context(), transaction() as session:
        session.add(
            Case(
                **{"case_id": case_id, "number": "141025-20261123-0001", "workflow": "case", "state": "reported"},
                **{"seq": 1, "turned_seq": 1, "hash": "0", "source": "worker", "reporter_id": reporter.person_id},
                **{"grid": "1", "grid_path": "1/", "area_class": "A", "level": "county", "centre": "141025"},
                **{"lon": 111.9, "lat": 36.2, "description": "垃圾", "reported_at": moment, "changed_at": moment},
            )
        )


def test_to_a_case_that_is_there_only_those_add_photos_who_see_it(app, client, ids):
    worker = signed_in(app, Permission.ATTACHMENT_UPLOAD, Permission.CASE_READ)
    open_case(app, ids[0], worker)
    assert put(client, ids).status_code == 201
    where = begin(client, (ids[0], uuid4())).headers["Location"]
    assert patch(client, where, 0, PHOTO).status_code == 204
    signed_in(app)
    assert problem(put(client, (ids[0], uuid4()))) == (404, "not_found")
    assert problem(begin(client, (ids[0], uuid4()))) == (404, "not_found")


def test_who_owes_a_photo_may_send_it_after_losing_sight_of_the_case(app, client, worker, ids):
    open_case(app, ids[0], worker)
    owing = signed_in(app)
    with app.app_context(), transaction():
        service.name(ids[0], [ids[1]], 2, "after", owing.person_id)
    assert put(client, ids).status_code == 201
    assert put(client, ids).status_code == 200


@pytest.mark.own_database
@pytest.mark.usefixtures("worker")
def test_a_photo_sent_many_times_at_once_is_taken_once(app, ids):
    with ThreadPoolExecutor(8) as senders:
        statuses = list(senders.map(lambda _: put(app.test_client(), ids).status_code, range(24)))
    assert sorted(statuses) == [200] * 23 + [201]
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_a_photo_costs_two_statements(client, ids, query_count):
    with query_count() as seen:
        put(client, ids)
    assert len(seen) == 2, seen  # may they, and the row


# in pieces


@pytest.mark.usefixtures("client")
def test_anybody_may_ask_what_the_server_can_do(client):
    for address in (UPLOADS, f"{UPLOADS}/{uuid4()}"):
        answer = client.options(address)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
        assert int(answer.headers["Tus-Max-Size"]) > 20_000_000
        assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


@pytest.mark.usefixtures("worker")
def test_a_photo_comes_in_pieces_and_is_stored_with_the_last(app, client, ids):
    begun = begin(client, ids)
    assert begun.status_code == 201, begun.text
    where = begun.headers["Location"]
    assert begun.headers["Upload-Expires"] == "Mon, 30 Nov 2026 01:00:00 GMT"
    first = patch(client, where, 0, PHOTO[:1000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    looked = look(client, where)
    assert (looked.status_code, looked.headers["Upload-Offset"]) == (200, "1000")
    assert looked.headers["Upload-Length"] == str(len(PHOTO))
    assert looked.headers["Upload-Metadata"] == metadata(ids)
    assert looked.headers["Cache-Control"] == "no-store"
    assert patch(client, where, 1000, PHOTO[1000:]).status_code == 204
    assert stored_bytes(app, ids) == PHOTO
    assert put(client, ids).status_code == 200, "the same photo by the other way is the same"


def named(answer):
    """What an answer says that is kept."""
    return answer.headers.get("Attachment-Id"), answer.headers.get("Attachment-Sha256")


@pytest.mark.usefixtures("worker")
def test_the_sender_who_lost_the_last_answer_learns_that_all_came_and_what_is_kept(app, client, ids):
    where = begin(client, ids).headers["Location"]
    kept = (str(ids[1]), hashlib.sha256(PHOTO).hexdigest())
    assert named(patch(client, where, 0, PHOTO[:1000])) == named(look(client, where)) == (None, None)
    assert named(patch(client, where, 1000, PHOTO[1000:])) == kept
    looked = look(client, where)
    assert (looked.headers["Upload-Offset"], named(looked)) == (str(len(PHOTO)), kept)
    again = patch(client, where, len(PHOTO), b"")
    assert (again.status_code, named(again)) == (204, kept)
    assert (begin(client, ids).headers["Upload-Offset"], named(look(client, where))) == (str(len(PHOTO)), kept)
    assert problem(patch(client, where, 0, PHOTO)) == (409, "offset_differs")
    with app.app_context():
        assert list(storage.here().spool.folder.iterdir()) == []


@pytest.mark.usefixtures("worker")
def test_what_came_before_the_line_broke_is_kept_and_continued(app, client, ids):
    where = begin(client, ids).headers["Location"]
    half = {"CONTENT_LENGTH": str(len(PHOTO)), "wsgi.input": BytesIO(PHOTO[:700]), "wsgi.input_terminated": True}
    client.patch(
        where,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": "0"},
        environ_overrides=half,
    )
    assert look(client, where).headers["Upload-Offset"] == "700"
    assert patch(client, where, 700, PHOTO[700:]).status_code == 204
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_the_same_attachment_finds_the_upload_it_began(client, ids):
    first = begin(client, ids)
    patch(client, first.headers["Location"], 0, PHOTO[:900])
    again = begin(client, ids)
    assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"])
    assert again.headers["Upload-Offset"] == "900"
    assert problem(begin(client, ids, len(PHOTO) - 1)) == (409, "attachment_differs")


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("offset", [0, 999, 1001])
def test_a_wrong_offset_changes_nothing(app, client, ids, offset):
    where = begin(client, ids).headers["Location"]
    patch(client, where, 0, PHOTO[:1000])
    assert problem(patch(client, where, offset, b"x" * 10)) == (409, "offset_differs")
    assert look(client, where).headers["Upload-Offset"] == "1000"
    patch(client, where, 1000, PHOTO[1000:])
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_two_requests_do_not_write_one_upload_at_once(app, client, ids):
    where = begin(client, ids).headers["Location"]
    with app.app_context(), storage.here().spool.growing(UUID(where.rsplit("/", 1)[1]), 0):
        assert problem(patch(client, where, 0, PHOTO)) == (409, "offset_differs")
    assert patch(client, where, 0, PHOTO).status_code == 204


@pytest.mark.usefixtures("worker")
def test_a_piece_counted_by_a_faster_request_is_not_counted_twice(app, client, ids, worker):
    where = begin(client, ids).headers["Location"]
    upload_id = UUID(where.rsplit("/", 1)[1])
    with app.app_context():
        seen_before = service.find_upload(upload_id, worker.person_id)
        db.session.expunge(seen_before)
    patch(client, where, 0, PHOTO[:1000])
    with app.app_context(), pytest.raises(service.OffsetDiffers), transaction():
        service.keep_piece(seen_before, None, service.Piece(0, 1000, None))


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_does_not_add_up_is_sent_again(app, client, ids, algorithm):
    where = begin(client, ids).headers["Location"]
    right = base64.b64encode(hashlib.new(algorithm, PHOTO).digest()).decode()
    wrong = patch(client, where, 0, b"?" + PHOTO[1:], **{"Upload-Checksum": f"{algorithm} {right}"})
    assert problem(wrong) == (460, "checksum_differs")
    assert look(client, where).headers["Upload-Offset"] == "0"
    assert patch(client, where, 0, PHOTO, **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 204
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_a_checksum_nobody_knows_is_refused(client, ids):
    where = begin(client, ids).headers["Location"]
    answer = patch(client, where, 0, PHOTO, **{"Upload-Checksum": "crc32 AAAA"})
    assert problem(answer) == (400, "checksum_unknown")
    assert problem(patch(client, where, 0, PHOTO, **{"Upload-Checksum": "sha1 ?"})) == (422, "invalid")


@pytest.mark.usefixtures("worker")
def test_more_bytes_than_were_announced_are_refused_and_change_nothing(client, ids):
    where = begin(client, ids).headers["Location"]
    assert problem(patch(client, where, 0, PHOTO + b"x")) == (413, "too_large")
    assert look(client, where).headers["Upload-Offset"] == "0"


@pytest.mark.usefixtures("worker")
def test_an_upload_expires_seven_days_after_its_last_piece(app, client, ids, clock):
    where = begin(client, ids).headers["Location"]
    clock.tick(days=6)
    patch(client, where, 0, PHOTO[:1000])
    clock.tick(days=6)
    assert look(client, where).status_code == 200
    clock.tick(days=1)
    assert look(client, where).status_code == 410
    assert problem(patch(client, where, 1000, PHOTO[1000:])) == (410, "upload_gone")
    begun = begin(client, ids)
    assert (begun.headers["Location"], begun.headers["Upload-Offset"]) == (where, "0")
    assert patch(client, where, 0, PHOTO).status_code == 204
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_an_expired_upload_is_swept_a_day_later(app, client, ids, clock):
    where = begin(client, ids).headers["Location"]
    now = clock.tick(days=8, seconds=1)
    with app.app_context(), transaction():
        assert cleanup.uploads(now) == 1
    assert look(client, where).status_code == 404


@pytest.mark.usefixtures("worker")
def test_an_upload_whose_bytes_were_lost_is_begun_anew(app, client, ids):
    where = begin(client, ids).headers["Location"]
    patch(client, where, 0, PHOTO[:1000])
    with app.app_context():
        storage.here().spool.drop(UUID(where.rsplit("/", 1)[1]))
    assert look(client, where).status_code == 410
    assert begin(client, ids).headers["Upload-Offset"] == "0"


def test_where_bytes_wait_is_asked_and_told_outside_transactions(bucket_server, make_app, ids, monkeypatch):
    """What is asked of a bucket takes its time, in which nobody could write."""
    app = make_app()
    signed_in(app)
    client, inside = app.test_client(), []

    def watched(name):
        done = getattr(SharedSpool, name)

        def call(*args):
            inside.append((name, "writing" in db.session.info))
            return done(*args)

        return call

    for name in ("holds", "drop", "share"):
        monkeypatch.setattr(SharedSpool, name, watched(name))
    where = begun(client, ids)
    assert begin(client, ids).headers["Upload-Offset"] == "1500"
    with app.app_context():
        storage.here().spool.drop(UUID(where.rsplit("/", 1)[1]))
    assert begin(client, ids).headers["Upload-Offset"] == "0"
    assert patch(client, where, 0, PHOTO).status_code == 204
    assert {name for name, _ in inside} == {"holds", "drop", "share"}
    assert not [name for name, written in inside if written]


@pytest.mark.usefixtures("worker")
def test_a_finished_upload_whose_photo_is_not_kept_any_more_is_begun_anew(app, client, ids):
    where = begin(client, ids).headers["Location"]
    patch(client, where, 0, PHOTO)
    with app.app_context(), transaction():
        assert cleanup.unclaimed(clock_now() + cleanup.UNCLAIMED_KEPT + cleanup.UNCLAIMED_KEPT) == 1
    assert look(client, where).status_code == 410
    assert begin(client, ids).headers["Upload-Offset"] == "0"
    assert named(patch(client, where, 0, PHOTO))[0] == str(ids[1])


@pytest.mark.usefixtures("worker")
def test_a_sender_may_give_up(app, client, ids):
    where = begin(client, ids).headers["Location"]
    patch(client, where, 0, PHOTO[:1000])
    assert client.delete(where, headers=TUS).status_code == 204
    assert look(client, where).status_code == 404
    with app.app_context():
        assert db.session.query(Upload).count() == 0
        assert list(storage.here().spool.folder.iterdir()) == []


@pytest.mark.usefixtures("worker")
def test_a_photo_that_cannot_be_used_is_refused_at_its_end_and_may_be_sent_anew(app, client, ids):
    bad = PHOTO[: len(PHOTO) // 2]
    where = begin(client, ids, len(bad)).headers["Location"]
    assert problem(patch(client, where, 0, bad)) == (422, "photo_refused")
    assert look(client, where).status_code == 404
    where = begin(client, ids).headers["Location"]
    assert patch(client, where, 0, PHOTO).status_code == 204
    assert stored_bytes(app, ids) == PHOTO


@pytest.mark.usefixtures("worker")
def test_an_upload_is_its_senders_alone(app, client, ids):
    where = begin(client, ids).headers["Location"]
    signed_in(app)
    assert look(client, where).status_code == 404
    assert problem(patch(client, where, 0, PHOTO)) == (404, "not_found")
    assert problem(client.delete(where, headers=TUS)) == (404, "not_found")
    assert problem(begin(client, ids)) == (409, "attachment_differs")


@pytest.mark.usefixtures("worker")
def test_another_version_of_tus_is_refused_and_ours_named(client, ids):
    where = begin(client, ids).headers["Location"]
    answer = client.patch(where, data=PHOTO, headers={"Upload-Offset": "0", "Tus-Resumable": "0.2.0"})
    assert problem(answer) == (412, "tus_version_unknown")
    assert answer.headers["Tus-Version"] == "1.0.0"


@pytest.mark.usefixtures("worker")
def test_a_piece_must_be_called_a_piece(client, ids):
    where = begin(client, ids).headers["Location"]
    answer = client.patch(where, data=PHOTO, content_type="image/jpeg", headers={**TUS, "Upload-Offset": "0"})
    assert problem(answer) == (415, "unsupported_media_type")


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({}, "Upload-Length"),
        ({"Upload-Length": "-1"}, "Upload-Length"),
        ({"Upload-Length": "0"}, "Upload-Length"),
        ({"Upload-Length": "9" * 30}, "Upload-Length"),
        ({"Upload-Length": "5"}, "Upload-Metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "purpose ???"}, "Upload-Metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "purpose /w=="}, "Upload-Metadata"),
        ({"Upload-Length": "5", "Upload-Metadata": "x" * 5000}, "Upload-Metadata"),
        (
            {"Upload-Length": "5", "Upload-Metadata": metadata((uuid4(), uuid4()), purpose=f"before{' ' * 999}")},
            "Upload-Metadata",
        ),
    ],
)
def test_an_upload_that_cannot_be_understood_is_not_begun(client, headers, field):
    answer = client.post(UPLOADS, headers={**TUS, **headers})
    assert problem(answer) == (422, "invalid")
    assert list(answer.json["fields"]) == [field]


@pytest.mark.usefixtures("worker")
def test_networks_that_let_only_post_through_can_upload_too(app, client, ids):
    where = begin(client, ids).headers["Location"]
    headers = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = client.post(where, data=PHOTO, content_type="application/offset+octet-stream", headers=headers)
    assert answer.status_code == 204
    assert stored_bytes(app, ids) == PHOTO
    assert problem(client.post(where, headers=TUS)) == (405, "method_not_allowed")


# at many hosts


def test_an_upload_goes_on_at_whichever_host_the_phone_reaches(bucket_server, make_app, tmp_path, ids):
    one, two = hosts(make_app, tmp_path)
    where = begin(one, ids).headers["Location"]
    cuts = [0, 500, 1_200, 2_000, LENGTH]
    for number, (start, end) in enumerate(pairwise(cuts)):
        taken = patch((two, one)[number % 2], where, start, PHOTO[start:end])
        assert (taken.status_code, taken.headers["Upload-Offset"]) == (204, str(end))
        assert look(one, where).headers["Upload-Offset"] == look(two, where).headers["Upload-Offset"] == str(end)
    assert stored_bytes(one.application, ids) == PHOTO
    assert [path for path in bucket_server.objects() if path.startswith("incoming/")] == []


def test_a_host_that_lost_its_folder_goes_on_with_what_the_bucket_holds(bucket_server, make_app, tmp_path, ids):
    one, _ = hosts(make_app, tmp_path)
    where = begin(one, ids).headers["Location"]
    patch(one, where, 0, PHOTO[:1_000])
    shutil.rmtree(tmp_path / "one")
    assert patch(one, where, 1_000, PHOTO[1_000:]).status_code == 204
    assert stored_bytes(one.application, ids) == PHOTO


def test_what_a_host_has_brought_by_half_is_filled_up(bucket_server, make_app, tmp_path, ids):
    one, two = hosts(make_app, tmp_path)
    where = begun(one, ids)
    half = tmp_path / "two" / "incoming" / f"{where.rpartition('/')[2]}.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(PHOTO[:700])
    assert patch(two, where, 1_500, PHOTO[1_500:]).status_code == 204
    assert stored_bytes(two.application, ids) == PHOTO


def test_an_upload_of_which_a_piece_was_lost_is_begun_anew_and_never_filled_with_nothing(
    bucket_server, make_app, tmp_path, ids
):
    one, two = hosts(make_app, tmp_path)
    where = begun(one, ids)
    bucket_server.lose(f"incoming/{where.rpartition('/')[2]}/500-1000")
    assert (look(two, where).status_code, patch(two, where, 1_500, PHOTO[1_500:]).status_code) == (410, 410)
    assert look(one, where).status_code == 200


def test_pieces_of_an_upload_that_was_given_up_or_forgotten_are_gone_everywhere(
    bucket_server, make_app, tmp_path, ids, later
):
    one, two = hosts(make_app, tmp_path)
    where = begin(one, ids).headers["Location"]
    patch(one, where, 0, PHOTO[:1_000])
    assert len(bucket_server.objects()) == 1
    later(9 * 86_400)
    with two.application.app_context(), transaction():
        cleanup.uploads(clock_now())
    assert bucket_server.objects() == []
    shutil.rmtree(tmp_path / "one")
    assert look(one, where).status_code == 410
    again = begin(two, ids).headers["Location"]
    patch(two, again, 0, PHOTO[:500])
    assert two.delete(again, headers=TUS).status_code == 204
    assert bucket_server.objects() == []
