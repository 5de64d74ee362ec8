"""What a started round brings of residents is read on the phone, lies encrypted there, and is soon erased."""

import json

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from tests.factories import residents, rounds
from tests.factories.residents import ADDRESS, NAME
from tests.factories.town import GRID
from tests.support.handset import _OPEN, _STORE

EVERYTHING = f"""async () => {{ {_STORE}
    const names = ['kept', 'cases', 'notices', 'queue', 'objects', 'rounds', 'handed'];
    const rows = await Promise.all(names.map(async (name) => all(await {_OPEN}, name)));
    const open = JSON.stringify(rows, (_, value) =>
        value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value);
    const keys = await all(await {_OPEN}, 'keys');
    const extractable = keys.some((one) => one.key.extractable);
    return {{ open, handed: rows.at(-1).length, keys: keys.length, extractable }};
}}"""


def rewriting(row):
    """A script that writes each row of what was handed out otherwise."""
    return f"""async () => {{
    const base = await {_OPEN};
    const writing = base.transaction('handed', 'readwrite');
    const store = writing.objectStore('handed');
    store.getAll().onsuccess = ({{ target: {{ result }} }}) => {{
        for (const row of result) store.put({row});
    }};
    await new Promise((done) => (writing.oncomplete = done));
    base.close();
}}"""


A_DAY_PASSES = rewriting("{ ...row, until: row.until - 2 * 86_400_000 }")
THE_CLOCK_IS_PUT_BACK = rewriting("{ ...row, from: row.from + 3_600_000, until: row.until + 3_600_000 }")
NO_KEY_OPENS_IT = rewriting("{ ...row, iv: new Uint8Array(12) }")
TWO_AT_ONCE = """async () => {
    const { sealHanded, openHanded } = await import('/static/phone/handed.js');
    const { db } = await import('/static/phone/db.js');
    await db.keys.clear();
    const rows = await Promise.all(['a', 'b'].map((id) => sealHanded(id, [{ stop: 2, number: id }])));
    return (await Promise.all(rows.map(openHanded))).map((one) => one.get(2)?.number);
}"""


@pytest.fixture
def visit(phone_town, worker):
    """A visit of today to an old woman, which the worker has to do."""
    app = phone_town.app
    with app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.INSTRUCTOR)
    body = residents.old_woman()
    del body["consent"], body["fields"]["phone"], body["fields"]["health"]
    residents.keep(phone_town.township, body)
    rounds.provide(app, residents.visits(duty="instructor"), code="elderly")
    rounds.make(app)
    return rounds.today(worker, "elderly_visit")


@pytest.fixture
def hand(visit, hold, worker):
    """A phone on which the visit was begun, and shows whom it is about."""
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的巡查").click()
    page.locator(f"a[href='#/round/{visit['round_id']}']").click()
    expect(page.locator("[data-stop]").nth(1)).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)
    page.locator("[data-action=start]").click()
    expect(page.locator("[data-resident]").first).to_contain_text(NAME)
    yield hand
    page.context.set_offline(False)
    left = rounds.read(worker, visit)
    if left["state"] == "started":
        rounds.take(worker, left, "break_off", reason="下雨")


def see(hand):
    """What this phone keeps."""
    return hand.page.evaluate(EVERYTHING)


def gone(hand):
    """Wait until nothing of residents is kept."""
    hand.see(f"async () => (await ({EVERYTHING})()).handed === 0", "it is erased")


@pytest.mark.parametrize("spoil", [THE_CLOCK_IS_PUT_BACK, NO_KEY_OPENS_IT])
def test_what_is_of_no_day_or_no_key_is_erased(hand, spoil):
    hand.page.evaluate(spoil)
    hand.page.reload()
    expect(hand.page.locator("[data-stop]").nth(1)).to_be_visible()
    gone(hand)
    expect(hand.page.locator("[data-resident]")).to_have_count(0)


def test_two_rounds_that_begin_at_once_are_opened_by_one_key(hand):
    assert hand.page.evaluate(TWO_AT_ONCE) == ["a", "b"]


def test_no_file_takes_along_what_was_put_down_of_residents(hand):
    page = hand.page
    hand.page.context.set_offline(True)
    part = page.locator("[data-stop='2']")
    part.get_by_role("button", name="填报").click()
    part.locator("#form-met").select_option("true")
    part.get_by_role("button", name="保存").click()
    expect(part).to_contain_text("已填报")
    file = page.evaluate("async () => (await (await import('/static/phone/rescue.js')).queueFile()).text()")
    assert json.loads(file)["operations"] == []


def test_it_lies_encrypted_and_goes_at_sign_out_after_a_day_and_with_the_round(hand, visit, worker):
    page = hand.page
    expect(page.locator("[data-resident]").first).to_contain_text(ADDRESS)
    kept = see(hand)
    assert (kept["handed"], kept["keys"], kept["extractable"]) == (1, 1, False)
    assert NAME not in kept["open"]
    assert ADDRESS not in kept["open"]
    page.reload()
    expect(page.locator("[data-resident]").first).to_contain_text(NAME)

    hand.open("settings").get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("密码")).to_be_visible()
    gone(hand)
    assert see(hand)["keys"] == 0
    hand.sign_in(worker.username)
    hand.open(f"round/{visit['round_id']}")
    expect(page.locator("[data-stop]").nth(1)).to_be_visible()
    expect(page.locator("[data-resident]")).to_have_count(0)

    page.locator("#form-break_off-reason").fill("下雨")
    page.locator("[data-action=break_off]").click()
    page.locator("[data-action=start]").click()
    expect(page.locator("[data-resident]").first).to_contain_text(NAME)
    page.evaluate(A_DAY_PASSES)
    page.reload()
    expect(page.locator("[data-stop]").nth(1)).to_be_visible()
    gone(hand)
    expect(page.locator("[data-resident]")).to_have_count(0)

    page.locator("#form-break_off-reason").fill("雨停了")
    page.locator("[data-action=break_off]").click()
    page.locator("[data-action=start]").click()
    expect(page.locator("[data-resident]").first).to_contain_text(NAME)
    part = page.locator("[data-stop='2']")
    part.get_by_role("button", name="填报").click()
    part.locator("#form-met").select_option("true")
    part.get_by_role("button", name="保存").click()
    expect(part).to_contain_text("已填报")
    page.locator("[data-action=finish]").click()
    expect(page.locator("[data-resident]")).to_have_count(0)
    gone(hand)
    hand.sent()
    assert NAME not in see(hand)["open"]
    assert rounds.read(worker, visit)["state"] == "done"
