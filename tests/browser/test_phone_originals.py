"""What the camera made: its hash with every photo, itself where the class asks for it."""

import hashlib
import tempfile
from uuid import UUID

import pytest
from playwright.sync_api import expect

from app.attachments.models import Attachment
from app.catalogue import service as catalogue
from app.core.db import db
from app.core.transaction import transaction
from app.identity.models import PersonRow
from tests.attachments.pictures import jpeg
from tests.browser.test_phone import DRAFT_PHOTOS
from tests.browser.test_phone_offline import of
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import CLASSES, GARBAGE, HERE, HOUSING
from tests.support.between import between

SHED = "0101"
MOST_BYTES = 400 * 1024


def camera(number):
    """A large picture, as a camera makes it."""
    content = jpeg(2400 + number, 1800, quality=100)
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": content + bytes(MOST_BYTES)}


def sha(picture):
    return hashlib.sha256(picture["buffer"]).hexdigest()


def step_of(actor, case, action="report"):
    """What a step of the case holds."""
    steps = actor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    return next(one for one in steps if one["action"] == action)["data"]


@pytest.fixture
def sheds(phone_town):
    """Let the class of unlawful buildings be reported under, as we ship it."""
    urban = seed_content("urban", "service")
    urban |= {"rounds": [], "classes": [code for code in urban["classes"] if code in (SHED, *CLASSES)]}
    rows = [("class", SHED, seed_content(SHED)), ("service", "urban", urban)]
    with phone_town.app.app_context(), transaction():
        catalogue.import_files([documents_file(tempfile.mkdtemp(), *rows)], by="test")


def choose(page, words, name):
    page.get_by_label("用您平常的说法找").fill(words)
    page.get_by_role("button", name=name).click()


@pytest.mark.usefixtures("sheds")
def test_where_the_class_asks_the_camera_s_own_bytes_are_sent_and_after_the_small_ones(phone_town, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.see(
        f"""async () => (await (await import('/static/phone/db.js')).recall('catalogue')).classes
        .some((one) => one.code === '{SHED}' && one.evidence.originals)""",
        "the class is known",
    )
    with between(phone_town.house.port) as wire:
        hand.address = f"http://127.0.0.1:{wire.port}/m/"
        page = hand.sign_in(worker.username)
        wire.fails = lambda path: path.startswith("/api/")
        shed, other = camera(1), camera(2)
        hand.open("report")
        page.get_by_label("从相册选").set_input_files([shed])
        expect(page.locator(".photos li")).to_have_count(1)
        expect(page.locator("[data-part=photos]")).to_contain_text("压缩到长边 1600 像素、400 KB 以内")
        hand.see(DRAFT_PHOTOS, "the draft is kept", 1)
        page.reload()  # the draft holds what the camera made, too
        expect(page.locator(".photos li")).to_have_count(1)
        expect(page.locator("[data-part=place] strong")).to_be_visible()
        choose(page, "违建", "私搭乱建")
        expect(page.locator("[data-part=photos]")).to_contain_text("发送原图")
        page.get_by_role("button", name="发送").click()
        expect(page.get_by_text("已保存在手机里")).to_be_visible()
        hand.report("普通的", other)
        wire.fails = lambda _: False
        page.evaluate("window.dispatchEvent(new Event('online'))")
        hand.sent()
    reported = {one["description"]: one for one in of(worker)}
    said = step_of(worker, reported["私搭乱建"])
    assert [*said["originals"].values()] == [sha(shed)]
    itself = stored(phone_town, reported["私搭乱建"])
    assert itself.sha256 == sha(shed)
    said = step_of(worker, reported["普通的"])
    assert [*said["originals"].values()] == [sha(other)]
    small = stored(phone_town, reported["普通的"])
    assert small.sha256 != sha(other)
    assert small.size <= MOST_BYTES < itself.size
    assert small.stored_at < itself.stored_at


def stored(town, case):
    """The photo that has come for a case."""
    with town.app.app_context():
        return db.session.scalars(db.select(Attachment).filter_by(case_id=UUID(case["case_id"]))).one()


def test_an_act_seals_the_hash_of_what_the_camera_made(phone_town, hold):
    case = phone_town.handling(lead=HOUSING, at=HERE, description="请处置", class_code=GARBAGE)
    with phone_town.app.app_context():
        username = db.session.get_one(PersonRow, phone_town.housing.id).username
    hand = hold()
    page = hand.sign_in(username)
    hand.open(f"case/{case['case_id']}")
    page.get_by_role("button", name="处置完成").click()
    page.get_by_label("处置结果").fill("已清理")
    made = camera(3)
    page.get_by_label("从相册选").set_input_files([made])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_role("button", name="提交").click()
    hand.sent()
    said = step_of(phone_town.supervisor, case, "finish")
    assert [*said["originals"].values()] == [sha(made)]
    assert [*said["originals"]] == said["attachments"]
