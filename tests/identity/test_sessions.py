"""Sessions: kept by hash, prolonged in turn, ended at once."""

from uuid import uuid4

import pytest

from app.audit import queries as audit
from app.audit.tags import Tag
from app.config import DEFAULTS
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.identity import attempts, cookies, queries, service, tokens
from tests.factories.identity import PASSWORD, acting, assignment, bearer, person, role, token_for

ME = "/api/v1/me"


@pytest.fixture
def worker(app_context):
    role()
    someone = person(username="worker1")
    assignment(someone)
    return someone


@pytest.fixture
def held(worker, client):
    """The answer to a sign-in."""
    return sign_in(client)


def sign_in(client, password=PASSWORD):
    return client.post("/api/v1/auth/login", json={"username": "worker1", "password": password, "device": "手机"}).json


def refresh(client, token):
    return client.post("/api/v1/auth/refresh", json={"refresh_token": token})


def works(client, token):
    return client.get(ME, headers=bearer(token)).status_code == 200


def test_an_access_token_ends_after_its_time(held, client, clock):
    clock.tick(minutes=59)
    assert works(client, held["access_token"])
    clock.tick(minutes=1)
    assert not works(client, held["access_token"])


def test_a_refresh_token_gives_the_next_pair_and_the_old_access_token_ends(held, client):
    fresh = refresh(client, held["refresh_token"]).json
    assert fresh["expires_in"] == 3600
    assert works(client, fresh["access_token"])
    assert not works(client, held["access_token"])


def test_a_phone_that_lost_the_answer_gets_the_same_again_for_a_minute(held, client, clock):
    first = refresh(client, held["refresh_token"]).json
    clock.tick(seconds=60)
    again = refresh(client, held["refresh_token"]).json
    assert again == {**first, "expires_in": 3540}
    assert works(client, again["access_token"])


def test_a_spent_token_that_comes_later_ends_the_session(held, client, clock):
    fresh = refresh(client, held["refresh_token"]).json
    clock.tick(seconds=61)
    answer = refresh(client, held["refresh_token"])
    assert (answer.status_code, answer.json["code"]) == (401, "refresh_refused")
    assert not works(client, fresh["access_token"])
    assert refresh(client, fresh["refresh_token"]).status_code == 401
    assert audit.search(tags=[Tag.SESSION_REUSED]).items


def test_an_older_spent_token_ends_the_session_too(held, client, clock):
    latest = held
    for _ in range(5):
        latest = refresh(client, latest["refresh_token"]).json
        clock.tick(minutes=30)
    refresh(client, held["refresh_token"])
    assert refresh(client, latest["refresh_token"]).status_code == 401


def test_a_made_up_token_that_names_a_session_ends_nothing(held, client):
    fresh = refresh(client, held["refresh_token"]).json
    made_up = f"{held['refresh_token'].partition('.')[0]}.{tokens.new()}"
    for token in (made_up, "x", "x.y", "g" * 32 + ".x", "é" * 32):
        assert refresh(client, token).status_code == 401
    assert works(client, fresh["access_token"])


def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(held, client):
    assert refresh(client, held["access_token"]).status_code == 401
    assert not works(client, held["refresh_token"])


def test_a_session_not_used_for_a_month_ends(held, client, clock):
    clock.tick(days=30)
    assert refresh(client, held["refresh_token"]).status_code == 401


def test_signing_out_ends_the_session_and_may_be_repeated(held, client):
    for _ in range(2):
        assert client.post("/api/v1/auth/logout", headers=bearer(held["access_token"])).status_code == 204
    assert not works(client, held["access_token"])
    assert refresh(client, held["refresh_token"]).status_code == 401


def test_a_person_sees_their_devices_and_throws_one_out(held, client):
    other = sign_in(client)
    headers = bearer(other["access_token"])
    items = client.get(f"{ME}/sessions", headers=headers).json["items"]
    assert sorted(item["current"] for item in items) == [False, True]
    lost = next(item for item in items if not item["current"])
    assert client.delete(f"{ME}/sessions/{lost['session_id']}", headers=headers).status_code == 204
    assert not works(client, held["access_token"])
    assert len(client.get(f"{ME}/sessions", headers=headers).json["items"]) == 1
    assert client.delete(f"{ME}/sessions/{lost['session_id']}", headers=headers).status_code == 404


def test_nobody_throws_out_another_persons_device(held, client):
    (mine,) = client.get(f"{ME}/sessions", headers=bearer(held["access_token"])).json["items"]
    assert client.delete(f"{ME}/sessions/{mine['session_id']}", headers=acting()).status_code == 404
    assert works(client, held["access_token"])


