"""Signing in: who gets in, who waits, and who cannot make others wait."""

import threading

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core.db import db
from app.identity import attempts, passwords
from app.identity.models import PersonRow, SessionRow, SignInCount
from tests.factories.identity import PASSWORD, assignment, bearer, person, role

URL = "/api/v1/auth/login"
HTTPS = "https://gezhi.example"
HOME = "192.0.2.1"
ELSEWHERE = "198.51.100.7"


def log_in(client, username="worker1", password=PASSWORD, address=HOME, **more):
    headers = more.pop("headers", {})
    body = {"username": username, "password": password, "device": "手机", **more}
    return client.post(URL, json=body, base_url=HTTPS, environ_base={"REMOTE_ADDR": address}, headers=headers)


def fail(client, times, **more):
    return [log_in(client, password="wrong", **more).status_code for _ in range(times)]


@pytest.fixture
def worker(app_context):
    role()
    someone = person(username="worker1", name="王小明")
    assignment(someone)
    return someone


@pytest.fixture
def computed(monkeypatch):
    """Which hashes were checked."""
    seen = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: seen.append(given[0]) or verify(self, *given))
    return seen


def test_the_right_password_opens_a_session(worker, client):
    answer = log_in(client, "Worker1 ")
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 3600
    assert answer.json["person"] == {
        "person_id": str(worker.id),
        "name": "王小明",
        "roles": ["tester"],
        "must_change_password": False,
    }
    me = client.get("/api/v1/me", headers=bearer(answer.json["access_token"]))
    assert me.json["person"]["username"] == "worker1"


def test_no_token_is_kept_as_it_is(worker, client):
    answer = log_in(client).json
    row = db.session.scalars(select(SessionRow)).one()
    kept = " ".join(str(getattr(row, column.key)) for column in SessionRow.__table__.columns)
    for token in ("access_token", "refresh_token", "device_token"):
        assert answer[token] not in kept


