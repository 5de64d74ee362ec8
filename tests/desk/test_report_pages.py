"""Reports typed in for callers, and cases that may be the same trouble, side by side."""

import tempfile
from uuid import uuid4

import pytest

from app.audit.models import AuditEntry
from app.cases.models import Case
from app.catalogue import service as catalogue
from app.core.db import db
from app.core.transaction import transaction
from app.intake import citizens
from tests.desk.browser import Desk, path_of
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import VILLAGES, WEST
from tests.factories.town import GRID, HERE
from tests.support.elements import alert, elements, errors_at, facts_of, links_of, part_of, texts_of, value_of

pytestmark = pytest.mark.one_database


def told(**more):
    """What an acceptor types in while somebody calls."""
    return {
        "case_id": str(uuid4()), "source": "hotline", "description": "井盖丢了", "class": "C0102 污水井盖",
        "lon": str(HERE[0]), "lat": str(HERE[1]), **more,
    }  # fmt: skip


@pytest.mark.both_databases
def test_a_call_becomes_a_case_whose_caller_is_kept_apart(app, town):
    desk = Desk(app, town.acceptor)
    assert desk.get("/desk/report").status_code == 200
    given = told(name="王某", phone="0357-1234567", consent="1", external_no="HL-1")
    answer = desk.post("/desk/report", given)
    assert answer.status_code == 303, answer.text
    facts = facts_of(desk.get(path_of(answer)).text)
    assert [value for label, value in facts if label == "来源" and value.startswith("热线 · HL-1 · ")]
    assert not [value for _, value in facts if "王某" in value]
    with app.app_context():
        case = db.session.query(Case).one()
        assert case.class_code == "C0102"
        assert citizens.masked(case.citizen_id).name == "王*"


def test_a_name_without_consent_is_not_kept_and_nothing_typed_is_lost(app, town):
    desk = Desk(app, town.acceptor)
    answer = desk.post("/desk/report", told(name="王某", address="胜利街"))
    assert answer.status_code == 422
    assert "征得本人同意" in alert(answer.text)
    assert value_of(answer.text, "address") == "胜利街"


def test_a_grid_will_do_for_a_place(app, town):
    answer = Desk(app, town.acceptor).post("/desk/report", told(lon="", lat="", grid=GRID))
    assert answer.status_code == 303, answer.text
    with app.app_context():
        assert db.session.query(Case).one().grid == GRID


def test_a_village_will_do_where_nobody_knows_the_grid(app, town):
    given = told(lon="", lat="", township=WEST, village=VILLAGES[1], grid="")
    assert Desk(app, town.acceptor).post("/desk/report", given).status_code == 303
    with app.app_context():
        assert db.session.query(Case).one().grid == VILLAGES[1]


def test_what_was_chosen_is_kept_when_something_else_is_at_fault(app, town):
    desk = Desk(app, town.acceptor)
    answer = desk.post("/desk/report", told(lon="", lat="", village=VILLAGES[1], description=""))
    assert answer.status_code == 422
    assert elements(answer.text, id="map", data_chosen=VILLAGES[1])


def test_a_class_is_known_by_what_the_caller_calls_it(app, town):
    desk = Desk(app, town.acceptor)
    assert desk.post("/desk/report", told(**{"class": "欠薪"})).status_code == 303
    with app.app_context():
        assert db.session.query(Case).one().class_code == "CY-900301"


def test_words_that_may_mean_several_classes_are_answered_with_these(app, town):
    with app.app_context(), transaction():
        content = seed_content("C0103") | {"words": ["井盖丢"]}
        catalogue.import_files([documents_file(tempfile.mkdtemp(), ("class", "C0103", content))], by="test")
    answer = Desk(app, town.acceptor).post("/desk/report", told(**{"class": "井盖丢了"}))
    assert answer.status_code == 422
    assert "可能是：C0102 污水井盖、C0103 雨水井盖" in errors_at(answer.text, "class")[0]


