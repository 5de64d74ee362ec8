"""How much the phone page takes of a village's network: the wire counts all, the service worker's requests, too."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_phone import FIRST_LOAD_BYTES
from tests.support.between import between

# by which a browser sees now and then whether there is a newer service worker: its script, and what that imports
NEWER = {"/m/sw.js?sends=1", "/lib/dexie.js"} | {
    f"/static/phone/{name}.js" for name in ("worker", "send", "db", "lock", "net", "upload", "ids")
}
HEADERS_BYTES = 20_000
ALL_KEPT = """async () => {
    const script = await (await fetch('/m/sw.js?sends=1')).text();
    const wanted = JSON.parse(/const FILES = (.*);/.exec(script)[1]).length;
    const [name] = await caches.keys();
    return name && (await (await caches.open(name)).keys()).length === wanted;
}"""


@pytest.fixture
def wired(phone_town, hold):
    """A phone at the end of a wire that counts."""
    with between(phone_town.house.port) as wire:
        hand = hold()
        hand.address = f"http://127.0.0.1:{wire.port}/m/"
        hand.wire = wire
        yield hand


def told(wire):
    return "\n".join(f"{one.size:8} {one.status} {one.method} {one.path}" for one in wire.passed)


def test_the_first_load_is_small_whatever_asks_for_it(wired):
    wired.open()
    expect(wired.page.get_by_label("账号")).to_be_visible()
    wired.see("async () => Boolean((await navigator.serviceWorker.ready).active)", "the service worker is there")
    loaded = list(wired.wire.passed)
    wired.see(ALL_KEPT, "all files are kept")
    assert {"/m/sw.js?sends=1", "/lib/leaflet.js", "/lib/tus.js"} <= {one.path for one in loaded}
    assert sum(one.size for one in loaded) <= FIRST_LOAD_BYTES, told(wired.wire)


def test_a_second_load_brings_data_alone(worker, wired):
    page = wired.sign_in(worker.username)
    wired.wire.passed.clear()
    page.reload()
    expect(page.get_by_role("link", name="上报", exact=True)).to_be_visible()
    wired.see("async () => performance.getEntriesByType('resource').some((one) => one.name.endsWith('/grids'))", "read")
    page.get_by_role("link", name="上报", exact=True).click()
    page.get_by_role("button", name="看地图").click()
    expect(page.locator(".leaflet-container")).to_be_visible()
    passed = [one for one in wired.wire.passed if not one.path.startswith("/api/v1/")]
    assert {one.path for one in passed} <= NEWER, told(wired.wire)
    assert sum(one.size for one in passed) <= HEADERS_BYTES, told(wired.wire)
    assert {"/api/v1/sync", "/api/v1/queues"} <= {one.path for one in wired.wire.passed}
