"""Somebody at a desk in a browser: signed in, seen by everybody, and heard when a script fails."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.core import revisions
from app.core.db import db
from app.core.transaction import transaction
from app.grids.models import Grid
from app.identity.cookies import SESSION
from app.identity.models import PersonRow
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST
from tests.factories.identity import token_for
from tests.factories.town import Actor, Town
from tests.support.until import until

OURS = re.compile("http://localhost:|data:|blob:")
REFUSED = re.compile("status of 4[0-9][0-9]")  # answered as pages, on purpose
PEOPLE = (
    "郭小梅",
    "李建国",
    "王雪",
    "赵志强",
    "孙丽",
    "周海",
    "吴敏",
    "郑卫东",
    "冯涛",
    "陈静",
    "褚亮",
    "宋岚",
)  # invented
PLACES = {
    COUNTY: "示例县", WEST: "城关镇", EAST: "河东镇", VILLAGES[0]: "东街社区", VILLAGES[1]: "西街社区",
    VILLAGES[2]: "河东村", VILLAGES[3]: "柳湾村", GRIDS[0]: "东街社区第一网格", GRIDS[1]: "西街社区第一网格",
    GRIDS[2]: "河东村网格", GRIDS[3]: "柳湾村网格",
}  # fmt: skip
SCREEN = {"width": 1366, "height": 768}
_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def give_names(town: Town) -> None:
    """Call grids and people as a county would: the pictures of the handbook show them. All invented."""
    with town.app.app_context(), transaction() as session:
        for code, name in PLACES.items():
            session.execute(db.update(Grid).where(Grid.code == code).values(name=name))
        for actor, name in zip(town.people, PEOPLE, strict=False):
            session.execute(db.update(PersonRow).where(PersonRow.id == actor.id).values(name=name))
        revisions.raise_("grids")


@contextmanager
def visiting(town: Town, **more: Any) -> Iterator[Any]:
    """A page of somebody who has not signed in; faults of scripts and loads from elsewhere fail the test."""
    faults: list[str] = []
    context = town.browser.new_context(
        base_url=f"http://localhost:{town.house.port}", locale="zh-CN", timezone_id="Asia/Shanghai",
        reduced_motion="reduce", **{"viewport": SCREEN, **more},
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if _wrong(said) else None)
    page.on("request", lambda one: None if OURS.match(one.url) else faults.append(one.url))
    try:
        yield page
    finally:
        context.close()
    assert not faults


@contextmanager
def seated(town: Town, actor: Actor, **more: Any) -> Iterator[Any]:
    """A page of somebody whose browser has signed in before."""
    with visiting(town, **more) as page:
        with town.app.app_context():
            token = token_for(actor.id, device="桌面浏览器")
        page.context.add_cookies([{"name": SESSION, "value": token, "url": f"http://localhost:{town.house.port}"}])
        yield page


def arrive(page: Any, path: str) -> None:
    """Go to a page, and wait until whatever it asks for by itself has come and is drawn."""
    awaited: set[Any] = set()

    def asks(request: Any) -> None:
        awaited.add(request)

    def has(request: Any) -> None:
        awaited.discard(request)

    hears = {"request": asks, "requestfinished": has, "requestfailed": has}
    for event, hear in hears.items():
        page.on(event, hear)
    page.goto(path)

    def drawn() -> bool:
        page.evaluate(_FRAMES)
        return not awaited

    until(lambda: drawn() and drawn(), f"{path} has all that it asked for")  # an answer may lead to another request
    for event, hear in hears.items():
        page.remove_listener(event, hear)


def step_key(act: Any) -> None:
    """Press the letter of a step: a capital one with Shift."""
    letter = act.get_attribute("data-key")
    act.page.keyboard.press(f"Shift+{letter}" if letter.isupper() else letter)


def username(town: Town, actor: Actor) -> str:
    """By which name somebody signs in."""
    with town.app.app_context():
        return db.session.get_one(PersonRow, actor.id).username


def _wrong(said: Any) -> bool:
    return said.type in ("error", "warning") and not REFUSED.search(said.text)
