"""Administrators look after accounts and absences."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock as core_clock
from app.core.db import db
from app.identity import queries
from app.identity.devices import called
from app.identity.models import Absence, PersonRow
from app.identity.people_file import COLUMNS
from tests.desk.browser import path_of
from tests.factories.grids import COUNTY
from tests.factories.identity import PASSWORD
from tests.factories.town import HOUSING
from tests.identity.administration import LIST, form, of, phone_of, row_of, shown, tags
from tests.support.elements import alert, errors_at, outcome, part_of, texts_of, value_of

pytestmark = pytest.mark.one_database


@pytest.mark.both_databases
def test_a_new_person_gets_a_first_password_that_is_shown_once(town, desk, capfd):
    answer = desk.post(f"{LIST}new", form(phone="13800000042"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    password = re.search(r'id="first-password">([^<]+)<', answer.text)[1]
    signed_in = town.client.post("/api/v1/auth/login", json={"username": "wang", "password": password}).get_json()
    assert signed_in["person"]["must_change_password"] is True
    assert signed_in["person"]["roles"] == ["grid_worker"]
    page = desk.get(of(signed_in["person"]["person_id"]))
    with town.app.app_context():
        kept = "".join(f"{entry.data}{entry.subject_id}" for entry in db.session.scalars(select(AuditEntry)))
    told = (page.text, kept, str(answer.headers), "".join(capfd.readouterr()))
    assert not any(password in each for each in told)
    assert tags(town)[-3:] == ["person:created", "assignment:made", "sign_in:succeeded"]


def test_the_form_sent_twice_makes_one_account(town, desk):
    said = form()
    desk.post(f"{LIST}new", said)
    answer = desk.post(f"{LIST}new", said)
    assert (answer.status_code, path_of(answer)) == (303, of(said["person_id"]))
    assert "初始密码只显示一次" in outcome(desk.get(answer.headers["Location"]).text)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("field", "value", "chinese", "english"),
    [
        ("name", "", "必填", "Please fill this in"),
        ("name", "=cmd", "不能以", "Must not begin"),
        ("name", "张" * 41, "长度应为", "Between 1 and 40"),
        ("username", "王", "长度应为", "Between 2 and 40"),
        ("username", "王小明", "只能用字母", "letters, digits"),
        ("phone", "一三八", "应为电话号码", "A telephone number"),
        ("role", "county_head", "请选择角色", "Choose a role"),
        ("scope", "月球", "没有这个网格", "There is no such grid"),
        ("scope", HOUSING, "没有这个网格", "There is no such grid"),
        ("person_id", "x", "", ""),
        ("salary", "5", "没有这个字段", "There is no such field"),
    ],
)
def test_bad_input_shows_the_form_again_with_what_was_typed(town, desk, field, value, chinese, english):
    said = form(**{field: value})
    answer = desk.post(f"{LIST}new", said)
    assert answer.status_code == 422
    if field in ("name", "username", "phone", "role", "scope"):
        assert chinese in " ".join(errors_at(answer.text, field))
        assert english in " ".join(errors_at(desk.post(f"{LIST}new?lang=en", said).text, field))
    assert value_of(answer.text, "username") == said["username"]
    with town.app.app_context():
        assert db.session.scalar(select(PersonRow).filter_by(name=said["name"])) is None


def test_a_username_that_is_taken_is_refused(town, desk):
    taken = row_of(town, town.worker).username
    answer = desk.post(f"{LIST}new", form(username=taken.upper()))
    assert answer.status_code == 409
    assert "已有人使用" in alert(answer.text)


@pytest.mark.both_databases
def test_names_and_phones_change(town, desk):
    answer = desk.post(of(town.worker, "details"), {"name": "李雷", "phone": "（0357）832 2123"})
    assert path_of(answer) == of(town.worker)
    assert outcome(desk.get(answer.headers["Location"]).text).startswith("资料已修改")
    assert (row_of(town, town.worker).name, phone_of(town, town.worker)) == ("李雷", "0357-8322123")
    desk.post(of(town.worker, "details"), {"name": "李雷", "phone": ""})
    assert phone_of(town, town.worker) is None
    assert desk.post(of(town.worker, "details"), {"name": " "}).status_code == 422


def test_a_reset_password_is_new_and_ends_every_session(town, desk):
    town.worker.headers  # noqa: B018 - signs in
    answer = desk.post(of(town.worker, "password"), {})
    password = re.search(r'id="first-password">([^<]+)<', answer.text)[1]
    assert town.worker.get("me").status_code == 401
    username = row_of(town, town.worker).username
    codes = [
        town.client.post("/api/v1/auth/login", json={"username": username, "password": each}).status_code
        for each in (PASSWORD, password)
    ]
    assert codes == [401, 200]
    assert password not in desk.get(of(town.worker)).text


def test_a_closed_account_cannot_sign_in_until_it_is_opened_again(town, desk):
    assert town.worker.get("me").status_code == 200
    desk.post(of(town.worker, "close"), {})
    assert town.worker.get("me").status_code == 401
    assert "账号已关闭" in texts_of(desk.get(of(town.worker)).text, "span", **{"class": "flag flag-urgent"})
    desk.post(of(town.worker, "reopen"), {})
    username = row_of(town, town.worker).username
    answer = town.client.post("/api/v1/auth/login", json={"username": username, "password": PASSWORD})
    assert answer.get_json()["person"]["roles"] == ["grid_worker"]
    assert {"person:closed", "person:reopened"} <= set(tags(town))


def test_all_devices_of_a_person_are_signed_out_at_once(town, desk):
    assert town.worker.get("me").status_code == 200
    (device,) = part_of(desk.get(of(town.worker)).text, "devices").all("li")
    assert device.says.startswith("测试手机")
    desk.post(of(town.worker, "sign-out"), {})
    assert town.worker.get("me").status_code == 401
    assert part_of(desk.get(of(town.worker)).text, "devices").all("li") == []
    desk.post(of(town.admin, "sign-out"), {})
    assert desk.get(LIST).status_code == 200  # whoever asks stays


@pytest.mark.parametrize(
    ("device", "chinese", "english"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "Windows 电脑上的网页", "Windows computer"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36", "安卓手机上的网页", "Android phone"),
        ("Mozilla/5.0 (PlayStation; PlayStation 5/2.26)", "浏览器上的网页", "Browser"),
        ("测试手机", "测试手机", "测试手机"),
    ],
)
def test_a_device_is_called_what_people_call_it(device, chinese, english):
    said = called(device)
    assert said == chinese
    assert said.en.startswith(english)


@pytest.mark.both_databases
def test_nobody_names_a_person_who_is_away(town, desk, clock):
    said = {"since": "2026-11-23", "until": "2026-11-24"}
    assert path_of(desk.post(of(town.worker, "absences"), said)) == of(town.worker)
    with town.app.app_context():
        assert queries.present([town.worker.id]) == []
    assert str(town.worker.id) in shown(desk.get(LIST, query_string={"show": "away"}))
    assert "请假中" in texts_of(desk.get(of(town.worker)).text, "span", **{"class": "flag flag-card"})
    clock.tick(days=1, hours=14)
    with town.app.app_context():
        assert queries.present([town.worker.id]) == []
    clock.tick(hours=1)
    with town.app.app_context():
        assert len(queries.present([town.worker.id])) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("days", [(0, 2), (3, 5)])
def test_an_absence_is_taken_back(town, desk, days):
    since, until = (f"2026-11-{23 + day}" for day in days)
    desk.post(of(town.worker, "absences"), {"since": since, "until": until})
    action = re.search(r'action="([^"]+/back)"', desk.get(of(town.worker)).text)[1]
    assert desk.post(action, {}).status_code == 303
    with town.app.app_context():
        assert len(queries.present([town.worker.id])) == 1
        assert [one.until <= core_clock.now() for one in db.session.scalars(select(Absence))] == [True][: days[0] == 0]
    assert desk.post(action, {}).status_code == 404
    assert part_of(desk.get(of(town.worker)).text, "away").all("li") == []


def test_the_same_beginning_again_moves_the_end(town, desk):
    for until in ("2026-11-24", "2026-11-30"):
        assert desk.post(of(town.worker, "absences"), {"since": "2026-11-23", "until": until}).status_code == 303
    assert "2026-11-23 至 2026-11-30" in re.sub(r"\s+", " ", desk.get(of(town.worker)).text)


@pytest.mark.parametrize("said", [("2026-11-25", "2026-11-24"), ("2026-11-20", "2026-11-22"), ("", "2026-11-24")])
def test_an_absence_that_cannot_be_is_refused(town, desk, said):
    answer = desk.post(of(town.worker, "absences"), dict(zip(("since", "until"), said, strict=True)))
    assert answer.status_code == 422
    with town.app.app_context():
        assert db.session.scalar(select(Absence)) is None


# --- around ---


def test_acts_need_the_token_of_the_page(town, desk):
    desk.csrf = "x"
    assert desk.post(of(town.worker, "close"), {}).status_code == 403
    assert row_of(town, town.worker).active


def test_the_answer_to_an_act_can_be_reloaded_or_read_in_the_other_language(town, desk):
    for act in ("close", "reopen", "sign-out", "password", f"roles/{uuid4()}/end", "absences/5/back"):
        assert path_of(desk.get(of(town.worker, act))) == of(town.worker)


def test_addresses_that_mean_nothing_are_not_found(town, desk):
    assert desk.get(of(uuid4())).status_code == 404
    for path in ("close", "details", "password", f"absences/{10**30}/back", f"roles/{uuid4()}/end"):
        assert desk.post(of(uuid4(), path), {"name": "x"}).status_code == 404
    assert desk.post(of(town.worker, f"absences/{10**30}/back"), {}).status_code == 404
    assert desk.get(LIST, query_string={"cursor": "x"}).status_code == 422


def test_every_page_speaks_english_too(town, desk):
    desk.post(of(town.worker, "absences"), {"since": "2026-11-23", "until": "2026-11-24"})
    desk.post(of(town.worker, "roles"), {"role": "supervisor", "scope": COUNTY, "valid_from": "2026-12-01"})
    names = re.compile(
        "测试手机|县[^ ]*[局队司]|岳阳镇人民政府|格(?=[0-9])|(?<=[0-9])中心|[（）、]|" + "|".join(COLUMNS)
    )
    for path in ("", "new", "roles", "import", *(f"{town.worker.id}{more}" for more in ("", "/roles", "/absences"))):
        page = desk.get(f"{LIST}{path}?lang=en").text.partition('class="work"')[2].replace(" gezhi ", "")
        left = re.findall(r"[\u4e00-\u9fff]+", names.sub("", re.sub(r"<[^>]*>", "", page)))
        assert not left, path
