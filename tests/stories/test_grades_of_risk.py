"""A dispute has a grade of risk: it says who leads and assists, within which limit, and who hears of it."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.cases.models import Case
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.departments import department
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import DISPUTE, GARBAGE
from tests.support.elements import elements, texts_of
from tests.support.looks import clocks_of, refused
from workflows.risk_terms import RiskColour

pytestmark = pytest.mark.one_database
LEGAL, POLICE, JUSTICE = "P-LEGAL", "D-POLICE", "D-JUSTICE"
FORM = {"people_count": 3, "kind": "邻里"}


@pytest.fixture
def county(town):
    """The town with the departments that disputes go to, each with somebody who signs."""
    with town.app.app_context():
        for code, name in ((LEGAL, "县委政法委"), (POLICE, "县公安局"), (JUSTICE, "县司法局")):
            department(code, name)
    for code in (LEGAL, POLICE, JUSTICE):
        town.hire("department_desk", "department", code)
    town.hire("department_desk", "department", f"T-{WEST}")
    return town


def dispute(town, **report):
    return town.acceptor.act(town.worker.report(DISPUTE, form=FORM, **report).get_json(), "accept")


def file(town, case, colour=None, **more):
    return town.duty.act(
        case, "file", **{"class": DISPUTE, "condition": "1"}, **({"colour": colour} if colour else {}), **more
    )


def route(town, case):
    answer = town.dispatcher.get(f"cases/{case['case_id']}/route").get_json()
    return (answer["lead"] or {}).get("code"), [one["code"] for one in answer["assist"]]


def heard(town, actor):
    town.drain()
    items = actor.get("notices", limit=50).get_json()["items"]
    return [one["text"] for one in items if "风险等级" in one["text"]]


def test_each_colour_names_who_leads_and_who_assists(county):
    township = f"T-{WEST}"
    expected = {
        "red": (LEGAL, [POLICE, JUSTICE, township]), "orange": (POLICE, [township]), "yellow": (township, []),
        "blue": (township, []), None: (township, [JUSTICE]),
    }  # fmt: skip
    for colour, target in expected.items():
        case = file(county, dispute(county), colour)
        assert route(county, case) == target, colour
        assert (case["risk"] or {}).get("colour") == colour
    assert file(county, dispute(county), "red")["risk"]["label"] == "红色：可能激化，多部门处置"


def test_leaders_hear_of_a_red_one_and_not_of_a_blue_one(county):
    case = file(county, dispute(county), "blue")
    assert heard(county, county.leader) == []
    case = county.duty.act(case, "correct", colour="red")
    assert len(heard(county, county.leader)) == 1
    county.duty.act(case, "correct", address="东街")
    assert len(heard(county, county.leader)) == 1, "once for each grade that it is given"
    assert heard(county, county.township) == [], "who may not read disputes hears of none"
    with county.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def days_of(case, stage="handle"):
    (clock,) = [one for one in clocks_of(case, stage) if one["stopped_at"] is None]
    since, until = (datetime.fromisoformat(clock[name]) for name in ("started_at", "due_at"))
    return (until - since).days


def test_its_limit_is_that_of_the_grade_and_follows_it(county, tmp_path):
    content = seed_content(DISPUTE)
    limits = {"red": 3, "blue": 5}
    for grade in content["grades"]:
        grade["limit"] = {"calendar_days": limits.get(grade["colour"], 7), "source": "example"}
    file_of_class = documents_file(tmp_path, ("class", DISPUTE, content), name="dispute.yaml")
    with county.app.app_context(), transaction():
        catalogue.import_files([file_of_class], by="test")
    case = county.dispatcher.act(file(county, dispute(county), "red"), "dispatch", lead=LEGAL)
    assert days_of(case) == limits["red"]
    assert "3 个自然日" in str([one["text"] for one in case["standard"]]), case["standard"]
    case = county.duty.act(case, "correct", colour="blue")
    assert days_of(case) == limits["blue"]
    case = county.dispatcher.act(file(county, dispute(county)), "dispatch", lead=LEGAL)
    assert days_of(case) > limits["blue"], "without a grade what the condition says"


def test_what_its_class_has_not_is_refused_and_another_class_has_none_of_it(county):
    case = dispute(county)
    wrong = {"class": DISPUTE, "condition": "1", "colour": "green"}
    assert list(refused(county.duty.try_act(case, "file", **wrong), 422)["fields"]) == ["data.colour"]
    wrong = {"class": GARBAGE, "condition": "1", "colour": "red"}
    assert list(refused(county.duty.try_act(case, "file", **wrong), 422)["fields"]) == ["data.colour"]
    case = file(county, case, "red")
    case = county.duty.act(case, "correct", **{"class": GARBAGE, "condition": "1"})
    assert case["risk"] is None


def test_the_desk_asks_for_it_where_the_class_has_grades(county):
    desk, case = Desk(county.app, county.duty), dispute(county)
    page = desk.part(f"/desk/cases/{case['case_id']}/act/file").text
    assert [text for text in texts_of(page, "legend") if text.startswith("风险等级")]
    assert {"红色：可能激化，多部门处置", "蓝色：关注"} <= {*texts_of(page, "label", class_="form-check")}
    answer = desk.act(case, "file", colour="orange")
    assert answer.status_code == 303, answer.text
    page = desk.get(f"/desk/cases/{case['case_id']}").text
    assert "橙色：公安牵头" in texts_of(page, "span", class_="flag-warn")
    plain = county.accepted()
    page = desk.part(f"/desk/cases/{plain['case_id']}/act/file").text
    assert elements(page, name="condition")
    assert not elements(page, name="colour")
    assert COUNTY in plain["centre"]


def test_the_database_holds_none_but_the_five_colours(county):
    case = county.filed()
    with county.app.app_context():
        for colour in (*(str(one) for one in RiskColour), None):
            with transaction() as session:
                session.execute(update(Case).where(Case.case_id == UUID(case["case_id"])).values(colour=colour))
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(update(Case).where(Case.case_id == UUID(case["case_id"])).values(colour="pink"))
