"""A large body is read only of who may send it: not a byte of it before that is known, on any route."""

import io

import pytest

from app.core.permissions import Permission
from app.identity.cookies import SESSION
from tests.factories.identity import assignment, person, role, token_for
from tests.rules.test_csrf import changing

LARGE_BYTES = 1_500_000  # more than an ordinary body may have
MULTIPART = "multipart/form-data; boundary=b"
ANYBODYS = {  # before anybody is known: their bodies are small ones
    "/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/auth/refresh", "/sign-in",
}  # fmt: skip


class Unread(io.RawIOBase):
    """A body that notes whether somebody reads it."""

    def __init__(self):
        self.was_read = False

    def readable(self):
        return True

    def readinto(self, buffer):
        self.was_read = True
        return 0


def browser(app, *permissions, **where):
    """The browser of somebody who may do that."""
    name = f"may{len(permissions)}"
    role(name, permissions=permissions)
    someone = person()
    assignment(someone, role=name, **where)
    client = app.test_client()
    client.set_cookie(SESSION, token_for(someone))
    return client


def read_of(client, method, address):
    """Send a large body; return the answer and whether any of it was read."""
    body = Unread()
    answer = client.open(
        address, method=method, headers={"Accept": "application/json", "Tus-Resumable": "1.0.0"},
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(LARGE_BYTES), "CONTENT_TYPE": MULTIPART},
    )  # fmt: skip
    return answer, body.was_read


@pytest.mark.usefixtures("app_context")
def test_no_large_body_is_read_of_strangers_or_of_those_who_may_not_send_it(app):
    clients = {"a stranger": app.test_client(), "who may do nothing here": browser(app, Permission.IDENTITY_OWN)}
    walked = set()
    for method, rule, address in changing(app):
        for who, client in clients.items():
            may = app.view_functions[rule.endpoint].access == Permission.IDENTITY_OWN and who != "a stranger"
            answer, was_read = read_of(client, method, address)
            assert not was_read, f"{method} {rule.rule} reads of {who}"
            if rule.rule not in ANYBODYS and not may:
                assert answer.status_code in (401, 403, 413), f"{method} {rule.rule}: {answer.status_code} for {who}"
                walked.add(answer.status_code)
    assert {401, 403} <= walked


@pytest.mark.usefixtures("app_context")
def test_files_for_the_whole_county_are_read_only_of_who_looks_after_all_of_it(app):
    local = browser(app, *Permission, scope_kind="department", scope_code="D")
    for address in ("/admin/catalogue/import", "/admin/catalogue/import/confirm"):
        answer, was_read = read_of(local, "POST", address)
        assert (answer.status_code, answer.get_json()["code"], was_read) == (403, "county_only", False)


@pytest.mark.usefixtures("app_context")
def test_the_rule_sees_a_body_that_is_read(app):
    whole = browser(app, *Permission)
    answer, was_read = read_of(whole, "POST", "/admin/grids/import/")
    assert (answer.status_code, was_read) == (400, True)
