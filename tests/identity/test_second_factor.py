"""A second factor at sign-in: who needs it, when it is asked for, and that no code is good twice."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.permissions import Permission
from app.identity import attempts, cookies, second_factor
from app.identity.models import SecondFactor
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.identity import PASSWORD, assignment, bearer, person, role
from tests.identity.administration import of, row_of, tags
from tests.support.elements import elements, rows_of, texts_of

LOGIN, MINE = "/api/v1/auth/login", "/api/v1/me/second-factor"
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _required(app):
    app.config["SECOND_FACTOR"] = "required"


@pytest.fixture
def admin(app_context, client):
    """The headers of an administrator who has set up a second factor, the secret, the recovery codes, the device."""
    role("admin", permissions=[Permission.PEOPLE_MANAGE, Permission.IDENTITY_OWN])
    assignment(person(username="admin"), role="admin")
    held = sign_in(client).get_json()
    headers = bearer(held["access_token"])
    secret = client.post(MINE, json={"password": PASSWORD}, headers=headers).get_json()["secret"]
    codes = client.put(MINE, json={"code": code_of(secret)}, headers=headers).get_json()
    return headers, secret, codes["recovery_codes"], held["device_token"]


def clock_now():
    return second_factor.clock.now()


def code_of(secret, steps=0):
    return pyotp.TOTP(secret).generate_otp(int(clock_now().timestamp()) // second_factor.STEP_SECONDS + steps)


def sign_in(client, code="", username="admin", **more):
    return client.post(LOGIN, json={"username": username, "password": PASSWORD, "device": "电脑", "code": code, **more})


def said(answer):
    return answer.status_code, (answer.get_json() or {}).get("code")


def test_whoever_needs_it_can_do_nothing_but_set_it_up(app_context, client):
    for permission in sorted(second_factor.REQUIRED_OF):
        role(f"only-{permission[:30]}", permissions=[permission, Permission.IDENTITY_OWN, Permission.NOTICE_READ])
        username = f"p{abs(hash(permission)) % 10**8}"
        assignment(person(username=username), role=f"only-{permission[:30]}")
        headers = bearer(sign_in(client, username=username).get_json()["access_token"])
        assert said(client.get("/api/v1/notices", headers=headers)) == (403, "second_factor_enrolment_required")
        assert client.get("/api/v1/me", headers=headers).status_code == 200
        secret = client.post(MINE, json={"password": PASSWORD}, headers=headers).get_json()["secret"]
        assert client.put(MINE, json={"code": code_of(secret)}, headers=headers).status_code == 200
        assert client.get("/api/v1/notices", headers=headers).status_code == 200


def test_whoever_works_in_the_field_is_never_asked(app, town):
    for actor in (town.worker, town.hire("auxiliary", "grid", COUNTY), town.hire("inspector", "grid", COUNTY)):
        assert actor.get("cases").status_code == 200
        username = row_of(town, actor).username
        secret = actor.send("POST", "me/second-factor", {"password": PASSWORD}).get_json()["secret"]
        assert actor.send("PUT", "me/second-factor", {"code": code_of(secret)}).status_code == 200
        assert sign_in(town.client, username=username).status_code == 200


def test_the_right_password_alone_is_answered_by_what_is_still_owed(admin, client):
    _, secret, _, _ = admin
    assert said(sign_in(client)) == (401, "second_factor_required")
    assert said(sign_in(client, "000000")) == (401, "second_factor_wrong")
    assert said(client.post(LOGIN, json={"username": "admin", "password": "wrong", "code": code_of(secret, 1)})) == (
        401,
        "sign_in_refused",
    )
    assert sign_in(client, code_of(secret, 1)).status_code == 200


def test_a_code_is_good_once_and_a_step_before_and_after(admin, client, clock):
    _, secret, _, _ = admin
    clock.tick(minutes=5)
    now = code_of(secret)
    assert sign_in(client, now[:3] + " " + now[3:]).status_code == 200
    assert said(sign_in(client, now)) == (401, "second_factor_wrong")
    assert said(sign_in(client, code_of(secret, -1))) == (401, "second_factor_wrong")  # older than one that was used
    assert sign_in(client, code_of(secret, 1)).status_code == 200
    clock.tick(minutes=5)
    assert [said(sign_in(client, code_of(secret, steps)))[0] for steps in (-2, 2, -1)] == [401, 401, 200]


def test_a_code_used_when_the_clock_was_ahead_keeps_nobody_out_once_it_is_right(admin, client, clock):
    now = clock.tick(minutes=2)
    clock.set(now + timedelta(days=3))
    assert sign_in(client, code_of(admin[1])).status_code == 200
    clock.set(now)
    assert sign_in(client, code_of(admin[1])).status_code == 200
    assert sign_in(client, code_of(admin[1])).status_code == 401, "still good for one time"


def test_guessing_at_codes_is_counted_like_guessing_at_passwords_and_a_missing_code_forgives_nothing(admin, client):
    _, secret, _, _ = admin
    answers = []
    for number in range(attempts.PAIR.free + 1):
        answers.append(said(sign_in(client, f"{number:06}"))[0])
        if number < attempts.PAIR.free - 1:
            assert said(sign_in(client)) == (401, "second_factor_required")
    assert answers == [401] * attempts.PAIR.free + [429]
    assert said(sign_in(client, code_of(secret, 1)))[0] == 429


def test_a_device_on_which_a_code_was_shown_is_asked_again_after_its_days(admin, app, client, clock):
    _, secret, _, device = admin
    assert sign_in(client, device_token=device).status_code == 200
    clock.tick(days=app.config["SECOND_FACTOR_DAYS"] - 1)
    assert sign_in(client, device_token=device).status_code == 200
    clock.tick(days=1)
    assert said(sign_in(client, device_token=device)) == (401, "second_factor_required")
    assert sign_in(client, code_of(secret), device_token=device).status_code == 200
    assert sign_in(client, device_token=device).status_code == 200


def test_a_session_that_is_only_renewed_does_not_outlast_those_days(admin, app, client, clock):
    _, secret, _, _ = admin
    held = sign_in(client, code_of(secret, 1)).get_json()
    days = app.config["SECOND_FACTOR_DAYS"]
    for _ in range(days // 5 - 1):
        clock.tick(days=5)
        held = client.post("/api/v1/auth/refresh", json={"refresh_token": held["refresh_token"]}).get_json()
    clock.tick(days=5)
    answer = client.post("/api/v1/auth/refresh", json={"refresh_token": held["refresh_token"]})
    assert said(answer) == (401, "refresh_refused")


def test_a_made_up_code_does_not_stand_for_a_second_factor_where_none_was_asked(app_context, client):
    """Somebody who has not set it up yet, and a known device, may send whatever they like in its place."""
    role("admin", permissions=[Permission.PEOPLE_MANAGE, Permission.IDENTITY_OWN, Permission.NOTICE_READ])
    assignment(person(username="admin"), role="admin")
    headers = bearer(sign_in(client, "123456").get_json()["access_token"])
    assert said(client.get("/api/v1/notices", headers=headers)) == (403, "second_factor_enrolment_required")


def test_a_recovery_code_stands_for_one_of_the_app_once(admin, client):
    _, _, recovery, _ = admin
    assert len(set(recovery)) == second_factor.RECOVERY_CODES
    assert sign_in(client, recovery[0].upper()).status_code == 200
    assert said(sign_in(client, recovery[0])) == (401, "second_factor_wrong")
    assert sign_in(client, recovery[1]).status_code == 200


def test_who_has_one_shows_a_code_before_changing_it(app_context, client):
    role("plain", permissions=[Permission.IDENTITY_OWN, Permission.CASE_REPORT_AS_WORKER])
    assignment(person(username="field"), role="plain")  # of the field: the password alone signs in
    first, thief = (bearer(sign_in(client, username="field").get_json()["access_token"]) for _ in range(2))
    word = {"password": PASSWORD}
    secret = client.post(MINE, json=word, headers=first).get_json()["secret"]
    recovery = client.put(MINE, json={"code": code_of(secret)}, headers=first).get_json()["recovery_codes"]
    assert said(client.get("/api/v1/me", headers=thief))[0] == 401
    thief = bearer(sign_in(client, username="field").get_json()["access_token"])
    fresh = client.post(MINE, json=word, headers=first).get_json()["secret"]  # begun where a code was shown
    for method, body in (("post", word), ("put", {"code": code_of(fresh)})):
        answer = getattr(client, method)(MINE, json=body, headers=thief)
        assert said(answer) == (403, "second_factor_code_first"), method
    assert client.post(f"{MINE}/session", json={"code": recovery[0]}, headers=thief).status_code == 204
    assert client.post(MINE, json=word, headers=thief).status_code == 200


def test_setting_it_up_needs_the_password_ends_other_sessions_and_counts_wrong_codes(admin, client):
    headers, secret, _, _ = admin
    other = bearer(sign_in(client, code_of(secret, 1)).get_json()["access_token"])
    assert said(client.post(MINE, json={"password": "wrong"}, headers=headers)) == (422, "old_password_wrong")
    assert said(client.put(MINE, json={"code": "123456"}, headers=headers)) == (409, "second_factor_not_begun")
    fresh = client.post(MINE, json={"password": PASSWORD}, headers=headers).get_json()
    assert fresh["uri"].startswith("otpauth://totp/")
    codes = [said(client.put(MINE, json={"code": "000000"}, headers=headers))[0] for _ in range(attempts.SESSION.free)]
    assert codes == [422] * (attempts.SESSION.free - 1) + [429] or codes == [422] * attempts.SESSION.free
    assert said(client.put(MINE, json={"code": code_of(fresh["secret"])}, headers=headers))[0] == 429
    assert client.get("/api/v1/me", headers=other).status_code == 200  # nothing was set up


def test_a_secret_never_lies_open_in_the_database(admin):
    _, secret, recovery, _ = admin
    (row,) = db.session.scalars(select(SecondFactor))
    assert secret.encode() not in row.secret
    kept = str(db.session.execute(select(second_factor.RecoveryCode.digest)).all())
    assert not any(code.replace("-", "") in kept or code in kept for code in recovery)


def test_another_administrator_resets_it_and_nobody_their_own(town):
    other, desk = town.hire("administrator", "grid", COUNTY), Desk(town.app, town.admin)
    for desk_of in (town.admin, other):
        secret = desk_of.send("POST", "me/second-factor", {"password": PASSWORD}).get_json()["secret"]
        assert desk_of.send("PUT", "me/second-factor", {"code": code_of(secret)}).status_code == 200
    town.app.config["SECOND_FACTOR"] = "off"  # the desk's own session shows none: that is not what is looked at here
    desk = Desk(town.app, town.admin)
    assert desk.post(of(town.admin, "second-factor"), {}).status_code == 409
    assert elements(desk.get(of(other)).text, "form", action=of(other, "second-factor"))
    assert desk.post(of(other, "second-factor"), {}).status_code == 303
    assert sign_in(town.client, username=row_of(town, other).username).status_code == 200
    assert tags(town).count("second_factor:set") == 2
    assert "second_factor:dropped" in tags(town)
    (row,) = rows_of(desk.get("/admin/audit/?what=second_factor:dropped").text, id="entries")
    assert "停用了" in row[2]


def test_a_one_time_code_still_needs_the_second_factor_and_is_not_used_up_without(town):
    other = town.hire("administrator", "grid", COUNTY)
    secret = other.send("POST", "me/second-factor", {"password": PASSWORD}).get_json()["secret"]
    other.send("PUT", "me/second-factor", {"code": code_of(secret)})
    town.app.config["SECOND_FACTOR"] = "off"
    answer = Desk(town.app, town.admin).post(of(other, "password"), {})
    body = {
        "username": row_of(town, other).username,
        "password": re.search(r'first-password">([^<]+)<', answer.text)[1],
    }
    assert said(town.client.post(LOGIN, json=body)) == (401, "second_factor_required")
    assert said(town.client.post(LOGIN, json={**body, "code": "000000"})) == (401, "second_factor_wrong")
    assert town.client.post(LOGIN, json={**body, "code": code_of(secret, 1)}).status_code == 200


def test_a_browser_is_led_through_it(app_context, client, clock):
    role("admin", permissions=[Permission.PEOPLE_READ, Permission.ADMIN_READ, Permission.CATALOGUE_IMPORT,
                               Permission.IDENTITY_OWN])  # fmt: skip
    assignment(person(username="admin"), role="admin")
    ours = {"Origin": "http://localhost", **HTML}
    form = {"username": "admin", "password": PASSWORD}
    client.post("/sign-in", data=form, headers=ours)
    led = client.get("/admin/", headers=HTML)
    assert led.headers["Location"] == "/account/second-factor"
    page = client.get("/account/second-factor", headers=HTML).text
    token = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}
    begun = client.post("/account/second-factor", data={**token, "password": PASSWORD}, headers=HTML)
    assert [one for one in elements(begun.text, "img") if one.attributes["src"].startswith("data:image/svg+xml")]
    secret = re.search(r'id="secret">([A-Z2-7]+)<', begun.text)[1]
    again = client.post("/account/second-factor/confirm", data={**token, "code": "000000"}, headers=HTML)
    assert (again.status_code, texts_of(again.text, id="secret")) == (422, [secret])
    done = client.post("/account/second-factor/confirm", data={**token, "code": code_of(secret)}, headers=HTML)
    assert len(re.findall(r"<li><code>", done.text)) == second_factor.RECOVERY_CODES
    assert client.get("/admin/", headers=HTML).status_code == 200
    client.post("/sign-out", data=token, headers=HTML)
    client.delete_cookie(cookies.DEVICE)
    asked = client.post("/sign-in", data=form, headers=ours)
    assert asked.status_code == 401
    assert elements(asked.text, "input", name="code")
    assert client.post("/sign-in", data={**form, "code": code_of(secret, 1)}, headers=ours).status_code == 302
    assert client.get("/admin/", headers=HTML).status_code == 200


def test_who_must_not_do_without_cannot_give_it_up_and_others_can(town):
    for actor, status in ((town.admin, 409), (town.duty, 302)):
        secret = actor.send("POST", "me/second-factor", {"password": PASSWORD}).get_json()["secret"]
        assert actor.send("PUT", "me/second-factor", {"code": code_of(secret)}).status_code == 200
        desk = Desk(town.app, actor)
        refused = desk.post("/account/second-factor/give-up", {"password": PASSWORD}).status_code
        assert refused == (403 if status == 302 else status), "this session has shown no code"
        fresh = actor.send("POST", "me/second-factor", {"password": PASSWORD}).get_json()["secret"]
        shown = desk.post("/account/second-factor/confirm", {"code": code_of(fresh)})
        assert shown.status_code == 403
        assert fresh not in shown.text, "nor is it shown what was begun elsewhere"
        assert desk.post("/account/second-factor/session", {"code": code_of(secret, 1)}).status_code == 302
        assert desk.post("/account/second-factor/give-up", {"password": PASSWORD}).status_code == status


def test_a_session_from_before_shows_a_code_and_goes_on(town):
    """Who gets a post that needs it, and has a second factor already, shows a code instead of setting it up anew."""
    secret = town.duty.send("POST", "me/second-factor", {"password": PASSWORD}).get_json()["secret"]
    town.duty.send("PUT", "me/second-factor", {"code": code_of(secret)})
    town.also(town.duty, "acceptor", "centre", COUNTY)
    town.duty._signed_in = None  # a session in which no code was shown
    assert said(town.duty.get("cases")) == (403, "second_factor_enrolment_required")
    assert said(town.duty.send("POST", "me/second-factor/session", {"code": "000000"}))[0] == 422
    assert town.duty.send("POST", "me/second-factor/session", {"code": code_of(secret, 1)}).status_code == 204
    assert town.duty.get("cases").status_code == 200


def test_where_it_is_off_nobody_needs_it(town):
    town.app.config["SECOND_FACTOR"] = "off"
    assert town.admin.get("me").status_code == 200
    assert Desk(town.app, town.admin).get("/admin/").status_code == 200
