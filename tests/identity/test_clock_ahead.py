"""A clock that was ahead and was set back: nobody stays locked out for that time, and no token lasts longer for it."""

from datetime import timedelta

import pytest

from tests.factories.identity import PASSWORD, assignment, bearer, person, role

LOGIN = "/api/v1/auth/login"
AHEAD = pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=3)], ids=["minutes", "days"])


@pytest.fixture
def worker(app_context):
    role()
    assignment(person(username="worker1"))


def sign_in(client, password=PASSWORD):
    return client.post(LOGIN, json={"username": "worker1", "password": password, "device": "手机"})


def works(client, token):
    return client.get("/api/v1/me", headers=bearer(token)).status_code == 200


def refresh(client, held):
    return client.post("/api/v1/auth/refresh", json={"refresh_token": held["refresh_token"]})


@AHEAD
def test_a_token_given_by_a_clock_ahead_is_renewed_and_lasts_no_longer(worker, client, clock, ahead):
    now = clock.tick(seconds=0)
    clock.set(now + ahead)
    held = sign_in(client).get_json()
    assert works(client, held["access_token"])
    clock.set(now)
    assert not works(client, held["access_token"])
    fresh = refresh(client, held)
    assert (fresh.status_code, fresh.get_json()["expires_in"]) == (200, 3600)
    assert works(client, fresh.get_json()["access_token"])
    clock.tick(minutes=61)
    assert not works(client, fresh.get_json()["access_token"])


@AHEAD
def test_a_token_from_before_goes_on(worker, client, clock, ahead):
    held = sign_in(client).get_json()
    now = clock.tick(minutes=1)
    clock.set(now + ahead)
    clock.set(now)
    assert works(client, held["access_token"])


def test_a_spent_token_is_not_good_for_days_because_the_clock_was_ahead(worker, client, clock):
    now = clock.tick(seconds=0)
    clock.set(now + timedelta(days=3))
    held = sign_in(client).get_json()
    assert refresh(client, held).status_code == 200
    clock.set(now)
    assert refresh(client, held).status_code == 401


@AHEAD
def test_nobody_waits_for_a_time_that_was_never_meant(worker, client, clock, ahead):
    now = clock.tick(seconds=0)
    clock.set(now + ahead)
    while sign_in(client, "wrong").status_code != 429:
        pass
    clock.set(now)
    longest = timedelta(minutes=15)
    if ahead > longest:
        assert sign_in(client).status_code == 200
    clock.set(now + longest)
    assert sign_in(client).status_code == 200


@AHEAD
def test_failures_of_a_time_that_has_not_come_are_not_counted_with_those_of_now(worker, client, clock, ahead):
    now = clock.tick(seconds=0)
    clock.set(now + ahead)
    for _ in range(3):
        sign_in(client, "wrong")
    clock.set(now)
    answers = [sign_in(client, "wrong").status_code for _ in range(4)]
    assert answers == [401] * 4
