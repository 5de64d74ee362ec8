"""Bytes become rows: once, whoever sends them how often, before or after the step that names them."""

import os
import threading
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.attachments import cleanup, jobs, queries, service
from app.attachments.events import AttachmentArrived
from app.attachments.exif import Capture
from app.attachments.images import Reason
from app.attachments.models import Attachment
from app.attachments.problems import AttachmentDiffers, PhotoRefused
from app.attachments.renditions import Rendition
from app.attachments.service import Offer, Receipt
from app.core import clock as core_clock
from app.core import events, storage
from app.core.db import db
from app.core.errors import NotFound
from app.core.storage.folder import Folder
from app.core.transaction import transaction
from tests.attachments.pictures import PDF, encoded, jpeg, notes, picture

WORKER = uuid4()


@pytest.fixture
def case_id() -> UUID:
    return uuid4()


@pytest.fixture
def arrived(app_context):
    seen = []
    events.follow(AttachmentArrived, seen.append)
    yield seen
    events._followers[AttachmentArrived].remove(seen.append)


def offer(case_id, attachment_id=None, purpose="before", content_type="image/jpeg", uploader=WORKER, taken=None):
    return Offer(case_id, attachment_id or uuid4(), purpose, content_type, uploader, taken or Capture())


def send(one: Offer, data: bytes | None = None) -> Receipt:
    judged = service.receive(one, [jpeg() if data is None else data])
    with transaction():
        return service.store(one, judged)


def names(case_id, ids, step=1, person_id=WORKER, *, only_own=False):
    with transaction():
        return service.name(case_id, ids, step, "before", person_id, only_own=only_own)


def row(one: Offer) -> Attachment:
    return db.session.get(Attachment, (one.case_id, one.attachment_id), populate_existing=True)


def missing(case_id) -> int:
    """How many of those that steps have named are not here."""
    return sum(one.state != "stored" for one in queries.of_case(case_id))


def bytes_of(one: Offer, size: str) -> bytes:
    with queries.open_bytes(row(one), size).stream as stream:
        return stream.read()


def kept_files(kind: Rendition) -> list[str]:
    return list(storage.here().keys(kind, -1))


# bytes come


def test_an_original_is_kept_byte_for_byte_with_its_hash(app_context, case_id):
    data = jpeg(exif=notes())
    one = offer(case_id)
    stored = send(one, data)
    assert (stored.state, stored.created, stored.size) == ("stored", True, len(data))
    assert bytes_of(one, "original") == data
    assert b"Exif" not in bytes_of(one, "public")
    assert b"Exif" not in bytes_of(one, "thumb")


def test_time_and_place_come_from_the_photo(app_context, case_id):
    one = offer(case_id)
    send(one, jpeg(exif=notes()))
    assert row(one).taken_at.isoformat() == "2026-11-23T01:30:00+00:00"
    assert (row(one).lon, row(one).lat) == pytest.approx((111.92, 36.268333), abs=1e-6)


def test_what_the_phone_says_of_time_and_place_goes_first(app_context, case_id, clock):
    said = Capture(core_clock.now(), 111.5, 36.5)
    one = offer(case_id, taken=said)
    send(one, jpeg(exif=notes()))
    assert (row(one).taken_at, row(one).lon, row(one).lat) == (said.at, 111.5, 36.5)


def test_the_same_bytes_again_are_the_same(app_context, case_id):
    one = offer(case_id)
    first, again = send(one), send(one)
    assert (first.created, again.created) == (True, False)
    assert first.sha256 == again.sha256
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1


def test_two_identical_photos_are_two_attachments_and_one_file(app_context, case_id):
    assert send(offer(case_id)).created
    assert send(offer(case_id)).created
    assert len(kept_files(Rendition.ORIGINAL)) == 1


def test_other_bytes_under_a_known_id_are_a_conflict_and_change_nothing(app_context, case_id):
    one = offer(case_id)
    send(one)
    with pytest.raises(AttachmentDiffers):
        send(one, jpeg(32, 32))
    with pytest.raises(AttachmentDiffers):
        send(one, b"not a photo")
    assert bytes_of(one, "original") == jpeg()


def test_a_photo_that_cannot_be_used_is_entered_as_refused_with_a_reason_and_not_kept(app_context, case_id):
    one = offer(case_id)
    stored = send(one, jpeg()[:300])
    assert (row(one).state, row(one).reason) == ("refused", "broken")
    with pytest.raises(PhotoRefused, match="损坏") as refused:
        stored.raise_if_refused()
    assert (refused.value.status, refused.value.code, refused.value.extra) == (
        422,
        "photo_refused",
        {"reason": "broken"},
    )
    assert kept_files(Rendition.ORIGINAL) == []
    with pytest.raises(NotFound):
        bytes_of(one, "original")


