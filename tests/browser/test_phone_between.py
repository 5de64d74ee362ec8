"""Bad lines, and what stands in them: nothing leaves the phone by an answer that is not ours, and all of it arrives."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from playwright.sync_api import expect

from app.attachments import queries as attachments
from app.attachments.models import Attachment
from app.core.db import db
from tests.attachments.pictures import jpeg
from tests.browser.test_phone import sent
from tests.browser.test_phone_offline import of, photo, photos_of
from tests.browser.test_phone_queue import queued
from tests.phone.test_answers import expected, house_errors
from tests.support.between import JSON, PROBLEM, Cut, Instead, refusal, synchronised
from tests.support.until import until

PHOTOS, BREAKS, BREAKS_AT_BYTES = 12, 20, 150_000
HERE = "(await import('/static/phone/db.js')).db.cases"
ONLINE = "window.dispatchEvent(new Event('online'))"
STRANGERS = (  # what portals, firewalls and gateways have been seen to answer
    Instead(200),
    Instead(200, '{"code": 0}', JSON),
    Instead(200, '{"attachment_id": "0", "sha256": "0", "results": [], "changes": [], "gone": [], "cursor": ""}', JSON),
    Instead(302, "", (("Location", "/portal"),)),
    *(Instead(status) for status in (204, 401, 403, 404, 405, 408, 409, 410, 413, 422, 502)),
    Instead(403, '{"code": "forbidden", "status": 403}', JSON),
    Instead(422, '{"code": "photo_refused", "status": 422}'),
)


def as_taken(number):
    """A photo above 256 kB that a browser without decoder sends as it is, unlike any other."""
    content = jpeg(320 + number, 240) + bytes([number]) * 600_000
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": content}


MISNAMED = tuple(  # as many results as operations, of something else
    lambda asked, body=body: synchronised(asked, lambda _: {"status": 200, "body": body})
    for body in (None, {}, {"case_id": "0", "state": "reported", "seq": 1})
)


def test_twelve_photos_come_through_twenty_breaks_without_a_tap_and_byte_for_byte(phone_town, worker, wired):
    page = wired.sign_in(worker.username)
    page.evaluate("delete globalThis.createImageBitmap")
    wired.wire.fails = lambda path: path.startswith("/api/")
    photos = [as_taken(number) for number in range(PHOTOS)]
    wired.report("上半", *photos[: PHOTOS // 2])
    wired.report("下半", *photos[PHOTOS // 2 :])
    pieces, broken = count(), []

    def meddle(asked):
        if asked.method != "PATCH" or len(broken) == BREAKS or next(pieces) % 2 == 0:
            return None
        broken.append(Cut(BREAKS_AT_BYTES) if len(broken) % 2 else Cut())  # in mid-body, or the answer is lost
        return broken[-1]

    wired.wire.meddles = meddle
    wired.wire.fails = lambda _: False
    page.evaluate(ONLINE)
    wired.sent()
    assert len(broken) == BREAKS
    came = [content for case in of(worker) for content in stored(phone_town, case)]
    assert sorted(came) == sorted(one["buffer"] for one in photos)


def stored(town, case):
    """The bytes of a case's photos as the server keeps them."""
    with town.app.app_context():
        rows = db.session.scalars(db.select(Attachment).filter_by(case_id=UUID(case["case_id"]))).all()
        return [read(row) for row in rows]


def read(row):
    with attachments.open_bytes(row, "original").stream as stream:
        return stream.read()


