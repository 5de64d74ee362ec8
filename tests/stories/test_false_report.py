"""What citizens report is looked at first: true, not true, or not to be seen; by whoever is named, and nobody else."""

from datetime import timedelta
from uuid import UUID, uuid4

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.grids.levels import Duty
from app.identity.models import Absence
from app.intake import citizens
from app.intake.models import Citizen
from tests.factories.grids import COUNTY
from tests.factories.town import GRID, HERE
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of

REPORTER = {"name": "李小红", "phone": "13800001234", "consent": True}


def _hotline(town, **body):
    answer = town.acceptor.report(source="hotline", reporter=REPORTER, external_no="12345-9", **body)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def _seen_on_the_spot(photo=None):
    return {"lon": HERE[0], "lat": HERE[1], "attachments": [photo or str(uuid4())]}


def _away(town, actor, **span):
    with town.app.app_context(), transaction() as session:
        now = clock.now()
        session.add(Absence(person_id=actor.id, since=now - timedelta(hours=1), until=now + timedelta(**span)))


def _verifier(case):
    return tasks_of(case, "verify")[-1]["handler_id"]


def test_a_false_report_is_verified_found_false_and_refused(town):
    case = _hotline(town)
    assert (case["state"], case["source"], running(case)) == ("reported", "hotline", {"accept"})
    case = town.acceptor.act(case, "verify")
    assert case["state"] == "verifying"
    assert _verifier(case) == str(town.worker.id)
    assert running(case) == {"verify"}
    assert clocks_of(case, "verify")[0]["answerable"] == f"person:{town.worker.id}"
    case = town.worker.act(case, "confirm_false", **_seen_on_the_spot())
    assert (case["state"], case["finding"]) == ("reported", "false")
    assert tasks_of(case, "verify")[0]["state"] == "done"
    guarded(town.acceptor.try_act(case, "accept"), "verified_where_needed")
    case = town.acceptor.act(case, "refuse", reason="现场没有垃圾")
    assert (case["state"], case["ended_how"], case["due_at"], running(case)) == ("rejected", "refuse", None, set())
    assert results(case) == [("accept", "in_time"), ("verify", "in_time"), ("accept", "in_time")]
    assert town.steps(case) == ["report", "verify", "confirm_false", "refuse"]


def test_a_citizens_report_is_accepted_only_after_it_was_found_true(town):
    case = _hotline(town)
    guarded(town.acceptor.try_act(case, "accept"), "verified_where_needed")
    assert "accept" not in town.acceptor.actions(case)
    case = town.acceptor.act(case, "verify")
    refused(town.acceptor.try_act(case, "accept"), 409, "move_not_allowed")
    case = town.worker.act(case, "confirm_true", **_seen_on_the_spot())
    assert case["finding"] == "true"
    assert town.acceptor.act(case, "accept")["state"] == "accepted"


def test_a_finding_on_the_spot_needs_place_and_photo(town):
    case = town.acceptor.act(_hotline(town), "verify")
    body = refused(town.worker.try_act(case, "confirm_true"), 422, "data_missing")
    assert set(body["fields"]) == {"data.lon", "data.lat", "data.attachments"}
    assert town.worker.read(case)["state"] == "verifying"


def test_a_case_whose_class_is_checked_by_telephone_is_verified_without_a_photo(town):
    case = town.acceptor.act(_hotline(town, class_code="0508"), "verify")
    assert town.worker.act(case, "confirm_true")["finding"] == "true"


def test_what_could_not_be_verified_is_neither_true_nor_false(town):
    case = town.acceptor.act(_hotline(town), "verify")
    case = town.worker.act(case, "cannot_verify", reason="大门上锁")
    assert (case["state"], case["finding"]) == ("reported", "unknown")
    guarded(town.acceptor.try_act(case, "accept"), "verified_where_needed")
    case = town.acceptor.act(case, "verify", verifier=str(town.next_worker.id))
    assert (_verifier(case), case["finding"]) == (str(town.next_worker.id), None)


def test_a_recalled_verification_leaves_the_verifier_nothing_to_do_and_nothing_to_see(town):
    case = town.acceptor.act(_hotline(town), "verify", verifier=str(town.next_worker.id))
    assert town.next_worker.actions(case) >= {"confirm_true", "confirm_false", "cannot_verify"}
    refused(town.duty.try_act(case, "recall_verify"), 403, "act_forbidden")
    case = town.acceptor.act(case, "recall_verify")
    assert (case["state"], case["finding"]) == ("reported", None)
    assert tasks_of(case, "verify")[0]["state"] == "stopped"
    assert results(case, "verify") == [("verify", "in_time")]
    refused(town.next_worker.get(f"cases/{case['case_id']}"), 404)
    refused(town.next_worker.try_act(case, "confirm_true", **_seen_on_the_spot()), 404)