def test_after_a_refusal_better_bytes_may_come_under_the_same_id(app_context, case_id):
    one = offer(case_id)
    send(one, jpeg()[:300])
    assert send(one).state == "stored"
    assert row(one).reason is None


def test_only_a_document_may_be_a_pdf(app_context, case_id):
    paper = offer(case_id, purpose="document", content_type="application/pdf")
    assert send(paper, PDF).state == "stored"
    assert bytes_of(paper, "original") == PDF
    with pytest.raises(NotFound):
        queries.open_bytes(row(paper), "thumb")
    assert send(offer(case_id, content_type="application/pdf"), PDF).reason == Reason.UNKNOWN


def test_a_png_is_shown_as_jpeg_and_kept_as_png(app_context, case_id):
    one = offer(case_id, content_type="image/png")
    data = encoded(picture(), "PNG")
    send(one, data)
    for size, mime in (("original", "image/png"), ("public", "image/jpeg"), ("thumb", "image/jpeg")):
        opened = queries.open_bytes(row(one), size)
        assert opened.mime == mime
        opened.stream.close()
    assert bytes_of(one, "original") == data
    assert bytes_of(one, "public").startswith(b"\xff\xd8\xff")


# steps name


def test_a_step_names_attachments_that_are_here_and_awaits_the_others(app_context, case_id):
    here, awaited = offer(case_id), uuid4()
    stored = send(here)
    named = names(case_id, [awaited, here.attachment_id, awaited])
    assert [(one.attachment_id, one.state, one.sha256) for one in named] == [
        (awaited, "awaited", None),
        (here.attachment_id, "stored", stored.sha256),
    ]
    assert missing(case_id) == 1
    assert [one.step for one in queries.of_case(case_id)] == [1, 1]


def test_naming_costs_one_statement_whatever_the_number(app_context, case_id, query_count):
    with query_count() as seen:
        names(case_id, [uuid4() for _ in range(9)])
    assert len(seen) == 1
    assert names(case_id, []) == ()


def test_the_first_step_that_names_an_attachment_keeps_it(app_context, case_id):
    one = offer(case_id)
    send(one)
    names(case_id, [one.attachment_id], step=2)
    names(case_id, [one.attachment_id], step=5)
    assert row(one).step == 2


def test_what_arrives_for_a_step_is_told_once(arrived, case_id):
    one = offer(case_id, purpose="after")
    names(case_id, [one.attachment_id], step=4)
    stored = send(one)
    send(one)
    assert arrived == [AttachmentArrived(case_id, one.attachment_id, 4, stored.sha256, WORKER)]
    assert (row(one).state, row(one).purpose, missing(case_id)) == ("stored", "after", 0)


def test_what_comes_before_its_step_or_is_refused_is_not_told(arrived, case_id):
    early, bad = offer(case_id), offer(case_id)
    send(early)
    names(case_id, [bad.attachment_id])
    send(bad, b"not a photo")
    assert arrived == []
    assert missing(case_id) == 1


def test_a_report_claims_only_its_uploaders_photo(app_context, case_id):
    one = offer(case_id, uploader=uuid4())
    send(one)
    (named,) = names(case_id, [one.attachment_id], only_own=True)
    assert (named.state, named.sha256) == ("awaited", None)
    assert (row(one).uploader, row(one).size) == (WORKER, None)
    assert send(offer(case_id, one.attachment_id)).state == "stored"


def test_a_report_claims_its_uploaders_photo_with_all_that_is_known_of_it(app_context, case_id):
    one = offer(case_id)
    send(one, jpeg(exif=notes()))
    (named,) = names(case_id, [one.attachment_id], only_own=True)
    assert named.state == "stored"
    assert row(one).lon == pytest.approx(111.92)


def test_a_later_step_may_name_a_colleagues_photo(app_context, case_id):
    one = offer(case_id, uploader=uuid4())
    send(one)
    (named,) = names(case_id, [one.attachment_id], step=3)
    assert named.state == "stored"