@pytest.mark.parametrize("large", [False, True], ids=["whole", "pieces"])
def test_no_stranger_s_answer_takes_a_photo_or_a_report_off_the_phone(worker, wired, large):
    page = wired.sign_in(worker.username)
    if large:
        page.evaluate("delete globalThis.createImageBitmap")
    asks, answered = ("PATCH", "HEAD") if large else ("PUT",), []
    between = {}

    def meddle(asked):
        wanted = asked.path.startswith("/api/v1/sync") if between["report"] else asked.method in asks
        if wanted:
            answered.append(asked)
            answer = between["answer"]
            return answer(asked) if callable(answer) else answer
        return None

    between.update(report=True, answer=STRANGERS[0])
    wired.wire.meddles = meddle
    wired.report("中间有人", as_taken(1) if large else photo(1))
    for report in (True, False) if not large else (False,):
        between["report"] = report
        for stranger in (*STRANGERS, *(MISNAMED if report else ())):
            between["answer"] = stranger
            before = len(answered)
            page.evaluate(ONLINE)
            until(lambda before=before: len(answered) > before or page.wait_for_timeout(20), f"{stranger} was met")
            kept = page.evaluate("async () => (await import('/static/phone/db.js')).db.queue.toArray()")
            assert {one["state"] for one in kept} == {"waiting"}, stranger
            assert "photo" in {one["kind"] for one in kept}, stranger
            assert ("report" in {one["kind"] for one in kept}) >= report, stranger
        if not large:
            expect(page.locator("[data-part=strip]")).to_contain_text("等待发送")
    between["answer"] = Instead(200)
    page.evaluate(ONLINE)
    expect(page.locator("[data-part=strip]")).to_contain_text("网络中间有别的页面")
    wired.wire.meddles = lambda _: None
    page.evaluate(ONLINE)
    (case,) = sent(wired, worker)
    assert photos_of(worker, case) == 1


def test_an_upload_that_the_server_has_forgotten_begins_anew_by_itself(worker, wired):
    page = wired.sign_in(worker.username)
    page.evaluate("delete globalThis.createImageBitmap")
    gone, met = Instead(410, json.dumps(refusal(410, "upload_gone")), PROBLEM), []

    def meddle(asked):
        if asked.method == "PATCH" and not met:
            met.append(asked)
            return gone
        return None

    wired.wire.meddles = meddle
    wired.report("重新开始", as_taken(2))
    (case,) = sent(wired, worker)
    assert (len(met), photos_of(worker, case)) == (1, 1)


def test_the_phone_puts_every_error_of_the_house_into_its_group(worker, wired):
    page = wired.open()
    errors = [{"code": code, "status": status} for code, status in sorted(house_errors())]
    found = page.evaluate("async (errors) => errors.map((await import('/static/phone/answers.js')).groupOf)", errors)
    assert found == [expected(one["code"]) for one in errors]


def test_what_is_not_possible_now_is_shown_and_tried_again_at_the_next_start(worker, wired):
    page = wired.sign_in(worker.username)

    def meddle(asked):
        if not asked.path.startswith("/api/v1/sync"):
            return None
        return synchronised(asked, lambda _: {"status": 403, "body": refusal(403, "act_forbidden")})

    wired.wire.meddles = meddle
    wired.report("暂时不行")
    wired.open("queue")
    expect(page.get_by_text("原因 act_forbidden")).to_be_visible()
    expect(page.get_by_text("下次打开手机端时会自动再试")).to_be_visible()
    wired.wire.meddles = lambda _: None
    page.evaluate(ONLINE)
    expect(page.locator("[data-state=refused]")).to_be_visible()  # not before
    page.reload()
    (case,) = sent(wired, worker)
    assert case["description"] == "暂时不行"


@pytest.mark.parametrize(("status", "code"), [(422, "invalid"), (400, "malformed")])
def test_one_operation_for_which_the_whole_exchange_is_refused_keeps_no_other(worker, wired, status, code):
    page = wired.sign_in(worker.username)
    wired.wire.fails = lambda path: "/api/" in path
    for words in ("先报的", "有毒的", "后报的"):
        wired.report(words)

    def meddle(asked):
        if "有毒的" in asked.body.decode() and asked.path.startswith("/api/v1/sync"):
            return Instead(status, json.dumps(refusal(status, code)), PROBLEM)
        return None

    wired.wire.meddles = meddle
    wired.wire.fails = lambda _: False
    page.evaluate(ONLINE)
    until(lambda: wired.waiting() == 1 or page.wait_for_timeout(50), "the others have gone")
    wired.open("queue")
    expect(page.locator("[data-state=refused]")).to_contain_text("有毒的")
    assert sorted(one["description"] for one in of(worker)) == ["先报的", "后报的"]


def test_half_a_character_in_a_text_arrives_as_the_sign_for_it_and_keeps_nothing_waiting(worker, wired):
    page = wired.sign_in(worker.username)
    wired.wire.fails = lambda path: "/api/" in path
    wired.report("半个表情", photo(1))
    page.evaluate(
        """async () => (await import('/static/phone/db.js')).db.queue.filter((one) => one.kind === 'report')
            .modify((one) => { one.body.description = '半个表情\\ud83d，整个\\ud83d\\ude00'; })"""
    )
    wired.open("queue")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出到文件").first.click()
    rescued = json.loads(download.value.path().read_text(encoding="utf-8"))["operations"]
    wired.wire.fails = lambda _: False
    page.evaluate(ONLINE)
    (case,) = sent(wired, worker)
    assert case["description"] == rescued[0]["body"]["description"] == "半个表情\ufffd，整个\U0001f600"


