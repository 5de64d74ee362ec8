"""What is confidential is read by the roles that its class names, by whoever works on it, and by nobody else."""

from tests.factories.town import HERE, WAGES
from tests.support.looks import refused, tasks_of

FORM = {"form": {"people_count": 3}}
LABOUR = "D-LABOUR"


def _filed(town):
    case = town.acceptor.act(town.worker.report(WAGES, **FORM).get_json(), "accept")
    return town.duty.act(case, "file", **{"class": WAGES, "condition": "1"})


def _counts(actor):
    return {each["queue"]: each["count"] for each in actor.get("queues").get_json()["items"]}


def _sees(actor, case):
    one = actor.get(f"cases/{case['case_id']}").status_code
    timeline = actor.get(f"cases/{case['case_id']}/steps").status_code
    listed = case["case_id"] in {each["case_id"] for each in actor.get("cases").get_json()["items"]}
    found = case["case_id"] in {each["case_id"] for each in actor.get("cases", text=case["number"]).get_json()["items"]}
    changed = {each["case_id"] for each in actor.send("POST", "sync", {"cursor": None}).get_json()["changes"]}
    assert {one == 200, timeline == 200, listed, found, case["case_id"] in changed} == {one == 200}, actor.name
    return one == 200


def test_only_the_roles_that_the_class_names_see_a_confidential_case(town):
    case = _filed(town)
    assert case["confidential"]
    for reader in (town.acceptor, town.duty, town.dispatcher, town.supervisor):
        assert _sees(reader, case), reader.name
    assert _sees(town.worker, case), "who reported it"
    for other in (town.township, town.next_worker, town.housing, town.water):
        assert not _sees(other, case), other.name


def test_an_ordinary_case_is_seen_by_the_township_beside_it(town):
    hidden, shown = _filed(town), town.filed()
    assert _sees(town.township, shown)
    assert not _sees(town.township, hidden)


def test_queues_do_not_count_what_one_may_not_see(town):
    case = _filed(town)
    assert _counts(town.dispatcher)["to_dispatch"] == 1
    town.also(town.township, "grid_worker", "grid", "141025")
    assert sum(_counts(town.township).values()) == 0
    labour = town.hire("department_desk", "department", LABOUR)
    case = town.dispatcher.act(case, "dispatch", lead=LABOUR)
    assert _counts(labour)["to_sign"] == 1
    assert _counts(town.housing)["to_sign"] == 0
    assert _sees(labour, case)


def test_nobody_acts_on_or_sends_to_a_case_that_is_hidden_from_him(town):
    case = _filed(town)
    refused(
        town.township.try_act(case, "force_close", reason="无法解决", attachments=[town.photo()]), 404, "case_not_found"
    )
    refused(town.township.try_act(case, "comment", text="这是什么"), 404, "case_not_found")
    _, answer = town.township.upload(case, b"x", purpose="document")
    refused(answer, 404)


def test_a_department_sees_it_while_it_has_the_task(town):
    case = town.dispatcher.act(_filed(town), "dispatch", lead="D-HOUSING")
    assert _sees(town.housing, case)
    town.dispatcher.act(case, "withdraw_dispatch", reason="派错了")
    assert not _sees(town.housing, case)


def test_a_report_beside_a_confidential_one_hears_nothing_of_it(town):
    _filed(town)
    for class_code in (WAGES, "0102"):
        near = town.next_worker.report(class_code, at=HERE, **(FORM if class_code == WAGES else {})).get_json()
        assert near["possible_duplicates"] == []


def test_a_refused_act_shows_the_fresh_case_only_to_whoever_may_see_it(town):
    case = town.filed()
    town.duty.act(case, "correct", **{"class": WAGES, "condition": "1"})
    body = refused(town.township.try_act(case, "escalate", seen=case["seq"], reason="超出职权"), 404)
    assert "case" not in body


def test_nobody_is_named_to_verify_what_only_others_may_read(town):
    case = town.acceptor.report(WAGES, source="hotline", **FORM).get_json()
    body = refused(town.acceptor.try_act(case, "verify"), 422)
    assert set(body["fields"]) == {"data.verifier"}
    assert not _sees(town.worker, case)
    case = town.acceptor.act(case, "verify", verifier=str(town.worker.id))  # whoever is named by a person may
    assert _sees(town.worker, case)
    case = town.worker.act(case, "confirm_true", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    assert case["finding"] == "true"


def _done(town, case):
    case = town.dispatcher.act(case, "dispatch", lead="D-HOUSING")
    return town.housing.act(town.housing.act(case, "sign"), "finish", result="已处理", attachments=[town.photo()])


def test_nobody_is_named_to_check_what_only_others_may_read(town):
    case = town.acceptor.act(town.acceptor.report(WAGES, source="superior", **FORM).get_json(), "accept")
    case = _done(town, town.duty.act(case, "file", **{"class": WAGES, "condition": "1"}))
    assert [task["handler_id"] for task in tasks_of(case, "check")] == [None]
    assert _counts(town.acceptor)["to_name_checker"] == 1
    case = town.acceptor.act(case, "assign_check", checker=str(town.worker.id))
    assert _sees(town.worker, case)


def test_whoever_reported_it_may_read_it_and_is_named(town):
    case = _done(town, _filed(town))
    assert [task["handler_id"] for task in tasks_of(case, "check")] == [str(town.worker.id)]
