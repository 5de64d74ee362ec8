"""Sessions of browsers end: when nobody uses them for a while, and after some hours in any case."""

import re

import pytest

from app.factory import create_app
from app.identity import cookies
from app.identity.sessions import NOTED_EVERY
from tests.factories.identity import PASSWORD, assignment, bearer, person, role
from tests.rules.sources import ROOT

HTML = {"Accept": "text/html"}
PART = {"HX-Request": "true"}
COUNTS = "/desk/counts"


@pytest.fixture
def browser(app_context, client):
    role()
    assignment(person(username="worker1"))
    said = client.post(
        "/sign-in", data={"username": "worker1", "password": PASSWORD}, headers={"Origin": "http://localhost", **HTML}
    )
    assert said.status_code == 302
    return client


def works(browser):
    return browser.get("/account", headers=HTML).status_code == 200


def drop_what_the_browser_drops(browser):
    browser.delete_cookie(cookies.SESSION)


def test_a_browser_that_is_used_stays_and_one_that_is_not_has_to_sign_in_again(browser, app, clock):
    idle = app.config["BROWSER_IDLE_MINUTES"]
    for _ in range(3):
        clock.tick(minutes=idle - 2)
        drop_what_the_browser_drops(browser)
        assert works(browser)
    clock.tick(minutes=idle)
    assert not works(browser)
    drop_what_the_browser_drops(browser)
    assert not works(browser)


def test_what_an_open_page_asks_by_itself_is_no_use(browser, app, clock):
    idle = app.config["BROWSER_IDLE_MINUTES"]
    for _ in range(6):
        clock.tick(minutes=idle // 6 - 1)
        drop_what_the_browser_drops(browser)
        assert browser.get(COUNTS, headers=PART).status_code == 200
    clock.tick(minutes=6)
    drop_what_the_browser_drops(browser)
    answer = browser.get(COUNTS, headers=PART)
    assert answer.headers["HX-Redirect"] == "/"
    assert not works(browser)


def test_even_one_that_is_used_all_the_time_ends_after_its_hours(browser, app, clock):
    for _ in range(app.config["BROWSER_HOURS"] * 2 - 1):
        clock.tick(minutes=30)
        drop_what_the_browser_drops(browser)
        assert works(browser)
    clock.tick(minutes=30)
    assert not works(browser)


def test_the_refresh_token_of_a_browser_is_no_way_around(browser, app, clock):
    token = browser.get_cookie(cookies.REFRESH).value
    clock.tick(minutes=app.config["BROWSER_IDLE_MINUTES"])
    answer = browser.post("/api/v1/auth/refresh", json={"refresh_token": token})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "refresh_refused")


def test_a_phone_keeps_its_month(app_context, client, clock):
    role()
    assignment(person(username="worker1"))
    body = {"username": "worker1", "password": PASSWORD, "device": "手机"}
    held = client.post("/api/v1/auth/login", json=body).get_json()
    clock.tick(days=20)
    answer = client.post("/api/v1/auth/refresh", json={"refresh_token": held["refresh_token"]})
    assert client.get("/api/v1/me", headers=bearer(answer.get_json()["access_token"])).status_code == 200


def test_a_browser_signed_in_before_there_were_ends_gets_them_at_its_next_renewal(app_context, client, clock):
    """Its session was opened like a phone's; the first renewal from the cookie bounds it."""
    role()
    assignment(person(username="worker1"))
    body = {"username": "worker1", "password": PASSWORD, "device": "Mozilla/5.0"}
    held = client.post("/api/v1/auth/login", json=body).get_json()
    client.set_cookie(cookies.REFRESH, held["refresh_token"])
    clock.tick(hours=2)
    assert works(client)
    clock.tick(hours=11)
    assert not works(client)


def test_reading_on_costs_a_write_a_minute_and_no_more(browser, clock, query_count):
    clock.tick(seconds=NOTED_EVERY.total_seconds())
    with query_count() as seen:
        works(browser)
    assert [each for each in seen if each.startswith("UPDATE sessions")]
    with query_count() as seen:
        works(browser)
    assert not [each for each in seen if each.startswith("UPDATE")]


def test_every_address_that_pages_ask_again_and_again_is_marked(tmp_path):
    app = create_app({"DATA_DIR": str(tmp_path)})
    asked = set()
    for template in (ROOT / "app").rglob("*.html"):
        for tag in re.findall(r"<[^<>]*hx-trigger=\"[^\"]*every [^<>]*>", template.read_text(encoding="utf-8")):
            asked.update(re.findall(r"url_for\('([\w.]+)'", tag))
    assert len(asked) >= 2
    within = {name for name in asked if name.startswith(".")}  # of whichever room draws the template
    asked = asked - within | {name for name in app.view_functions if name.endswith(tuple(within))}
    asked.add("notices.count_unread")  # by programs of others
    assert {name for name, view in app.view_functions.items() if getattr(view, "polled", False)} == asked