def test_a_wrong_password_an_unknown_name_and_a_closed_account_are_told_the_same(worker, client):
    person(username="gone", active=False)
    answers = [
        log_in(client, password="wrong"),
        log_in(client, "nobody"),
        log_in(client, "gone"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({(answer.json["code"], answer.json["detail"]) for answer in answers}) == 1


def test_a_name_without_an_account_costs_as_much_work_as_one_with(worker, client, computed, query_count):
    work = []
    for name in ("worker1", "nobody"):
        fail(client, 1, username=f"{name}x")  # what is read once per process has been read
        computed.clear()
        with query_count() as seen:
            fail(client, 1, username=name)
        costs = [kept.split("$")[:4] for kept in computed]  # argon2id, its version, memory and rounds
        work.append((costs, [statement.split("(")[0] for statement in seen]))
    assert work[0] == work[1]
    assert len(work[0][0]) == 1


def test_both_outcomes_are_in_the_audit_without_what_was_typed(worker, client):
    fail(client, 1, username="my-password")
    log_in(client)
    succeeded, refused = audit.search().items
    assert (succeeded.tag, succeeded.person_id, succeeded.address) == (Tag.SIGN_IN_SUCCEEDED, worker.id, HOME)
    assert (refused.tag, refused.person_id, refused.data) == (Tag.SIGN_IN_REFUSED, None, {})


def test_a_few_mistakes_cost_nothing(worker, client):
    fail(client, attempts.PAIR.free - 1)
    assert log_in(client).status_code == 200


def test_more_mistakes_make_even_the_right_password_wait(worker, client, clock):
    fail(client, attempts.PAIR.free)
    answer = log_in(client)
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (429, "sign_in_locked", "30")
    assert "30 秒" in answer.json["detail"]
    clock.tick(seconds=31)
    assert log_in(client).status_code == 200


def test_the_wait_grows_and_has_an_end(worker, client, clock):
    fail(client, attempts.PAIR.free - 1)
    waits = []
    for _ in range(8):
        fail(client, 1)
        waits.append(int(log_in(client).headers["Retry-After"]))
        clock.tick(seconds=waits[-1])
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_name_without_an_account_waits_like_one_with(worker, client):
    assert fail(client, 7, username="nobody") == fail(client, 7)


def test_the_wait_survives_a_restart(worker, client, make_app):
    fail(client, attempts.PAIR.free)
    assert log_in(make_app().test_client()).status_code == 429


def test_success_forgets_the_mistakes_before(worker, client):
    for _ in range(3):
        fail(client, attempts.PAIR.free - 1)
        assert log_in(client).status_code == 200


def test_mistakes_are_forgotten_after_a_day(worker, client, clock):
    fail(client, attempts.PAIR.free - 1)
    clock.tick(days=1)
    assert fail(client, 2) == [401, 401]


def test_an_attacker_elsewhere_does_not_lock_the_owner_out(worker, client):
    fail(client, attempts.PAIR.free + 1, address=ELSEWHERE)
    assert log_in(client, address=ELSEWHERE).status_code == 429
    assert log_in(client, address=HOME).status_code == 200


def test_a_device_that_signed_in_before_is_not_locked_out_by_any_number_of_attackers(worker, client):
    token = log_in(client).json["device_token"]
    fail(client, attempts.PAIR.free)  # behind the same address as the owner
    for number in range(attempts.ACCOUNT.free):
        fail(client, 1, address=f"203.0.113.{number}")
    assert log_in(client, address="203.0.113.200").status_code == 429  # for strangers the account waits
    assert log_in(client).status_code == 429
    answer = log_in(client, device_token=token)
    assert (answer.status_code, answer.json["device_token"]) == (200, token)


def test_a_known_device_cannot_guess_without_end(worker, client):
    token = log_in(client).json["device_token"]
    assert fail(client, attempts.DEVICE.free + 1, device_token=token)[-1] == 429


def test_a_device_token_helps_with_no_other_account(worker, client):
    person(username="other")
    token = log_in(client).json["device_token"]
    fail(client, attempts.PAIR.free, username="other")
    assert log_in(client, "other", device_token=token).status_code == 429


def test_a_device_that_was_thrown_out_is_a_stranger(worker, client):
    first = log_in(client).json
    headers = bearer(first["access_token"])
    (session,) = client.get("/api/v1/me/sessions", headers=headers).json["items"]
    client.delete(f"/api/v1/me/sessions/{session['session_id']}", headers=headers)
    assert log_in(client, device_token=first["device_token"]).json["device_token"] != first["device_token"]


def test_many_addresses_guessing_at_one_account_are_slowed_down(worker, client):
    codes = [fail(client, 1, address=f"203.0.113.{number}")[0] for number in range(attempts.ACCOUNT.free + 1)]
    assert (codes[-2], codes[-1]) == (401, 429)


def test_a_village_behind_one_address_gets_in(worker, client):
    village = [person(username=f"villager{number}").username for number in range(300)]
    assert {fail(client, 1, username=username)[0] for username in village} == {401}
    assert {log_in(client, username).status_code for username in village[::60]} == {200}


def test_one_address_guessing_at_many_accounts_is_stopped(app_context, client, monkeypatch):
    monkeypatch.setattr(attempts, "ADDRESS", attempts.Bound(20, *(attempts.PAIR.first_wait,) * 2, attempts._HOUR))
    codes = [fail(client, 1, username=f"account{number}")[0] for number in range(21)]
    assert codes == [401] * 20 + [429]
    assert fail(client, 1, username="account1", address=ELSEWHERE) == [401]


def test_a_forged_forwarded_address_escapes_nothing(worker, client):
    codes = [
        log_in(client, password="wrong", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(attempts.PAIR.free + 1)
    ]
    assert codes[-1] == 429


def test_behind_a_trusted_proxy_its_word_counts_and_what_the_client_put_before_does_not(worker, make_app):
    client = make_app(TRUSTED_PROXIES=1).test_client()

    def attempt(number, seen):
        return log_in(client, password="wrong", headers={"X-Forwarded-For": f"203.0.113.{number}, {seen}"})

    codes = [attempt(number, "198.51.100.1").status_code for number in range(attempts.PAIR.free + 1)]
    assert codes[-1] == 429
    assert attempt(1, "198.51.100.2").status_code == 401


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_counts_as_what_one_subscriber_has(address, counted):
    assert attempts.network(address) == counted


@pytest.mark.own_database
def test_guesses_at_once_are_counted_like_guesses_in_turn(app):
    with app.app_context():
        person(username="worker1")
    codes = []

    def guess():
        codes.extend(fail(app.test_client(), 1))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(401) == attempts.PAIR.free
    with app.app_context():
        assert db.session.scalar(select(func.max(SignInCount.failures))) == attempts.PAIR.free


def test_when_all_turns_are_taken_the_answer_comes_at_once_and_nothing_is_counted(worker, make_app, monkeypatch):
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0)
    app = make_app(SIGN_INS_AT_ONCE=1)
    with app.app_context(), passwords.turn():
        answer = log_in(app.test_client())
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "sign_in_busy", "5")
    assert db.session.scalars(select(SignInCount)).all() == []
    assert log_in(app.test_client()).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"username": "worker1"},
        {"username": "worker1", "password": ""},
        {"username": "a\x00b", "password": "x"},
        {"username": "worker1", "password": "x" * 201},
        {"username": "worker1", "password": "x", "admin": True},
        ["worker1", "x"],
    ],
)
def test_a_body_that_is_none_is_a_clear_refusal(app_context, client, body):
    answer = client.post(URL, json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_an_account_closed_while_its_password_was_checked_does_not_get_in(worker, client, monkeypatch):
    real = PasswordHasher.verify

    def verify(self, kept, password):
        db.session.execute(PersonRow.__table__.update().values(active=False))
        db.session.commit()
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    assert log_in(client).status_code == 401
