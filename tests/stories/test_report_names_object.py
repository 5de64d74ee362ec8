"""A report names what was entered once: the case keeps it, goes to who sees to it, and shows what else was reported."""

from uuid import uuid4

import pytest

from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.departments import department
from tests.factories.grids import COUNTY
from tests.factories.objects import change, component, keep
from tests.factories.town import COVER, GARBAGE, HERE, HOUSING, LEAFLET, THERE, WAGES, WATER
from tests.support.elements import elements, errors_at, facts_of, links_of, texts_of
from tests.support.looks import refused
from tests.support.phone import report_of
from tests.support.queries import counted

pytestmark = pytest.mark.one_database
MOST = 10  # statements of such a report, that which finds who asks among them
OTHER_SORT = "0101"
CONTRACTOR, LABOUR, DESKLESS = "C-COVERS", "D-LABOUR", "Q-HEAT"


def identifier_of(number=1, sort="0102"):
    return component(number, sort)["identifier"]


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


@pytest.fixture
def cover(town, keeper):
    """A manhole cover in the worker's grid."""
    return keep(keeper, component())


def route_of(town, case):
    answer = town.dispatcher.get(f"cases/{case['case_id']}/route")
    assert answer.status_code == 200, answer.get_json()
    return (answer.get_json()["lead"] or {}).get("code")


def last_step(town, case):
    return town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]


def others(actor, case):
    return [one["case_id"] for one in actor.read(case)["object"]["cases"]]


def test_the_case_keeps_what_was_named_by_identifier_or_id_and_its_steps_prove_it(town, cover):
    for named in (cover["identifier"], cover["object_id"], cover["object_id"].upper()):
        case = town.worker.report(COVER, object=named).get_json()
        assert case["object"] == {"object_id": cover["object_id"], "identifier": cover["identifier"]}
        whole = town.worker.read(case)["object"]
        assert (whole["name"], whole["kind"], whole["kind_en"]) == ("井盖1", "部件", "Component")
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []
    (first,) = town.worker.get("cases", text=case["number"]).get_json()["items"]
    assert first["object"]["identifier"] == cover["identifier"]