def test_a_place_is_asked_for(app, town):
    answer = Desk(app, town.acceptor).post("/desk/report", told(lon="", lat=""))
    assert answer.status_code == 422
    assert errors_at(answer.text, "place") == ["请在地图上点选位置，或选择乡镇、村、网格。"]


def test_only_those_who_report_for_others_see_the_form(app, town):
    assert Desk(app, town.duty).get("/desk/report").status_code == 403


def test_what_is_known_close_by_is_offered_before_it_is_reported_twice(app, town):
    known = town.worker.report().get_json()
    desk = Desk(app, town.acceptor)
    query = f"lon={HERE[0]}&lat={HERE[1]}&class=0102"
    assert known["number"] in links_of(desk.part(f"/desk/report/near?{query}").text).values()
    assert links_of(desk.part("/desk/report/near?lon=&lat=&class=0102").text) == {}


def test_two_reports_of_one_trouble_are_compared_and_merged(app, town):
    first, second = (town.worker.report().get_json() for _ in range(2))
    desk = Desk(app, town.acceptor)
    assert first["number"] in links_of(desk.part(f"/desk/cases/{second['case_id']}/near").text).values()
    page = desk.get(f"/desk/cases/{second['case_id']}/beside/{first['case_id']}")
    assert page.status_code == 200
    sides = [part_of(page.text, f"side-{number}").all("h2")[0].says.split()[-1] for number in (1, 2)]
    assert sides == [second["number"], first["number"]]
    assert value_of(page.text, "into") == first["case_id"]
    assert desk.act(second, "merge", into=first["case_id"]).status_code == 303
    assert town.acceptor.read(second)["state"] == "merged"
    assert f"/desk/cases/{second['case_id']}" in links_of(desk.get(f"/desk/cases/{first['case_id']}").text)


def test_a_case_that_is_not_seen_is_not_compared(app, town):
    first, second = (town.worker.report().get_json() for _ in range(2))
    page = Desk(app, town.housing).get(f"/desk/cases/{second['case_id']}/beside/{first['case_id']}")
    assert page.status_code == 404


@pytest.mark.both_databases
def test_a_number_is_shown_for_a_reason_that_is_kept(app, town):
    desk = Desk(app, town.acceptor)
    path = path_of(desk.post("/desk/report", told(name="王某", phone="0357-1234567", consent="1")))
    masked = desk.part(f"{path}/citizen").text
    assert "王*" in " ".join(texts_of(masked, "p"))
    assert "0357-1234567" not in " ".join(texts_of(masked, "p"))
    assert desk.post(f"{path}/citizen", {"reason": ""}).status_code == 422
    answer = desk.post(f"{path}/citizen", {"reason": "回访"})
    assert "0357-1234567" in " ".join(texts_of(answer.text, "p"))
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(tag="citizen:revealed").count() == 1
    assert Desk(app, town.duty).part(f"{path}/citizen").status_code == 403


def test_where_there_is_no_citizen_nothing_is_shown(app, town):
    case = town.worker.report().get_json()
    answer = Desk(app, town.acceptor).part(f"/desk/cases/{case['case_id']}/citizen")
    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_life_and_death_show_whom_to_call_first(town):
    content = seed_content("0102") | {"call_now": ["119", "110"]}
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(tempfile.mkdtemp(), ("class", "0102", content))], by="test")
    desk = Desk(town.app, town.acceptor)
    assert elements(desk.get("/desk/report").text, id="call-now", hx_get="/desk/report/call-now")
    shown = desk.get("/desk/report/call-now?class=0102 暴露垃圾").text
    assert [*links_of(shown).items()] == [("tel:119", "119 消防救援"), ("tel:110", "110 报警")]
    assert links_of(desk.get("/desk/report/call-now?class=0508").text) == {}
    assert links_of(desk.get("/desk/report/call-now").text) == {}