SLOW_ANSWER = """async () => {
    const { read } = await import('/static/phone/net.js');
    const slow = ({ signal }) => new Response(new ReadableStream({ start(stream) {
        signal.addEventListener('abort', () => stream.error(new Error('its limit was over')));
        globalThis.come = (text) => text ? stream.enqueue(new TextEncoder().encode(text)) : stream.close();
    } }), { headers: { 'Content-Type': 'application/json' } });
    const never = () => new Promise(() => {});  // whatever else the page asks for meanwhile
    globalThis.fetch = async (request) => request.url.endsWith('/slow') ? slow(request) : never();
    globalThis.slow = read('/slow', 'items').then((body) => body.items, String);
}"""


def test_an_answer_that_goes_on_coming_is_waited_for(worker, wired):
    page = wired.sign_in(worker.username)
    page.clock.install()
    page.evaluate(SLOW_ANSWER)
    wired.see("Boolean(globalThis.come)", "it was asked for")
    for block in ('{"items"', ": [1", ", 2]", "}"):
        page.clock.run_for(30_000)
        page.evaluate("(block) => globalThis.come(block)", block)
    page.evaluate("globalThis.come('')")
    assert page.evaluate("globalThis.slow") == [1, 2]


def test_a_repeat_of_a_case_that_is_not_theirs_any_more_leaves_the_phone_with_the_case(worker, wired):
    page = wired.sign_in(worker.username)

    def meddle(asked):
        if not asked.path.startswith("/api/v1/sync"):
            return None
        body = lambda one: {"case_id": one["case_id"], "step": {"seq": 1, "op_id": one["case_id"], "hash": "0"}}  # noqa: E731
        return synchronised(asked, lambda one: {"status": 200, "body": body(one)})

    wired.wire.fails = lambda path: "/api/" in path
    wired.report("看不到了")
    case_id = queued(page, "report")[0]["case_id"]
    page.evaluate(f"async (id) => ({HERE}).put({{case_id: id, seq: 0, changed_at: '', actions: []}})", case_id)
    wired.wire.meddles, wired.wire.fails = meddle, lambda _: False
    page.evaluate(ONLINE)
    wired.sent()
    assert page.evaluate(f"async (id) => ({HERE}).where('case_id').equals(id).count()", case_id) == 0


def test_what_has_waited_for_a_day_asks_its_owner(worker, wired):
    page = wired.sign_in(worker.username)
    wired.wire.fails = lambda path: "/api/" in path
    wired.report("发不出去", photo(1))
    page.evaluate(
        """async () => (await import('/static/phone/db.js')).db.queue.toCollection().modify((one) => {
            one.made_at = new Date(Date.now() - 25 * 3600 * 1000).toISOString(); })"""
    )
    expect(page.locator("[data-part=strip]")).to_contain_text("有 1 条需要您处理")
    wired.open("queue")
    expect(page.get_by_text("已等了一天以上")).to_be_visible()
    page.get_by_role("button", name="继续等").click()
    expect(page.get_by_text("已等了一天以上")).to_have_count(0)
    wired.wire.fails = lambda _: False
    page.evaluate(ONLINE)
    sent(wired, worker)


def test_a_network_s_sign_in_page_is_not_kept_as_a_part_of_the_application(wired):
    picture, met = "/static/phone/icon-512.png", []

    def meddle(asked):
        if asked.path == picture:
            met.append(asked)
            return Instead(200)
        return None

    wired.wire.meddles = meddle
    page = wired.open()
    until(lambda: met or page.wait_for_timeout(50), "the service worker has asked for it")
    wired.wire.meddles = lambda _: None
    page.reload()
    wired.see("navigator.serviceWorker.controller !== null", "the service worker is at work")
    kept = "async (path) => (await caches.match(path)).headers.get('Content-Type')"
    assert page.evaluate(kept, picture) == "image/png"


NO_LONG_TIMER = """
    const ours = globalThis.setTimeout;
    globalThis.setTimeout = (call, ms, ...more) => ms > 1500 ? 0 : ours(call, ms, ...more);
"""


