"""Nobody signs in over a line on which others read along, unless the operator has chosen that for a trial."""

import pytest

from tests.factories.identity import PASSWORD, assignment, person, role
from tests.support.elements import alert, texts_of

pytestmark = pytest.mark.one_database
LOGIN = {"username": "worker1", "password": PASSWORD, "device": "手机"}
HTML = {"Accept": "text/html"}
LOCAL = ("localhost", "localhost:8000", "127.0.0.1:8000", "127.8.9.1", "[::1]:8000")
ABROAD = ("gezhi.example", "192.0.2.7:8000", "10.1.2.3", "[2001:db8::1]:8080", "localhost.example", "127.0.0.1.example")


@pytest.fixture
def worker(app_context):
    role()
    assignment(person(username="worker1"))


def by_program(client, base):
    return client.post("/api/v1/auth/login", json=LOGIN, base_url=base)


def by_page(client, base):
    return client.post("/sign-in", data=LOGIN, base_url=base, headers={"Origin": base, **HTML})


def warned(response):
    """Whether a page begins with the warning of a trial."""
    return [text[:3] for text in texts_of(response.text, "p", class_="plain-trial", role="alert")] == ["试用："]


def cookies_of(response):
    return [line for line in response.headers.getlist("Set-Cookie") if line.startswith("gezhi_")]


def test_on_this_machine_http_is_enough(worker, client):
    for host in LOCAL:
        assert by_program(client, f"http://{host}").status_code == 200, host
        response = by_page(client, f"http://{host}")
        assert response.status_code == 302, host
        assert not any("Secure" in line for line in cookies_of(response))


def test_over_a_network_it_is_refused_with_what_is_needed(worker, client):
    for host in ABROAD:
        response = by_program(client, f"http://{host}")
        assert (response.status_code, response.get_json()["code"]) == (403, "https_required"), host
        page = by_page(client, f"http://{host}")
        assert page.status_code == 403, host
        assert "https" in alert(page.text)
        assert not cookies_of(page)
        front = client.get("/", base_url=f"http://{host}", headers=HTML)
        assert "https" in alert(front.text), f"{host} before anybody types"


def test_over_https_cookies_go_by_https_alone(worker, client):
    for host in (*ABROAD, "gezhi.example:8443"):
        assert by_program(client, f"https://{host}").status_code == 200
        response = by_page(client, f"https://{host}")
        assert response.status_code == 302
        assert cookies_of(response)
        assert all("Secure" in line for line in cookies_of(response))


def test_behind_a_proxy_that_is_trusted_its_word_counts_and_nobody_elses(worker, make_app):
    told = {"X-Forwarded-Proto": "https"}
    for trusted, status in ((1, 200), (0, 403)):
        client = make_app(TRUSTED_PROXIES=trusted).test_client()
        assert (
            client.post("/api/v1/auth/login", json=LOGIN, base_url="http://gezhi.example", headers=told).status_code
            == status
        )


def test_who_comes_through_a_proxy_that_is_not_trusted_reads_what_to_set(worker, client, make_app):
    told = {"X-Forwarded-Proto": "https", **HTML}
    for base in ("http://gezhi.example", "http://127.0.0.1:8000", "http://localhost"):
        api = client.post("/api/v1/auth/login", json=LOGIN, base_url=base, headers=told)
        assert (api.status_code, api.get_json()["code"]) == (403, "proxy_not_trusted"), base
        assert "GEZHI_TRUSTED_PROXIES" in api.get_json()["detail"]
        assert "GEZHI_TRUSTED_PROXIES" in api.get_json()["detail_en"]
        assert "GEZHI_TRUSTED_PROXIES" in alert(client.get("/", base_url=base, headers=told).text), (
            "before anybody types"
        )
    base = "http://gezhi.example"
    for headers in ({"Origin": "https://gezhi.example"}, {"Origin": "https://gezhi.example", **told}):
        page = client.post("/sign-in", data=LOGIN, base_url=base, headers={**headers, **HTML})
        assert page.status_code == 403
        assert "GEZHI_TRUSTED_PROXIES" in alert(page.text)
    trusting = make_app(TRUSTED_PROXIES=1).test_client()
    assert texts_of(trusting.get("/", base_url=base, headers=told).text, role="alert") == []


def test_a_host_of_this_machine_counts_only_where_nothing_handed_the_request_on(worker, client):
    for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"):
        headers = {name: "192.0.2.1"}
        response = client.post("/api/v1/auth/login", json=LOGIN, base_url="http://127.0.0.1", headers=headers)
        assert (response.status_code, response.get_json()["code"]) == (403, "https_required"), name


def test_for_a_trial_it_is_possible_and_every_page_says_so(worker, make_app):
    client = make_app(PLAIN_HTTP=True).test_client()
    base = "http://gezhi.example"
    for path in ("/", "/m/", "/handbook/", "/nowhere", "/docs"):
        assert warned(client.get(path, base_url=base, headers=HTML)), path
    response = by_page(client, base)
    assert response.status_code == 302
    assert not any("Secure" in line for line in cookies_of(response)), "or the browser would not give them back"
    assert warned(client.get("/account", base_url=base, headers=HTML))
    assert not warned(client.get("/", base_url="https://gezhi.example", headers=HTML))
    for path in ("/", "/docs"):
        assert not warned(client.get(path, headers=HTML)), path


def test_what_is_private_is_kept_by_nobody_on_the_way(worker, client):
    assert client.get("/", headers=HTML).headers["Cache-Control"] == "no-cache"
    base = "http://localhost"
    assert by_page(client, base).status_code == 302
    for path in ("/account", "/", "/desk/", "/desk/counts", "/desk/choices/grids", "/board/outlines", "/nowhere-else"):
        kept = client.get(path, headers=HTML).headers["Cache-Control"]
        assert kept == ("no-cache" if path == "/nowhere-else" else "no-store"), path


def test_browsers_are_told_to_stay_with_https_when_the_operator_says_so(make_app):
    client = make_app(HSTS_SECONDS=3600).test_client()
    assert client.get("/", base_url="https://gezhi.example").headers["Strict-Transport-Security"] == "max-age=3600"
    assert "Strict-Transport-Security" not in client.get("/", base_url="http://gezhi.example").headers
    usual = make_app().test_client()
    assert "Strict-Transport-Security" not in usual.get("/", base_url="https://gezhi.example").headers


def test_pages_ask_a_device_for_camera_and_place_alone(client):
    policy = client.get("/", headers=HTML).headers["Permissions-Policy"]
    assert "camera=(self)" in policy
    assert "geolocation=(self)" in policy
    assert "microphone=()" in policy
