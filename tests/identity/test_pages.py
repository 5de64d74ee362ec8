"""Signing in with a browser: cookies that scripts cannot read, changes only from our own pages."""

import re

import pytest

from app.identity import cookies
from tests.factories.identity import PASSWORD, assignment, person, role
from tests.support.elements import alert, elements, texts_of, value_of

pytestmark = pytest.mark.one_database
HTML = {"Accept": "text/html"}
OURS = {"Origin": "http://localhost", **HTML}  # as every browser says with a form


@pytest.fixture
def worker(app_context):
    role()
    someone = person(username="worker1")
    assignment(someone)
    return someone


def enter(client, password=PASSWORD, **more):
    return client.post("/sign-in", data={"username": "worker1", "password": password, **more}, headers=OURS)


def token_in(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True)).group(1)


def test_a_browser_signs_in_works_and_signs_out(worker, client):
    assert "登录" in texts_of(client.get("/", headers=HTML).text, "button", type="submit")
    led = enter(client)
    assert led.status_code == 302
    page = client.get("/account", headers=HTML)
    assert texts_of(page.text, "h1") == [worker.name]
    assert client.post("/sign-out", headers=HTML).status_code == 403
    assert client.post("/sign-out", data={"csrf_token": token_in(page)}, headers=HTML).status_code == 302
    assert client.get("/account", headers=HTML).headers["Location"].startswith("/?next=")


def test_the_cookies_are_out_of_reach_of_scripts_and_travel_encrypted(worker, client):
    said = enter(client, password=PASSWORD).headers.getlist("Set-Cookie")
    assert len(said) == 3
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in said)
    assert all("Secure" not in one for one in said)  # this is localhost
    elsewhere = "http://county.example"
    data = {"username": "worker1", "password": PASSWORD}
    answer = client.post("/sign-in", data=data, base_url=elsewhere, headers={"Origin": elsewhere})
    said = answer.headers.getlist("Set-Cookie")
    assert all("Secure" in one for one in said)


def test_an_open_page_stays_good_when_the_access_token_is_renewed(worker, client):
    enter(client)
    before = client.get("/account", headers=HTML)
    client.delete_cookie(cookies.SESSION)  # as the browser does when its time is over
    answer = client.post("/sign-out", data={"csrf_token": token_in(before)}, headers=HTML)
    assert answer.status_code == 302


def test_a_wrong_password_is_told_and_the_name_stays(worker, client):
    answer = enter(client, password="wrong")
    assert answer.status_code == 401
    assert value_of(answer.text, "username") == "worker1"
    assert "账号或密码不正确" in alert(answer.text)


@pytest.mark.parametrize("where", ["//evil.example/", "/\\evil.example", "https://evil.example/"])
def test_signing_in_leads_to_no_other_host(worker, client, where):
    assert "evil" not in enter(client, next=where).headers["Location"]


def test_another_page_cannot_sign_a_browser_in(worker, client):
    data = {"username": "worker1", "password": PASSWORD}
    for origin in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:81"}, {}):
        answer = client.post("/sign-in", data=data, headers={**HTML, **origin})
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


def test_the_password_is_changed_on_the_page(worker, client):
    enter(client)
    page = client.get("/account", headers=HTML)
    given = {"csrf_token": token_in(page), "old_password": "wrong", "new_password": "better-staple-9"}
    assert "原密码不正确" in alert(client.post("/account/password", data=given, headers=HTML).text)
    given["old_password"] = PASSWORD
    changed = client.post("/account/password", data=given, headers=HTML).text
    assert [text[:5] for text in texts_of(changed, "div", class_="alert-success")] == ["密码已修改"]


def test_english_stays_chosen(client, app_context):
    for path in ("/?lang=en", "/"):
        assert "Sign in" in texts_of(client.get(path, headers=HTML).text, "button", type="submit")


def test_a_page_that_does_not_exist_is_told_as_a_page(client, app_context):
    answer = client.get("/nowhere", headers=HTML)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert client.get("/nowhere").mimetype == "application/problem+json"


def test_another_device_is_signed_out_after_one_question(worker, client, app):
    enter(app.test_client())
    enter(client)
    text = client.get("/account", headers=HTML).text
    (asked,) = [one for one in elements(text, "details", class_="once") if one.says.startswith("退出该设备")]
    assert "确定吗？" in asked.says
    (where,) = [form.attributes["action"] for form in asked.all("form")]
    forms = [form.attributes.get("action", "") for form in elements(text, "form")]
    assert [action for action in forms if action.endswith("/sign-out") and action != "/sign-out"] == [where]
    assert client.post(where, data={"csrf_token": token_in(client.get("/account", headers=HTML))}).status_code == 302
    assert "退出该设备" not in texts_of(client.get("/account", headers=HTML).text, "summary")