def test_whatever_the_server_answers_first_makes_the_phone_send_without_its_timer(worker, wired):
    case = worker.report("0102", description="早先的").get_json()
    wired.context.add_init_script(NO_LONG_TIMER)
    page = wired.sign_in(worker.username)
    wired.see("async () => (await import('/static/phone/db.js')).db.cases.count()", "the case is here")
    wired.wire.fails = lambda path: "/sync" in path
    wired.report("等服务器")
    until(lambda: wired.wire.failed or page.wait_for_timeout(50), "it was tried")
    expect(page.locator("[data-part=strip]")).to_contain_text("服务器出了问题")
    wired.wire.fails = lambda _: False
    wired.open(f"case/{case['case_id']}")  # reads its steps
    wired.sent(seconds=10)
    sent(wired, worker, 2)


def busy_for_ten_minutes(wired):
    """Let sync be answered with 503 until the wire is let alone; return what was asked, as it comes."""
    asked = []

    def meddle(one):
        if not one.path.startswith("/api/v1/sync"):
            return None
        asked.append(one)
        return Instead(503, json.dumps(refusal(503, "busy")), (*PROBLEM, ("Retry-After", "600")))

    wired.wire.meddles = meddle
    return asked


def test_who_asks_to_be_left_alone_is(worker, wired):
    wired.context.add_init_script(NO_LONG_TIMER)
    case = worker.report("0102", description="早先的").get_json()
    page = wired.sign_in(worker.username)
    wired.see("async () => (await import('/static/phone/db.js')).db.cases.count()", "the case is here")
    asked = busy_for_ten_minutes(wired)
    wired.report("等十分钟")
    expect(page.locator("[data-part=strip]")).to_contain_text("服务器正忙")
    before = len(asked)
    wired.open(f"case/{case['case_id']}")
    expect(page.get_by_text("早先的")).to_be_visible()
    page.wait_for_timeout(1_500)
    assert len(asked) == before
    wired.wire.meddles = lambda _: None
    wired.open("queue")
    page.get_by_role("button", name="现在就发").click()
    sent(wired, worker, 2)


def test_a_clock_that_is_set_right_does_not_make_the_phone_wait_for_the_day_it_showed(worker, wired):
    page = wired.open()
    page.clock.install(time=datetime.now(UTC) + timedelta(days=3))
    wired.sign_in(worker.username)
    busy_for_ten_minutes(wired)
    wired.report("钟快了三天")
    expect(page.locator("[data-part=strip]")).to_contain_text("服务器正忙")
    page.clock.set_system_time(datetime.now(UTC))
    wired.wire.meddles = lambda _: None
    page.clock.fast_forward(1_000_000)
    sent(wired, worker)


def test_a_photo_that_the_phone_itself_has_lost_says_so_and_keeps_no_other(worker, wired):
    page = wired.sign_in(worker.username)
    wired.wire.fails = lambda path: "/api/" in path
    wired.report("丢了照片", photo(1), photo(2))
    lost = queued(page, "photo")[0]["id"]
    page.evaluate("async (id) => (await import('/static/phone/db.js')).db.photos.delete(id)", lost)
    wired.wire.fails = lambda _: False
    page.evaluate(ONLINE)
    until(lambda: wired.waiting() == 1 or page.wait_for_timeout(50), "the other has gone")
    wired.open("queue")
    expect(page.get_by_text("手机里已读不出这张照片")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出到文件").first.click()
    assert json.loads(download.value.path().read_text(encoding="utf-8"))["photos"] == []


def test_what_is_hashed_in_pieces_is_what_browsers_hash_themselves(wired):
    page = wired.open()
    wired.see("document.querySelector('#app h1') !== null", "the page is there")
    contents = [bytes([7]) * size for size in (0, 1, 63, 64, 262_144, 262_145, 700_001)]
    found = page.evaluate(
        """async (sizes) => {
            const { sha256 } = await import('/static/phone/hash.js');
            const blobs = sizes.map((size) => new Blob([new Uint8Array(size).fill(7)]));
            const own = await Promise.all(blobs.map(sha256));
            Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });
            return [own, await Promise.all(blobs.map(sha256))];
        }""",
        [len(one) for one in contents],
    )
    assert found == [[hashlib.sha256(one).hexdigest() for one in contents]] * 2