def test_unclaimed_attachments_are_not_of_the_case(app_context, case_id):
    claimed, unclaimed = offer(case_id), offer(case_id)
    send(claimed)
    send(unclaimed)
    names(case_id, [claimed.attachment_id])
    assert [one.attachment_id for one in queries.of_case(case_id)] == [claimed.attachment_id]
    found = queries.named(case_id, [claimed.attachment_id, unclaimed.attachment_id, uuid4()])
    assert {one.attachment_id for one in found} == {claimed.attachment_id, unclaimed.attachment_id}


@pytest.mark.own_database
def test_a_photo_and_the_step_that_names_it_may_come_at_the_same_moment(app, case_id):
    """Whichever is first, the hash gets into the timeline: the step finds it, or its arrival is told."""
    told, named = [], []
    events.follow(AttachmentArrived, told.append)

    def at_once(act) -> threading.Thread:
        def run() -> None:
            with app.app_context():
                ready.wait()
                act()

        return threading.Thread(target=run)

    for _ in range(10):
        one, ready = offer(case_id), threading.Barrier(3)
        both = [
            at_once(lambda one=one: send(one)),
            at_once(lambda one=one: send(one)),
            at_once(lambda one=one: named.extend(names(case_id, [one.attachment_id]))),
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    events._followers[AttachmentArrived].remove(told.append)
    found = [one.attachment_id for one in named if one.state == "stored"] + [one.attachment_id for one in told]
    with app.app_context():
        assert sorted(found) == sorted(one.attachment_id for one in queries.of_case(case_id))
        assert len(found) == 10
        assert missing(case_id) == 0


# what nobody wants


def age_all() -> None:
    kept = storage.here()
    assert isinstance(kept, Folder)
    then = time.time() - 2 * 86_400
    for path in kept.root.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_unclaimed_for_seven_days_means_deleted_with_its_bytes(app_context, case_id, clock):
    claimed, unclaimed = offer(case_id), offer(case_id)
    send(claimed)
    names(case_id, [claimed.attachment_id])
    send(unclaimed, jpeg(32, 32))
    clock.tick(days=7)
    jobs.sweep()
    assert row(unclaimed) is not None
    clock.tick(seconds=1)
    age_all()
    jobs.sweep()
    assert row(unclaimed) is None
    assert bytes_of(claimed, "original") == jpeg()
    assert [len(kept_files(kind)) for kind in Rendition] == [1, 1, 1]


def test_bytes_whose_row_was_never_committed_are_swept_after_a_day(app_context, case_id):
    service.receive(offer(case_id), [jpeg()])
    assert cleanup.orphans() == 0
    age_all()
    assert cleanup.orphans() == 3
    assert kept_files(Rendition.ORIGINAL) == []


def test_what_was_changed_or_lost_on_disk_is_found(app_context, case_id):
    well, changed, lost = offer(case_id), offer(case_id), offer(case_id)
    for one, data in ((well, jpeg()), (changed, jpeg(32, 32)), (lost, jpeg(16, 16))):
        send(one, data)
    kept = storage.here()
    assert isinstance(kept, Folder)
    path = kept._path(Rendition.ORIGINAL, row(changed).sha256)
    path.chmod(0o600)
    path.write_bytes(b"other")
    kept._path(Rendition.ORIGINAL, row(lost).sha256).unlink()
    found = list(queries.unsound())
    assert found.count(None) == 1
    assert {(one.attachment_id, one.fault) for one in found if one} == {
        (changed.attachment_id, "changed"),
        (lost.attachment_id, "missing"),
    }


def test_storing_costs_one_statement_and_two_when_known(app_context, case_id, query_count):
    one = offer(case_id)
    with query_count() as first:
        send(one)
    with query_count() as again:
        send(one)
    assert (len(first), len(again)) == (1, 2)


def test_the_sweep_keeps_what_is_young(app_context, case_id, clock):
    one = offer(case_id)
    send(one)
    clock.tick(days=6)
    with transaction():
        assert cleanup.unclaimed(core_clock.now()) == 0
        assert cleanup.uploads(core_clock.now() - timedelta(days=1)) == 0


def test_what_never_comes_is_given_up_after_a_week_and_may_still_come(app_context, case_id, clock):
    lost, coming = offer(case_id), offer(case_id)
    names(case_id, [lost.attachment_id, coming.attachment_id])
    with transaction():
        service.begin_upload(coming, 10, "", None)
    clock.tick(days=7, seconds=1)
    for given_up in (1, 0):
        with transaction():
            assert cleanup.awaited(core_clock.now()) == given_up
    assert (row(lost).state, row(lost).reason, row(coming).state) == ("refused", "lost", "awaited")
    send(lost)
    assert (row(lost).state, row(lost).reason) == ("stored", None)