def test_nobody_but_the_named_verifier_says_what_is_true(town):
    case = town.acceptor.act(_hotline(town), "verify", verifier=str(town.next_worker.id))
    refused(town.worker.try_act(case, "confirm_true", **_seen_on_the_spot()), 403, "act_forbidden")
    refused(town.acceptor.try_act(case, "confirm_true", **_seen_on_the_spot()), 403, "act_forbidden")
    town.next_worker.act(case, "confirm_true", **_seen_on_the_spot())


def test_the_verifier_is_named_in_order_and_the_absent_are_passed_over(town):
    inspector = town.hire("inspector", "grid", COUNTY)
    chief = town.hire("grid_worker", "grid", GRID, duty=Duty.CHIEF)
    substitute = town.hire("grid_worker", "grid", GRID, duty=Duty.PART_TIME)
    order = [town.worker, substitute, town.next_worker, chief, inspector]
    for expected in order:
        case = town.acceptor.act(_hotline(town), "verify")
        assert _verifier(case) == str(expected.id), expected.name
        _away(town, expected, hours=2)
    refused(town.acceptor.try_act(_hotline(town), "verify"), 422)


def test_an_absent_or_unfit_person_is_not_sent_even_when_named(town):
    case = _hotline(town)
    _away(town, town.next_worker, hours=2)
    for wrong in (town.next_worker, town.housing):
        body = refused(town.acceptor.try_act(case, "verify", verifier=str(wrong.id)), 422)
        assert set(body["fields"]) == {"data.verifier"}
    assert town.acceptor.read(case)["state"] == "reported"


def test_only_an_acceptor_reports_in_the_name_of_a_citizen(town):
    refused(town.worker.report(source="hotline", reporter=REPORTER), 403)


def test_only_the_countys_own_people_report_as_such(town):
    auxiliary = town.hire("auxiliary", "grid", GRID)
    sensor = town.hire("integrator", "grid", COUNTY)
    for actor, source in (
        (town.acceptor, "worker"),
        (sensor, "worker"),
        (auxiliary, "worker"),
        (town.worker, "auxiliary"),
    ):
        refused(actor.report(source=source), 403, "act_forbidden")
    assert auxiliary.report().get_json()["source"] == "auxiliary"
    assert town.worker.report().get_json()["source"] == "worker"


def test_whoever_reports_for_others_says_for_whom(town):
    assert "source" in refused(town.acceptor.report(), 422)["fields"]
    sensor = town.hire("integrator", "grid", COUNTY)
    assert "source" in refused(sensor.report(), 422)["fields"]
    assert sensor.report(source="sensor").status_code == 201


def test_a_report_without_a_source_is_the_same_again_after_the_reporter_has_become_another(town):
    auxiliary = town.hire("auxiliary", "grid", GRID)
    case_id = uuid4()
    assert auxiliary.report(case_id=case_id).status_code == 201
    town.also(auxiliary, "grid_worker", "grid", GRID)
    town.dismiss(auxiliary, "auxiliary")
    assert auxiliary.report(case_id=case_id).status_code == 200


def test_a_citizens_name_and_number_are_kept_sealed_and_out_of_the_case(town):
    case = _hotline(town)
    shown = str(town.acceptor.read(case)) + str(town.supervisor.get(f"cases/{case['case_id']}/steps").get_json())
    assert REPORTER["name"] not in shown
    assert REPORTER["phone"] not in shown
    with town.app.app_context():
        (kept,) = db.session.scalars(db.select(Citizen))
        assert REPORTER["phone"].encode() not in kept.phone
        contact = citizens.masked(UUID(str(kept.id)))
    assert (contact.name, contact.phone) == ("李**", "*******1234")


def test_a_citizens_name_without_consent_is_not_kept(town):
    body = refused(town.acceptor.report(source="hotline", reporter={"name": "李小红", "phone": "13800001234"}), 422)
    assert "consent" in str(body["fields"])


def test_what_a_superior_sends_is_neither_verified_nor_refused(town):
    case = town.acceptor.report(source="superior", external_no="省督〔2026〕1号").get_json()
    guarded(town.acceptor.try_act(case, "verify"), "not_superior")
    guarded(town.acceptor.try_act(case, "refuse", reason="不属实"), "not_superior")
    case = town.acceptor.act(case, "accept")
    guarded(town.duty.try_act(case, "decline", reason="不符合"), "not_superior")