def test_a_new_password_ends_every_other_session(held, client):
    other = sign_in(client)["access_token"]
    body = {"old_password": PASSWORD, "new_password": "better-staple-9"}
    headers = bearer(held["access_token"])
    assert client.put(f"{ME}/password", json=body, headers=headers).status_code == 204
    assert works(client, held["access_token"])
    assert not works(client, other)
    assert "access_token" not in sign_in(client)
    assert "access_token" in sign_in(client, "better-staple-9")


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("wrong", "better-staple-9", "old_password_wrong", "old_password"),
        (PASSWORD, "short", "weak_password", "new_password"),
        (PASSWORD, "aaaaaaaaaaaa", "weak_password", "new_password"),
        (PASSWORD, "worker1-secret", "weak_password", "new_password"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(held, client, old, new, code, field):
    body = {"old_password": old, "new_password": new}
    answer = client.put(f"{ME}/password", json=body, headers=bearer(held["access_token"]))
    assert (answer.status_code, answer.json["code"], list(answer.json["fields"])) == (422, code, [field])


def test_passwords_cannot_be_tried_on_an_open_phone(held, client):
    body = {"old_password": "wrong", "new_password": "better-staple-9"}
    headers = bearer(held["access_token"])
    codes = [client.put(f"{ME}/password", json=body, headers=headers).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_who_has_a_first_password_may_only_change_it(app_context, client):
    role()
    someone = person(must_change_password=True)
    assignment(someone)
    headers = bearer(token_for(someone))
    answer = client.get("/api/v1/departments", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "password_change_required")
    assert client.get(ME, headers=headers).json["person"]["must_change_password"] is True
    body = {"old_password": PASSWORD, "new_password": "better-staple-9"}
    assert client.put(f"{ME}/password", json=body, headers=headers).status_code == 204
    assert client.get("/api/v1/departments", headers=headers).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp4", "Bearer é"])
def test_without_a_good_token_nobody_gets_in(app_context, client, header):
    answer = client.get(ME, headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")


def test_a_desk_reads_with_its_cookie_and_writes_with_its_csrf_token(worker, client):
    token = token_for(worker)
    client.set_cookie(cookies.SESSION, token)
    assert client.get(ME).status_code == 200
    known = tokens.csrf(queries.authenticate(token).session_id)
    body = {"old_password": PASSWORD, "new_password": "better-staple-9"}
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": tokens.csrf(uuid4())}):
        answer = client.put(f"{ME}/password", json=body, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "csrf_missing")
    assert client.put(f"{ME}/password", json=body, headers={"X-CSRF-Token": known}).status_code == 204


def test_a_cookie_alone_cannot_sign_a_desk_out(worker, client):
    client.set_cookie(cookies.SESSION, token_for(worker))
    assert client.post("/api/v1/auth/logout").status_code == 204  # it knows bearers only
    assert client.get(ME).status_code == 200


def test_a_closed_account_is_out_at_once(worker, held, client):
    with transaction():
        service.close_account(worker.id)
    assert not works(client, held["access_token"])
    assert refresh(client, held["refresh_token"]).status_code == 401


def test_asking_who_i_am_needs_the_permission(app_context, client):
    assert client.get(ME, headers=acting(permissions=[Permission.CASE_READ])).status_code == 403


def test_an_account_locked_by_others_does_not_keep_its_owner_from_a_new_password(held, client):
    """Who is signed in is counted by the session, whatever strangers have done to the account or the address."""
    body = {"username": "worker1", "password": "wrong", "device": "手机"}
    for number in range(attempts.ACCOUNT.free):
        client.post("/api/v1/auth/login", json=body, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
    assert client.post("/api/v1/auth/login", json=body).status_code == 429
    change = {"old_password": PASSWORD, "new_password": "better-staple-9"}
    assert client.put(f"{ME}/password", json=change, headers=bearer(held["access_token"])).status_code == 204


def test_mistakes_at_a_password_change_make_nobody_wait_who_signs_in(held, client):
    change = {"old_password": "wrong", "new_password": "better-staple-9"}
    headers = bearer(held["access_token"])
    codes = [client.put(f"{ME}/password", json=change, headers=headers).status_code for _ in range(7)]
    assert codes == [422] * attempts.SESSION.free + [429] * 2
    assert "access_token" in sign_in(client)


def test_a_password_that_is_easily_guessed_is_refused_at_a_change(held, client):
    for weak in ("password1234", "Guxian@2026!", "wangge123456"):
        body = {"old_password": PASSWORD, "new_password": weak}
        answer = client.put(f"{ME}/password", json=body, headers=bearer(held["access_token"]))
        assert (answer.status_code, answer.json["code"]) == (422, "weak_password"), weak


def test_far_fewer_passwords_are_checked_at_once_than_a_process_serves_connections():
    assert 0 < 10 * DEFAULTS["SIGN_INS_AT_ONCE"] < DEFAULTS["CONNECTIONS"]
