"""What a class says of secrecy holds for its open cases too: stricter at once, and milder lays nothing open."""

import pytest

from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY
from tests.factories.objects import component
from tests.factories.objects import keep as kept_object
from tests.factories.town import COVER, GARBAGE, HERE, THERE, WAGES
from tests.support.phone import Phone

READERS = ["acceptor", "duty_officer"]
FORM = {"form": {"people_count": 3}}


@pytest.fixture
def keep(town, tmp_path):
    """Let a class be confidential for these roles from now on; for none: open."""

    def kept(code, *readers, **changes):
        content = seed_content(code) | changes
        content.pop("confidential", None)
        changed = content | ({"confidential": {"readers": list(readers)}} if readers else {})
        with town.app.app_context(), transaction():
            catalogue.import_files([documents_file(tmp_path, ("class", code, changed))], by="test")

    return kept


def _sees(actor, case):
    one = actor.get(f"cases/{case['case_id']}").status_code == 200
    listed = case["case_id"] in {each["case_id"] for each in actor.get("cases").get_json()["items"]}
    found = case["case_id"] in {each["case_id"] for each in actor.get("cases", text=case["number"]).get_json()["items"]}
    changed = {each["case_id"] for each in actor.send("POST", "sync", {"cursor": None}).get_json()["changes"]}
    assert {listed, found, case["case_id"] in changed} == {one}, actor.name
    return one


def _sum_of_queues(actor):
    return sum(each["count"] for each in actor.get("queues").get_json()["items"])


def test_a_class_made_confidential_hides_its_open_cases_from_all_but_its_readers(town, keep):
    case = town.filed()
    phone = Phone(town.township)
    phone.sync()
    assert _sees(town.township, case)
    assert case["case_id"] in phone.cases
    keep(GARBAGE, *READERS)
    assert not _sees(town.township, case)
    assert not _sees(town.dispatcher, case)
    assert _sees(town.acceptor, case)
    assert _sees(town.worker, case), "who reported it"
    assert _sum_of_queues(town.dispatcher) == 0
    assert town.acceptor.read(case)["confidential"]
    phone.sync()
    assert phone.cases == {}


def test_an_open_case_of_a_class_made_confidential_is_no_duplicate_of_anything(town, keep):
    town.filed()
    assert town.next_worker.report(GARBAGE, at=HERE).get_json()["possible_duplicates"]
    keep(GARBAGE, *READERS)
    query = {"lon": HERE[0], "lat": HERE[1], "class": GARBAGE}
    assert town.worker.get("cases/near", **query).get_json()["items"] == []
    assert town.next_worker.report(GARBAGE, at=HERE).get_json()["possible_duplicates"] == []


def test_a_home_is_visited_without_a_picture_once_its_class_is_confidential(town, keep):
    keep(GARBAGE, check="visit")
    asked = town.acceptor.act(town.acceptor.report(source="hotline").get_json(), "verify")
    place = {"lon": HERE[0], "lat": HERE[1]}
    assert town.worker.try_act(asked, "confirm_true", **place).status_code == 422, "a picture is wanted"
    keep(GARBAGE, *READERS, check="visit")
    assert town.worker.act(asked, "confirm_true", **place)["finding"] == "true"


def test_a_case_of_a_class_made_confidential_brings_no_object_to_another(town, keep):
    cover = kept_object(town.hire("administrator", "grid", COUNTY), component())
    case, into = town.worker.report(COVER, object=cover["identifier"]).get_json(), town.filed()
    keep(COVER, *READERS)
    town.acceptor.act(case, "merge", into=into["case_id"])
    steps = town.acceptor.get(f"cases/{into['case_id']}/steps").get_json()["items"]
    assert not any("object" in step["data"] for step in steps)


def test_a_class_made_open_keeps_what_was_told_in_confidence_for_those_who_read_it_before(town, keep):
    case = town.acceptor.act(town.worker.report(WAGES, **FORM).get_json(), "accept")
    keep(WAGES)
    assert _sees(town.acceptor, case)
    assert _sees(town.duty, case)
    assert not _sees(town.township, case)
    later = town.next_worker.report(WAGES, at=THERE, **FORM).get_json()
    assert not later["confidential"]
    assert _sees(town.township, later)
    phone = Phone(town.township)
    phone.sync()
    case = town.duty.act(case, "file", **{"class": WAGES, "condition": "1"})
    assert (case["state"], case["confidential"]) == ("filed", True)
    assert not _sees(town.township, case), "filing it under today's milder class lays nothing open"
    town.duty.act(case, "correct", reason="更正", **{"class": WAGES, "condition": "1"})
    assert not _sees(town.township, case)
    assert case["case_id"] not in phone.exchange()["gone"], "not even that there is such a case"


def test_a_change_of_its_readers_counts_for_cases_taken_in_before(town, keep):
    case = town.worker.report(WAGES, **FORM).get_json()
    keep(WAGES, "duty_officer")
    assert (_sees(town.duty, case), _sees(town.acceptor, case)) == (True, False)


def test_a_class_without_a_case_yet_hides_nothing_that_has_no_class(town, keep):
    unknown = town.next_worker.report(None, at=THERE).get_json()
    keep(GARBAGE, *READERS)
    assert _sees(town.township, unknown)