def test_a_wrong_one_is_corrected_and_taken_away(town, keeper, cover):
    other = keep(keeper, component(2))
    foreign = keep(keeper, component(3, OTHER_SORT))
    case = town.acceptor.act(town.worker.report(COVER, object=cover["identifier"]).get_json(), "accept")
    wrong = refused(town.duty.try_act(case, "correct", object=foreign["identifier"]), 422)
    assert set(wrong["fields"]) == {"data.object"}
    case = town.duty.act(case, "correct", object=other["identifier"])
    assert town.worker.read(case)["object"]["object_id"] == other["object_id"]
    case = town.duty.act(case, "correct", object="-")
    assert town.worker.read(case)["object"] is None
    page = Desk(town.app, town.duty).post(
        f"/desk/cases/{case['case_id']}/act/correct",
        {"op_id": str(uuid4()), "seen": case["seq"], "object": cover["identifier"]},
    )
    assert page.status_code == 303
    assert town.worker.read(case)["object"]["object_id"] == cover["object_id"]
    told = texts_of(Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text, "dd")
    assert [each for each in told if each in (cover["identifier"], other["identifier"], "无")] == [
        cover["identifier"], "无", other["identifier"], cover["identifier"],
    ]  # fmt: skip
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_a_case_that_comes_under_another_class_leaves_an_object_that_is_none_of_that_class(town, cover):
    filed, corrected, kept = (town.worker.report(COVER, object=cover["identifier"]).get_json() for _ in range(3))
    case = town.duty.act(town.acceptor.act(filed, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    assert (case["object"], last_step(town, case)["data"]["dropped"]) == (None, ["object"])
    case = town.duty.act(town.acceptor.act(corrected, "accept"), "correct", **{"class": GARBAGE})
    assert (case["object"], last_step(town, case)["data"]["dropped"]) == (None, ["object"])
    case = town.duty.act(town.acceptor.act(kept, "accept"), "file", **{"class": COVER, "condition": "1"})
    assert case["object"]["object_id"] == cover["object_id"]
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_the_case_into_which_one_is_merged_gets_its_object_where_it_has_none_and_its_class_is_about_such(
    town, keeper, cover
):
    def merged_into(into):
        other = town.worker.report(COVER, object=cover["identifier"]).get_json()
        town.acceptor.act(other, "merge", into=into["case_id"])
        return town.worker.read(into)["object"]

    second = keep(keeper, component(2))
    assert merged_into(town.worker.report(COVER).get_json())["object_id"] == cover["object_id"]
    named = town.worker.report(COVER, object=second["identifier"]).get_json()
    assert merged_into(named)["object_id"] == second["object_id"], "it keeps its own"
    assert merged_into(town.worker.report(GARBAGE).get_json()) is None
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_a_case_that_stands_alone_again_takes_its_object_with_it_unless_somebody_has_said_which_it_is(
    town, keeper, cover
):
    second = keep(keeper, component(2))

    def merged(into, case):
        return town.acceptor.act(case, "merge", into=into["case_id"])

    def alone(case):
        town.acceptor.act(case, "unmerge", reason="不是同一处")
        town.drain()

    def about(case):
        return (town.worker.read(case)["object"] or {}).get("object_id")

    into, above = (town.worker.report(COVER).get_json() for _ in range(2))
    other = merged(into, town.worker.report(COVER, object=cover["identifier"]).get_json())
    merged(above, town.worker.read(into))
    assert (about(into), about(above)) == (cover["object_id"], cover["object_id"])
    alone(other)
    assert (about(into), about(above), about(other)) == (None, None, cover["object_id"])
    said = town.accepted(class_code=COVER)
    other = merged(said, town.worker.report(COVER, object=cover["identifier"]).get_json())
    town.duty.act(town.duty.read(said), "correct", object=second["identifier"])
    alone(other)
    assert about(said) == second["object_id"], "a correction since then stays"
    ticket = town.acceptor.report(
        source="superior", external_no="督-1", reply_wanted=False, **{"class": COVER}, object=cover["identifier"]
    ).get_json()
    into = town.worker.report(COVER).get_json()
    merged(into, ticket)
    assert about(into) == cover["object_id"]
    alone(ticket)
    assert about(into) is None
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_a_phone_names_one_too_and_the_same_again_is_the_same_case(town, keeper, cover):
    case_id = str(uuid4())
    body = {"class": COVER, "description": "井盖破损", "lon": HERE[0], "lat": HERE[1], "object": cover["object_id"]}
    for status in (201, 200):
        answer = town.worker.send("POST", "sync", {"cursor": None, "operations": [report_of(case_id, body)]})
        (result,) = answer.get_json()["results"]
        assert result["status"] == status, result
        assert result["body"]["object"]["object_id"] == cover["object_id"]
        if status == 201:
            assert change(keeper, cover, state="removed").status_code == 201
    other = report_of(case_id, {**body, "object": identifier_of()})
    (result,) = town.worker.send("POST", "sync", {"cursor": None, "operations": [other]}).get_json()["results"]
    assert result["status"] == 409


def test_a_report_of_a_phone_goes_out_without_an_object_that_has_gone_meanwhile(town, keeper, cover):
    case_id = str(uuid4())
    body = {"class": COVER, "description": "井盖破损", "lon": HERE[0], "lat": HERE[1], "object": cover["object_id"]}
    assert change(keeper, cover, state="removed").status_code == 201
    for status in (201, 200):
        answer = town.worker.send("POST", "sync", {"cursor": None, "operations": [report_of(case_id, body)]})
        (result,) = answer.get_json()["results"]
        assert (result["status"], result["body"]["object"]) == (status, None), result
    (step,) = town.supervisor.get(f"cases/{case_id}/steps").get_json()["items"]
    assert step["data"]["dropped"] == ["object"]
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_what_is_not_of_the_class_or_not_to_be_seen_is_refused_alike(town, keeper, cover):
    unknown = refused(town.worker.report(COVER, object=identifier_of(7)), 422)
    assert list(unknown["fields"]) == ["object"]
    keep(keeper, component(7, at=THERE))  # in the grid of somebody else
    gone = keep(keeper, component(8))
    assert change(keeper, gone, state="removed").status_code == 201
    other = keep(keeper, component(9, OTHER_SORT))
    for named in (identifier_of(7), gone["identifier"], gone["object_id"], other["identifier"], str(uuid4()), "井盖"):
        assert refused(town.worker.report(COVER, object=named), 422)["fields"] == unknown["fields"], named
    assert list(refused(town.worker.report(GARBAGE, object=cover["identifier"]), 422)["fields"]) == ["object"]
    assert list(refused(town.worker.report(None, object=cover["identifier"]), 422)["fields"]) == ["object"]
    assert town.worker.report(None, object=None).get_json()["object"] is None


def test_one_that_was_merged_stands_for_the_one_which_stays(town, keeper, cover):
    twice, thrice = keep(keeper, component(2)), keep(keeper, component(3))
    early = town.worker.report(COVER, object=twice["identifier"]).get_json()
    for one, into in ((twice, thrice), (thrice, cover)):
        seen = keeper.get(f"objects/{one['object_id']}").get_json()["version"]
        merged = {"op_id": str(uuid4()), "seen": seen, "into": into["object_id"]}
        assert keeper.send("POST", f"objects/{one['object_id']}/merge", merged).status_code == 201
    late = town.worker.report(COVER, object=twice["object_id"]).get_json()
    assert late["object"]["object_id"] == cover["object_id"]
    assert others(town.worker, late) == [early["case_id"]]
    assert others(town.worker, early) == [late["case_id"]]
    assert town.worker.read(early)["object"]["name"] == "井盖1"
    items = town.worker.get("cases", object=cover["object_id"]).get_json()["items"]
    assert {one["case_id"] for one in items} == {early["case_id"], late["case_id"]}
    assert town.worker.get("cases", object=str(uuid4())).get_json()["items"] == []


def test_it_goes_to_who_maintains_it_else_who_manages_it_else_the_owner_else_by_the_class(town, keeper):
    with town.app.app_context():
        department(CONTRACTOR, "井盖养护队", "contractor")
    town.hire("department_desk", "department", LABOUR)
    case = town.accepted(class_code=COVER)
    case = town.duty.act(case, "file", **{"class": COVER, "condition": "1"})
    by_class = route_of(town, case)
    parties = (
        ({"maintainer": LABOUR, "manager": WATER}, LABOUR),
        ({"maintainer": CONTRACTOR, "manager": WATER, "owner": LABOUR}, WATER),
        ({"maintainer_text": "外地公司", "owner": LABOUR}, LABOUR),
        ({}, by_class),
    )
    for number, (given, lead) in enumerate(parties, 1):
        one = keep(keeper, component(number, **given))
        case = town.accepted(class_code=COVER, object=one["identifier"])
        case = town.duty.act(case, "file", **{"class": COVER, "condition": "1"})
        assert route_of(town, case) == lead, given
    assert by_class == HOUSING


@pytest.fixture
def adopt(town, tmp_path):
    """Let documents of the catalogue hold from now on."""

    def adopted(*rows):
        with town.app.app_context(), transaction():
            catalogue.import_files([documents_file(tmp_path, *rows)], by="test")

    return adopted


def kinds_of(**classes):
    """The kinds that we ship, some of them answering to other classes."""
    content = seed_content("objects", "objects")
    for kind in content["objects"]:
        if kind["code"] in classes:
            kind["classes"] = [classes[kind["code"]]]
    return "objects", "objects", content


def filed(town, class_code, one=None):
    named = {"object": one["object_id"]} if one else {}
    case = town.accepted(class_code=class_code, **named)
    return town.duty.act(case, "file", **{"class": class_code, "condition": "1"})


def test_whom_a_complaint_is_about_does_not_handle_it(town, keeper, adopt):
    """An enterprise has an owner too, but the county does not say that keepers of enterprises lead."""
    adopt(kinds_of(enterprise=GARBAGE))
    parties = dict.fromkeys(("owner", "manager", "maintainer"), WATER)
    works = keep(keeper, {"kind": "enterprise", "name": "焦化厂", "lon": HERE[0], "lat": HERE[1], **parties})
    assert route_of(town, filed(town, GARBAGE, works)) == route_of(town, filed(town, GARBAGE)) != WATER


def test_a_confidential_case_never_goes_by_its_object(town, keeper, adopt):
    adopt(kinds_of(pipe=WAGES, bridge=GARBAGE))
    town.hire("department_desk", "department", LABOUR)
    place = {"lon": HERE[0], "lat": HERE[1], "maintainer": WATER}
    pipe = keep(keeper, {"kind": "pipe", "name": "供水管", "attributes": {"carries": "供水"}, **place})
    case = filed(town, WAGES, pipe)
    assert (case["confidential"], route_of(town, case)) == (True, LABOUR)
    bridge = keep(keeper, {"kind": "bridge", "name": "东桥", **place})
    assert route_of(town, filed(town, GARBAGE, bridge)) == WATER, "of what is open it does"


def test_a_keeper_without_a_desk_is_passed_over_and_the_assistants_of_the_class_stay(town, keeper, adopt):
    adopt(("class", COVER, seed_content(COVER) | {"routes": [{"lead": HOUSING, "assist": [LABOUR]}]}))
    with town.app.app_context():
        department(DESKLESS, "县供热公司", "enterprise")
    town.hire("department_desk", "department", LABOUR)
    targets = []
    for number, keeping in enumerate((DESKLESS, WATER, LABOUR), 1):
        case = filed(town, COVER, keep(keeper, component(number, maintainer=keeping)))
        target = town.dispatcher.get(f"cases/{case['case_id']}/route").get_json()
        targets.append((target["lead"]["code"], [one["code"] for one in target["assist"]]))
    assert targets == [(HOUSING, [LABOUR]), (WATER, [LABOUR]), (LABOUR, [])]


def test_once_the_class_is_another_its_object_decides_no_more(town, keeper):
    one = keep(keeper, component(maintainer=WATER))
    case = town.accepted(class_code=COVER, object=one["identifier"])
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    assert route_of(town, case) != WATER
    assert town.duty.read(case)["object"] is None


def test_a_confidential_case_of_an_object_is_not_there_for_who_may_not_read_it(town, keeper, adopt):
    """Two worlds: whoever may not read it is answered the same with it and without."""
    kinds, code, content = kinds_of()
    (kind,) = [one for one in content["objects"] if one["code"] == "bridge"]
    kind["classes"] = [GARBAGE, WAGES]
    adopt((kinds, code, content))
    bridge = keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    shown = town.worker.report(GARBAGE, object=bridge["object_id"]).get_json()
    pages = Desk(town.app, town.township)
    asked = {
        "the case": lambda: town.township.read(shown)["object"],
        "the list": lambda: town.township.get("cases", object=bridge["object_id"]).get_json(),
        "the page": lambda: facts_of(pages.get(f"/desk/cases/{shown['case_id']}").text),
        "the object": lambda: town.township.get(f"objects/{bridge['object_id']}").get_json(),
    }
    before = {name: ask() for name, ask in asked.items()}
    hidden = town.accepted(class_code=GARBAGE, object=bridge["object_id"])
    hidden = town.duty.act(hidden, "file", **{"class": WAGES, "condition": "1"})
    assert hidden["confidential"]
    assert {name: ask() for name, ask in asked.items()} == before
    assert others(town.duty, shown) == [hidden["case_id"]]
    assert others(town.duty, hidden) == [shown["case_id"]]


def test_who_sees_the_case_and_not_the_object_is_told_its_identifier_alone(town, cover):
    case = town.accepted(class_code=COVER, object=cover["identifier"])
    case = town.duty.act(case, "file", **{"class": COVER, "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=WATER)
    about = town.water.read(case)["object"]
    assert (about["identifier"], about["name"], about["kind"]) == (cover["identifier"], None, None)


def test_a_report_that_names_an_object_costs_no_more(town, cover):
    town.worker.report(COVER, object=cover["identifier"])
    with counted() as seen:
        answer = town.worker.report(COVER, object=cover["identifier"])
    assert answer.status_code == 201, answer.get_json()
    assert len(seen) <= MOST, seen


def test_a_caller_is_registered_with_one_and_pages_show_it(town, keeper, cover):
    desk = Desk(town.app, town.acceptor)
    told = {
        "case_id": str(uuid4()), "source": "hotline", "description": "井盖坏了", "class": COVER,
        "lon": HERE[0], "lat": HERE[1],
    }  # fmt: skip
    page = desk.post("/desk/report", {**told, "object": identifier_of(99)})
    assert page.status_code == 422
    assert "没有这个对象" in errors_at(page.text, "object")[0]
    page = desk.post("/desk/report", {**told, "object": cover["identifier"]}, follow_redirects=True)
    called = f"井盖1 · {cover['identifier']}"
    assert ("对象", called) in facts_of(page.text)
    assert not elements(page.text, "ul", data_part="object-cases")
    again = town.worker.report(COVER, object=cover["identifier"]).get_json()
    (others_of,) = elements(desk.get(f"/desk/cases/{told['case_id']}").text, "ul", data_part="object-cases")
    assert [link.says for link in others_of.all("a")] == [again["number"]]
    board = Desk(town.app, town.supervisor).get(f"/board/cases/{again['case_id']}").text
    assert ("对象", called) in facts_of(board)
    own = Desk(town.app, keeper).get(f"/admin/objects/{cover['object_id']}").text
    assert "没有您能看到的案件。" in texts_of(own, "p"), "who keeps objects need not read cases"
    town.also(keeper, "supervisor", "grid", COUNTY)
    own = Desk(town.app, keeper).get(f"/admin/objects/{cover['object_id']}").text
    assert links_of(own)[f"/desk/cases/{again['case_id']}"] == again["number"]


def test_a_question_of_the_form_names_one_that_the_person_sees(town, keeper, cover, tmp_path):
    asking = {"field": "cover", "label": "旁边的井盖", "type": "object", "objects": ["component"]}
    form = [*seed_content(LEAFLET).get("form", []), asking]
    file = documents_file(tmp_path, ("class", LEAFLET, seed_content(LEAFLET) | {"form": form}), name="asking.yaml")
    with town.app.app_context(), transaction():
        catalogue.import_files([file], by="test")
    bridge = keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    hidden = keep(keeper, component(5, at=THERE))
    for named in (str(uuid4()), hidden["object_id"], bridge["object_id"]):
        body = refused(town.worker.report(LEAFLET, form={"cover": named}), 422)
        assert body["fields"]["form.cover"] == ["“旁边的井盖”没有这个对象，请重新选择。"]
    case = town.worker.report(LEAFLET, form={"cover": cover["object_id"]}).get_json()
    page = Desk(town.app, town.acceptor).get(f"/desk/cases/{case['case_id']}").text
    named = [value for _, value in facts_of(page) if f"井盖1 · {cover['identifier']}" in value]
    assert len(named) == 2, "among the facts and in the step"
    object_id = cover["object_id"]
    assert object_id not in page


@pytest.mark.parametrize("answer", ["井盖", "1" * 32, 7, ["x"], {"object_id": "x"}, True])
def test_an_answer_that_is_no_id_has_its_page_all_the_same(town, adopt, answer):
    """What was answered before there was a class is judged by nobody; it is shown once the class asks for an object."""
    asking = {"field": "cover", "label": "旁边的井盖", "type": "object", "objects": ["component"]}
    adopt(("class", LEAFLET, seed_content(LEAFLET) | {"form": [asking]}))
    case = town.accepted(class_code=None, form={"cover": answer})
    case = town.duty.act(case, "file", **{"class": LEAFLET, "condition": "1"})
    page = Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}")
    assert page.status_code == 200
    assert "旁边的井盖" in [label for label, _ in facts_of(page.text)]
