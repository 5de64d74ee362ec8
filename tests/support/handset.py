"""A phone in a browser: what a grid worker's thumb does, and what the page keeps."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.factories.identity import PASSWORD
from tests.support.until import until

CHROMIUM = Path(os.environ.get("GEZHI_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LIKE_A_PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "accept_downloads": True,
    "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
}  # fmt: skip
AS_IT_WAS = "const ours = Date.now.bind(Date); Date.now = () => ours() - ahead;"
LOOK_MS = 50
SAVED = "已保存在手机里"


@contextmanager
def held(
    browser: Browser,
    port: int,
    place: tuple[float, float] | None,
    host: str = "127.0.0.1",
    folder: Path | None = None,
    **more: Any,
) -> Iterator["Hand"]:
    """Hold a phone of its own in a browser that many share: it forgets everything when it is let go.

    One whose storage lies in a folder has a browser to itself, and given the folder again, it is the same phone: there
    any host's name leads here, and the page can be installed.
    """
    known: dict[str, Any] = {**LIKE_A_PHONE, "permissions": [], **more}
    if place:
        known["geolocation"] = {"longitude": place[0], "latitude": place[1], "accuracy": 12}
        known["permissions"] = ["geolocation"]
    if folder is None:
        context = browser.new_context(**known)
    else:
        flags = [*FLAGS, f"--host-resolver-rules=MAP {host} 127.0.0.1"]
        context = browser.browser_type.launch_persistent_context(folder, executable_path=CHROMIUM, args=flags, **known)
    try:
        yield Hand(context, port, host)
    finally:
        context.close()


class Hand:
    """What is done with the phone. A script's mistake in the page fails the test that looks at `faults`."""

    def __init__(self, context: BrowserContext, port: int, host: str) -> None:
        self.context = context
        self.address = f"http://{host}:{port}/m/"
        self.faults: list[str] = []
        self.page = self.tab(context.pages[0] if context.pages else None)

    def tab(self, page: Page | None = None) -> Page:
        """Open a tab (or take one) that tells us of its faults."""
        page = page or self.context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.faults.append(f"{error}\n{error.stack}"))
        page.on("console", lambda said: self._heard(said.text))
        return page

    def _heard(self, text: str) -> None:
        if re.search("Content Security Policy|Vue warn", text):
            self.faults.append(text)

    def keep_time(self, moment: datetime) -> None:
        """Let pages opened from now on have the time of the house, which began long ago: where days are compared."""
        self.context.add_init_script(f"{{ const ahead = Date.now() - {moment.timestamp() * 1_000:.0f}; {AS_IT_WAS} }}")

    def open(self, screen: str = "") -> Page:
        """Open a screen."""
        self.page.goto(f"{self.address}#/{screen}")
        return self.page

    def sign_in(self, username: str) -> Page:
        """Sign in, and wait until what a phone keeps is there."""
        self.open()
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("link", name="我的任务")).to_be_visible()  # not all may report
        self.see("navigator.serviceWorker.controller !== null", "the service worker is at work")
        self.see(KEPT, "what a phone keeps is there", ["catalogue", "grids", "queues", "me"])
        return self.page

    def report(self, words: str | None, *photos: Mapping[str, Any]) -> None:
        """Report: the button, the photos, send."""
        page = self.page
        page.get_by_role("link", name="上报", exact=True).click()
        page.get_by_label("从相册选").set_input_files(list(photos))  # type: ignore[arg-type]
        expect(page.locator(".photos li")).to_have_count(len(photos))
        expect(page.locator("[data-part=place] strong")).to_be_visible()
        if words:
            page.get_by_label("看到了什么").fill(words)
        page.get_by_role("button", name="发送").click()
        expect(page.get_by_text(SAVED)).to_be_visible()

    def waiting(self) -> int:
        """Count what waits in the queue, photos included."""
        found: int = self.page.evaluate(COUNT)
        return found

    def sent(self, seconds: float = 60) -> None:
        """See the queue run empty without doing anything."""
        self.see(EMPTY, "the queue is empty", seconds=seconds)

    def see(self, script: str, what: str, argument: Any = None, seconds: float = 20) -> None:
        """Wait until a script gives true; the policy of the page forbids the browser's own way of waiting."""
        until(lambda: self.page.evaluate(script, argument) or self.page.wait_for_timeout(LOOK_MS), what, seconds)


_OPEN = """new Promise((resolve, reject) => {
    const asked = indexedDB.open('gezhi');
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = reject;
})"""
_STORE = """const all = (base, store) => new Promise((resolve) => {
    const asked = base.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => { base.close(); resolve(asked.result); };
});"""
COUNT = f"async () => {{ {_STORE} return (await all(await {_OPEN}, 'queue')).length; }}"
EMPTY = f"async () => {{ {_STORE} return (await all(await {_OPEN}, 'queue')).length === 0; }}"
KEPT = f"""async (names) => {{ {_STORE}
    const kept = (await all(await {_OPEN}, 'kept')).map((row) => row.name);
    return names.every((name) => kept.includes(name)); }}"""
WRITTEN = f"""async (words) => {{ {_STORE}
    return JSON.stringify(await all(await {_OPEN}, 'kept')).includes(words); }}"""


@contextmanager
def ill_server(port: int, status: int = 500) -> Iterator[list[str]]:
    """Answer every request on a port with an error; yields the paths that were asked for."""
    asked: list[str] = []

    class Ill(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_HEAD = do_PATCH = _answer

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    def listening() -> ThreadingHTTPServer | None:
        with suppress(OSError):  # the last of the killed server's processes still holds the port
            return ThreadingHTTPServer(("127.0.0.1", port), Ill)
        return None

    server = until(listening, "the port of the killed server is free")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
