"""Trouble of the machine is no verdict on a photo: it comes again, and at last is kept without being looked at."""

from datetime import timedelta

import pytest

from app.attachments import cleanup, decoder, trials
from app.attachments.models import AttachmentTrial
from app.core.apart import Apart
from app.core.db import db
from app.core.transaction import transaction
from tests.attachments.pictures import jpeg
from tests.board.boards import page
from tests.factories.grids import COUNTY
from tests.plugins.application import MONDAY_MORNING
from tests.support.elements import elements, links_of, rows_of, texts_of

PHOTO = jpeg(640, 480)


@pytest.fixture
def town(town, clock):
    clock.set(MONDAY_MORNING + timedelta(hours=14, minutes=50))
    return town


class Trouble:
    """While it lasts, every decoding process runs out of time."""

    def __init__(self):
        self._usual = decoder._apart

    def begin(self):
        decoder._apart = Apart("app.attachments.decoder", 1, decoder.MEMORY_BYTES, 15, 0)

    def end(self):
        decoder._apart = self._usual


@pytest.fixture
def trouble():
    found = Trouble()
    yield found
    found.end()


def sent_often_enough(town, clock, case, attachment_id=None):
    """Send a photo while the machine fails, four times on one day and once on the next; return the last answer."""
    for _ in range(trials.ENDS_MOST - 1):
        attachment_id, answer = town.worker.upload(case, PHOTO, purpose="before", attachment_id=attachment_id)
        assert answer.status_code == 503
    clock.tick(minutes=20)  # past midnight in the county
    return town.worker.upload(case, PHOTO, purpose="before", attachment_id=attachment_id)


def test_a_photo_that_the_machine_failed_at_is_to_be_sent_again(town, trouble):
    case = town.worker.report().get_json()
    trouble.begin()
    attachment_id, answer = town.worker.upload(case, PHOTO, purpose="before")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "photo_not_judged")
    assert int(answer.headers["Retry-After"]) > 0
    trouble.end()
    _, answer = town.worker.upload(case, PHOTO, purpose="before", attachment_id=attachment_id)
    assert (answer.status_code, answer.get_json()["state"]) == (201, "stored")


def test_trouble_of_one_day_however_much_is_still_no_reason_to_give_up(town, trouble):
    case = town.worker.report().get_json()
    trouble.begin()
    attachment_id = None
    for _ in range(trials.ENDS_MOST + 2):
        attachment_id, answer = town.worker.upload(case, PHOTO, purpose="before", attachment_id=attachment_id)
        assert answer.status_code == 503


def test_after_five_ends_on_two_days_the_original_is_kept_sealed_and_shown_by_name(town, trouble, clock):
    case = town.worker.report().get_json()
    trouble.begin()
    attachment_id, answer = sent_often_enough(town, clock, case)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "unjudged")
    town.worker.act(case, "attach", attachments=[attachment_id])
    for size in ("original", "public", "thumb"):
        shown = town.worker.get(f"cases/{case['case_id']}/attachments/{attachment_id}", size=size)
        assert (shown.status_code, "封存" in shown.get_json()["detail"]) == (404, True)
    for actor, path in ((town.acceptor, f"/desk/cases/{case['case_id']}"), (town.supervisor, "/board/cases/{}")):
        shown = page(town, actor, path.format(case["case_id"])).text
        assert str(attachment_id) in texts_of(shown, "code")
        images = [one.attributes["src"] for one in elements(shown, "img")]
        assert not [address for address in (*links_of(shown), *images) if f"attachments/{attachment_id}" in address]
    steps = town.worker.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    files = [file for step in steps for file in step["files"]]
    assert [(file["attachment_id"], file["state"]) for file in files] == [(str(attachment_id), "unjudged")]


def test_administrators_are_told_and_see_it_by_name(town, trouble, clock):
    admin = town.hire("administrator", "grid", COUNTY)
    case = town.worker.report().get_json()

    def remarks():
        shown = texts_of(page(town, admin, "/admin/").text, "p", class_="remark")
        return [text for text in shown if "张照片没能检查" in text]

    assert remarks() == []
    trouble.begin()
    attachment_id, _ = sent_often_enough(town, clock, case)
    assert [text.startswith("⚠ 1 张照片没能检查") for text in remarks()] == [True]
    (row,) = rows_of(page(town, admin, "/admin/photos/").text, id="unjudged")
    assert row[1:3] == [str(attachment_id), case["number"]]
    ready = town.app.test_client().get("/readyz").get_json()
    assert ready["parts"]["photos"] == {"status": "degraded", "word": "unjudged", "figure": 1}


def test_what_was_kept_unlooked_at_is_shown_once_the_machine_has_managed(town, trouble, clock):
    case = town.worker.report().get_json()
    trouble.begin()
    attachment_id, _ = sent_often_enough(town, clock, case)
    again = town.worker.upload(case, PHOTO, purpose="before", attachment_id=attachment_id)[1]
    assert (again.status_code, again.get_json()["state"]) == (200, "unjudged")
    assert town.worker.upload(case, jpeg(64, 48), attachment_id=attachment_id)[1].status_code == 503
    trouble.end()
    assert town.worker.upload(case, jpeg(64, 48), attachment_id=attachment_id)[1].status_code == 409
    answer = town.worker.upload(case, PHOTO, purpose="before", attachment_id=attachment_id)[1]
    assert (answer.status_code, answer.get_json()["state"]) == (200, "stored")
    town.worker.act(case, "attach", attachments=[attachment_id])
    where = f"cases/{case['case_id']}/attachments/{attachment_id}"
    with town.worker.get(where, size="thumb") as shown:
        assert shown.mimetype == "image/jpeg"


def test_a_named_photo_that_is_kept_so_holds_nothing_up(town, trouble, clock):
    attachment_id = town.photo()
    case = town.worker.report(attachments=[attachment_id]).get_json()
    assert case["photos_awaited"] == 1
    trouble.begin()
    _, answer = sent_often_enough(town, clock, case, attachment_id)
    assert answer.get_json()["state"] == "unjudged"
    town.drain()
    assert town.steps(case)[-1] == "attach"
    assert town.worker.read(case)["photos_awaited"] == 0


def test_what_the_machine_failed_at_long_ago_is_forgotten(app_context, clock):
    trials.count_end("0" * 64)
    now = clock.tick(days=31)
    with transaction():
        assert cleanup.trials(now) == 1
    assert db.session.query(AttachmentTrial).count() == 0
