"""A browser changes something only by a page of ours: every route that changes asks for the token of the session."""

from uuid import uuid4

import pytest

from app.core.permissions import Permission
from app.identity.cookies import SESSION
from tests.factories.identity import assignment, person, role, token_for

pytestmark = pytest.mark.one_database
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
WITHOUT = {  # no cookie speaks here, so there is nothing that another page could use
    "/api/v1/auth/login": "gives tokens to a program, and no cookie",
    "/api/v1/auth/refresh": "takes a token that no page knows",
    "/api/v1/auth/logout": "ends the session of the token that a program presents, and no other",
    "/sign-in": "asks that the form comes from our own page",
}
MADE_UP = {"uuid": str(uuid4()), "default": "x", "string": "x", "path": "x", "integer": 1}


def changing(app):
    """Every route that changes something, as method, rule and an address that fits."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods & CHANGING):
            values = {name: MADE_UP[_kind(rule, name)] for name in rule.arguments}
            yield method, rule, addresses.build(rule.endpoint, values, method=method)


def _kind(rule, name):
    return type(rule._converters[name]).__name__.removesuffix("Converter").lower().replace("unicode", "string")


@pytest.fixture
def browser(app, app_context):
    """The browser of somebody who may do everything."""
    role(permissions=tuple(Permission))
    someone = person()
    assignment(someone)
    client = app.test_client()
    client.set_cookie(SESSION, token_for(someone))
    assert client.get("/api/v1/me").status_code == 200
    return client


def test_every_change_by_a_session_without_the_token_of_its_pages_is_refused(app, browser):
    walked = 0
    for method, rule, address in changing(app):
        if rule.rule in WITHOUT:
            continue
        for token in ({}, {"X-CSRF-Token": "x"}):
            answer = browser.open(address, method=method, headers={**token, "Accept": "application/json"})
            assert answer.status_code == 403, f"{method} {rule.rule}"
            assert answer.get_json()["code"] == "csrf_missing", f"{method} {rule.rule}"
        walked += 1
    assert walked > 15


def test_only_where_no_cookie_speaks_no_token_is_asked_for(app, browser):
    walked = [(rule.rule, app.view_functions[rule.endpoint].access) for _, rule, _ in changing(app)]
    assert {rule for rule, access in walked if not isinstance(access, Permission)} == set(WITHOUT)
    assert browser.post("/api/v1/auth/logout").status_code == 204
    assert browser.get("/api/v1/me").status_code == 200, "the session of the cookie has not ended"
