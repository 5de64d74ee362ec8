"""Citizens behind reports: encrypted at rest, masked on screens, revealed only with a line in the audit."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.core.db import db
from app.intake.models import Citizen
from tests.factories.town import Town
from tests.support.looks import refused

NAME, PHONE = "王桂花", "13935712345"
REPORTER = {"name": NAME, "phone": PHONE, "consent": True}
OLD, NEW = f"k1:{Fernet.generate_key().decode()}", f"k2:{Fernet.generate_key().decode()}"


def called_in(town, **reporter):
    """A case that an acceptor has taken down for a citizen."""
    answer = town.acceptor.report(source="hotline", reporter=REPORTER | reporter)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def contact(actor, case):
    """The citizen as the actor reads it."""
    answer = actor.get(f"cases/{case['case_id']}/citizen")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def reveal(actor, case, **body):
    """The answer to asking for the citizen in full."""
    return actor.send("POST", f"cases/{case['case_id']}/citizen/reveal", body)


def everything(app):
    """All that the database holds, as one text."""
    with app.app_context():
        tables = db.metadata.tables
        rows = [str(tuple(row)) for name in tables for row in db.session.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
    return "\n".join(rows)


def test_a_report_for_another_citizen_under_the_same_id_is_another_report(app, town):
    case_id = str(uuid4())

    def sent(**reporter):
        told = REPORTER | reporter if reporter.pop("named", True) else None
        return town.acceptor.report(case_id=case_id, source="hotline", reporter=told).status_code

    assert (sent(), sent()) == (201, 200)
    assert [sent(phone="13935700000"), sent(name="王桂"), sent(anonymous=True), sent(named=False)] == [409] * 4
    with app.app_context():  # the key is lost: what can no longer be compared is believed
        app.extensions["gezhi_citizen_keys"] = dict([NEW.split(":")])
    assert sent(phone="13935700000") == 200


def test_a_report_sent_again_with_another_phone_time_is_the_same(town):
    case_id = str(uuid4())
    first = town.worker.report(case_id=case_id, phone_at="2026-11-23T00:59:00Z")
    again = town.worker.report(case_id=case_id, phone_at="2026-11-23T00:59:30Z")
    assert (first.status_code, again.status_code) == (201, 200)


def test_no_table_holds_the_name_or_the_number(app, town):
    case = called_in(town)
    reveal(town.acceptor, case, reason="回访核实")
    kept = everything(app)
    assert case["number"] in kept
    for secret in (NAME, PHONE, NAME.encode().hex(), PHONE.encode().hex(), str(NAME.encode())[2:-1]):
        assert secret not in kept


def test_no_answer_about_the_case_holds_them_either(town):
    case = called_in(town)
    answers = [town.acceptor.get(f"cases/{case['case_id']}{path}") for path in ("", "/steps")]
    answers += [town.acceptor.get("cases"), town.acceptor.send("POST", "sync", {})]
    for answer in answers:
        assert NAME not in answer.get_data(as_text=True)
        assert PHONE not in answer.get_data(as_text=True)


def test_a_citizen_is_shown_masked(town):
    assert contact(town.acceptor, called_in(town)) == {"name": "王**", "phone": "*******2345", "anonymous": False}


def test_whoever_needs_the_number_says_why_and_is_written_down(app, town):
    case = called_in(town)
    answer = reveal(town.acceptor, case, reason="电话回访处置结果")
    assert answer.get_json() == {"name": NAME, "phone": PHONE, "anonymous": False}
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "citizen:revealed"))
    assert (entry.person_id, entry.subject_kind, entry.subject_id) == (town.acceptor.id, "case", case["case_id"])
    assert entry.data == {"reason": "电话回访处置结果"}
    contact(town.acceptor, case)
    with app.app_context():
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "citizen:revealed")).all()) == 1


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": "   "}, {"reason": "x" * 201}, {"reason": 5}, {"why": "x"}]
)
def test_without_a_reason_nothing_is_revealed(app, town, body):
    refused(reveal(town.acceptor, called_in(town), **body), 422)
    with app.app_context():
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "citizen:revealed")).all() == []


def test_citizens_are_for_those_who_take_calls_and_see_the_case(town):
    case = called_in(town)
    for other in (town.worker, town.housing, town.duty, town.supervisor, town.dispatcher):
        refused(other.get(f"cases/{case['case_id']}/citizen"), 403)
        refused(reveal(other, case, reason="想看看"), 403)
    elsewhere = town.hire("acceptor", "centre", "141025101")
    refused(elsewhere.get(f"cases/{case['case_id']}/citizen"), 404, "case_not_found")
    refused(reveal(elsewhere, case, reason="想看看"), 404, "case_not_found")
    refused(reveal(town.acceptor, {"case_id": str(uuid4())}, reason="想看看"), 404)


def test_a_case_without_a_citizen_has_none_to_show(town):
    case = town.worker.report().get_json()
    refused(town.acceptor.get(f"cases/{case['case_id']}/citizen"), 404, "no_citizen")
    refused(reveal(town.acceptor, case, reason="电话回访"), 404, "no_citizen")


def test_an_anonymous_citizen_leaves_no_name(town):
    case = called_in(town, anonymous=True, consent=False)
    nobody = {"name": None, "phone": None, "anonymous": True}
    assert contact(town.acceptor, case) == reveal(town.acceptor, case, reason="电话回访").get_json() == nobody


def test_a_name_is_kept_with_consent_only(town):
    answer = town.acceptor.report(source="hotline", reporter=REPORTER | {"consent": False})
    assert "reporter" in refused(answer, 422)["fields"]


@pytest.mark.parametrize("phone", ["1", "12a45", "1" * 21, "一二三四五", "12345\x00"])
def test_a_number_is_a_number(town, phone):
    refused(town.acceptor.report(source="hotline", reporter=REPORTER | {"phone": phone}), 422)


def test_a_reason_that_shows_nothing_or_cannot_be_kept_reveals_nothing(town):
    case = called_in(town)
    for reason in ("回访\ufffe", "回访\x08", "\u3164\u3164\u3164", "\u200b\u200b", "　　　"):
        refused(reveal(town.acceptor, case, reason=reason), 422)


def test_a_number_is_kept_in_one_form_and_a_repeat_may_write_it_otherwise(town):
    case = called_in(town, phone="+86 138 0013 8000", name="张　三")
    seen = reveal(town.acceptor, case, reason="电话回访").get_json()
    assert (seen["name"], seen["phone"]) == ("张三", "13800138000")
    for phone, status in (("(+86)13800138000", 200), ("１３８００１３８０００", 200), ("13800138001", 409)):
        again = REPORTER | {"name": "张三", "phone": phone}
        answer = town.acceptor.report(case_id=case["case_id"], source="hotline", reporter=again)
        assert answer.status_code == status, phone
    assert contact(town.acceptor, called_in(town, phone="-----"))["phone"] is None


def test_a_new_key_seals_what_comes_and_the_old_one_opens_what_was(make_app):
    old = make_app(CITIZEN_KEYS=OLD)
    town = Town(old)
    before = called_in(town)
    both = make_app(CITIZEN_KEYS=f"{NEW},{OLD}")
    town.app, town.client = both, both.test_client()
    after = called_in(town, name="李明")
    with both.app_context():
        assert set(db.session.scalars(select(Citizen.key_id))) == {"k1", "k2"}
    assert contact(town.acceptor, before)["name"] == "王**"
    assert contact(town.acceptor, after)["name"] == "李*"


def test_without_its_key_a_citizen_is_out_of_reach_and_the_case_is_not(make_app):
    town = Town(make_app(CITIZEN_KEYS=OLD))
    case = called_in(town)
    without = make_app(CITIZEN_KEYS=NEW)
    town.app, town.client = without, without.test_client()
    refused(town.acceptor.get(f"cases/{case['case_id']}/citizen"), 409, "citizen_key_missing")
    assert town.acceptor.read(case)["state"] == "reported"
