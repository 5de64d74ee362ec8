"""Nobody sees a case of another workflow who was not given it, and those who were see no more of cases."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.cases import jobs, queries
from app.cases.errors import CaseNotFound
from app.cases.measures import cases_by_state, clocks_overdue
from app.cases.models import Case
from app.cases.visibility import may_see, visible_to
from app.cases.whole import look
from app.core.db import db
from app.core.transaction import transaction
from app.identity import queries as identity
from app.identity.cookies import SESSION
from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY, EAST
from tests.factories.identity import token_for
from tests.factories.permit import LONGEST_STATE, NAME
from tests.factories.town import GARBAGE, HERE, HOUSING


def test_its_queues_are_its_own_and_the_cases_are_without_it(office, act, app_context):
    clerk, acceptor = identity.person(office.clerk.id), identity.person(office.town.acceptor.id)
    assert [(one.queue, one.count) for one in queries.queues(clerk, NAME)] == [("to_decide", 1)]
    assert [str(row.number) for row in queries.page(clerk, {"queue": "to_decide"}, None, 9, NAME).items] == [
        office.number
    ]
    assert queries.queues(clerk) == []
    assert queries.queues(acceptor, NAME) == []
    office.town.worker.report()
    office.town.checked()
    assert {one.queue: one.count for one in queries.queues(acceptor) if one.count} == {"to_accept": 1}
    duty = identity.person(office.town.duty.id)
    assert {one.queue: one.count for one in queries.queues(duty) if one.count} == {"to_close": 1}


def test_a_phone_acts_on_it_and_what_a_phone_reads_is_of_cases(office, clock):
    read = {}

    def sync(actor, action=None, **data):
        one = {"type": "act", "case_id": office.case, "op_id": str(uuid4()), "action": action, "seen": 1, "data": data}
        body = {"cursor": read.get(actor.name), "operations": [one] if action else []}
        answer = actor.send("POST", "sync", body).get_json()
        read[actor.name] = answer["cursor"]
        assert (answer["changes"], answer["gone"], answer["reset"]) == ([], [], False)
        return [(one["status"], one["body"].get("state")) for one in answer["results"]]

    assert sync(office.town.housing) == []
    assert sync(office.town.supervisor, "file", bureau=HOUSING) == [(404, None)]
    assert sync(office.clerk, "file", bureau=HOUSING) == [(201, LONGEST_STATE)]
    for actor in (office.town.housing, office.town.supervisor, office.clerk, office.bureau):
        clock.tick(minutes=1)
        sync(actor)
        sync(actor)


def _pages(app):
    """Every list and page that takes no argument."""
    rules = app.url_map.iter_rules()
    return sorted({rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments})


def test_nobody_outside_sees_it_in_any_list_page_or_search(office, town, clock):
    """The case beside it shows that the lists were not empty."""
    case, near = (
        town.worker.report(description="占道经营").get_json(),
        {"lon": HERE[0], "lat": HERE[1], "class": GARBAGE},
    )
    town.also(town.supervisor, "administrator", "grid", COUNTY)
    everybody = (town.supervisor, town.acceptor, town.duty, town.leader, town.housing, town.worker, office.clerk)
    seen_beside = set()
    clock.tick(minutes=1)
    for person in everybody:
        with town.app.app_context():
            token = token_for(person.id)
        for path in _pages(town.app):
            api = path.startswith("/api/")
            client = town.app.test_client()
            if not api:
                client.set_cookie(SESSION, token)
            headers = {"Authorization": f"Bearer {token}"} if api else {}
            query = near if path.endswith("/near") else {"text": "占道"} if path.endswith("/cases") else {}
            answer = client.get(path, headers=headers, query_string=query)
            assert answer.status_code < 500, (path, answer.status_code)
            body = answer.get_data()
            assert office.number.encode() not in body, (person.name, path)
            assert office.case.encode() not in body, (person.name, path)
            seen_beside |= {path for one in (case["number"], case["case_id"]) if one.encode() in body}
    assert {"/api/v1/cases", "/api/v1/cases/near", "/desk/"} <= seen_beside, seen_beside


def test_nobody_outside_reads_it_or_acts_on_it_by_its_id(office, town):
    town.also(town.supervisor, "administrator", "grid", COUNTY)
    for person in (town.supervisor, town.acceptor, town.leader, town.housing):
        for path in ("", "/steps", f"/attachments/{uuid4()}"):
            assert person.get(f"cases/{office.case}{path}").status_code == 404, path
        assert person.try_act(office.case, "comment", seen=1, text="看得到吗").status_code in (404, 422)
        assert person.try_act(office.case, "file", seen=1, bureau=HOUSING).status_code == 404
        assert person.upload(office.case, b"x")[1].status_code == 404


def test_a_case_of_a_workflow_that_this_version_does_not_know_is_none(app, town):
    case = town.worker.report().get_json()
    with app.app_context(), transaction() as session:
        session.execute(update(Case).where(Case.case_id == UUID(case["case_id"])).values(workflow="round"))
    for person in (town.worker, town.acceptor):
        for path in ("", "/steps"):
            assert person.get(f"cases/{case['case_id']}{path}").status_code == 404
        assert person.try_act(case, "comment", seen=1, text="还在吗").status_code == 404
        assert person.upload(case["case_id"], b"x")[1].status_code == 404
        assert person.report(case_id=case["case_id"]).status_code in (403, 404, 409)


def test_a_photo_of_it_is_taken_from_its_own_people(office, act):
    photo, stored = office.clerk.upload(office.case, jpeg(), purpose="document")
    assert stored.status_code == 201
    case = act(office.clerk, "file", bureau=HOUSING, attachments=[photo])
    assert case["photos_awaited"] == 0
    with office.bureau.get(f"cases/{office.case}/attachments/{photo}") as kept:
        assert kept.status_code == 200
    assert office.town.housing.get(f"cases/{office.case}/attachments/{photo}").status_code == 404


def test_no_case_is_merged_into_it(office, town):
    case = town.worker.report().get_json()
    town.also(town.acceptor, "permit_clerk", "centre", COUNTY)
    refused = town.acceptor.try_act(case, "merge", into=office.case)
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "target_is_open")


def test_lists_and_single_permits_agree_on_who_sees_them(office, act, town, app_context):
    act(office.clerk, "file", bureau=HOUSING)
    far = town.hire("permit_surveyor", "grid", EAST)
    whole = look(UUID(office.case))
    for actor in (office.clerk, office.bureau, office.surveyor, far, town.supervisor, town.housing):
        person = identity.person(actor.id)
        listed = db.session.scalar(select(Case.case_id).where(visible_to(person, NAME))) is not None
        assert listed == may_see(whole, person) == (actor in (office.clerk, office.bureau, office.surveyor))


def test_pages_of_cases_are_not_its_pages(office, app_context):
    clerk = identity.person(office.clerk.id)
    with pytest.raises(CaseNotFound):
        queries.whole(UUID(office.case), clerk)
    assert queries.whole(UUID(office.case), clerk, workflow=None).case.number == office.number


def test_figures_of_operations_keep_workflows_apart(office, town, clock, app_context):
    town.checked()
    clock.tick(minutes=61)
    jobs.sweep_clocks()
    assert (cases_by_state()[NAME, "checked"], cases_by_state()["case", "checked"]) == (1.0, 1.0)
    assert clocks_overdue()[NAME, "close"] == 1.0
