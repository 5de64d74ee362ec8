"""The same request many times at once, over HTTP against two processes: one result."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.attachments.models import Attachment
from app.cases.models import Case
from app.core.db import db
from app.identity.models import PersonRow
from app.intake.models import Citizen
from tests.attachments.pictures import jpeg
from tests.factories import residents
from tests.factories.identity import PASSWORD
from tests.support.until import at_once

pytestmark = pytest.mark.own_database


def statuses(answers):
    return dict(Counter(answer.status_code for answer in answers))


def count(town, what, *where):
    with town.app.app_context():
        return db.session.scalar(select(func.count()).select_from(what).where(*where))


def test_the_same_report_fifty_times_at_once_is_one_case(town):
    case_id = str(uuid4())
    answers = at_once([lambda: town.worker.report(case_id=case_id, description="五十遍")] * 50)
    assert statuses(answers) == {201: 1, 200: 49}
    assert len({(body["number"], body["step"]["hash"]) for body in (answer.get_json() for answer in answers)}) == 1
    assert count(town, Case, Case.description == "五十遍") == 1
    assert town.steps({"case_id": case_id}) == ["report"]


def test_a_citizen_named_in_a_report_sent_many_times_at_once_is_kept_once(town):
    case_id, before = str(uuid4()), count(town, Citizen)
    caller = {"name": "李四", "phone": "13900000000", "anonymous": False, "consent": True}
    answers = at_once([lambda: town.acceptor.report(case_id=case_id, source="hotline", reporter=caller)] * 16)
    assert statuses(answers) == {201: 1, 200: 15}
    assert count(town, Citizen) == before + 1


def test_different_reports_under_one_id_at_once_are_one_case_and_refusals(town):
    case_id = str(uuid4())
    answers = at_once([lambda n=n: town.worker.report(case_id=case_id, description=f"第{n}种") for n in range(8)])
    assert statuses(answers) == {201: 1, 409: 7}


def test_the_same_act_twenty_times_at_once_is_one_step(town):
    case, op_id = town.worker.report().get_json(), uuid4()
    answers = at_once([lambda: town.acceptor.try_act(case, "accept", seen=1, op_id=op_id)] * 20)
    assert statuses(answers) == {201: 1, 200: 19}
    assert len({answer.get_json()["step"]["hash"] for answer in answers}) == 1
    assert town.steps(case) == ["report", "accept"]


def test_the_same_photo_many_times_at_once_is_kept_once(town):
    case, photo, picture = town.worker.report().get_json(), str(uuid4()), jpeg()
    answers = at_once([lambda: town.worker.upload(case, picture, attachment_id=photo)[1]] * 8)
    assert statuses(answers) == {201: 1, 200: 7}
    assert len({answer.get_json()["sha256"] for answer in answers}) == 1
    assert count(town, Attachment, Attachment.case_id == UUID(case["case_id"])) == 1


def test_two_photos_under_one_id_at_once_are_one_photo_and_a_refusal(town):
    case, photo = town.worker.report().get_json(), str(uuid4())
    pictures = [jpeg(64, 48), jpeg(48, 64)]
    answers = at_once([lambda one=one: town.worker.upload(case, one, attachment_id=photo)[1] for one in pictures])
    assert statuses(answers) == {201: 1, 409: 1}


def test_a_refresh_token_used_twice_at_once_gives_one_successor_and_ends_nothing(town):
    with town.app.app_context():
        username = db.session.get(PersonRow, town.worker.id).username
    login = {"username": username, "password": PASSWORD, "device": "手机"}
    opened = town.client.post("/api/v1/auth/login", json=login).get_json()
    body = {"refresh_token": opened["refresh_token"]}
    answers = at_once([lambda: town.client.post("/api/v1/auth/refresh", json=body)] * 6)
    assert statuses(answers) == {200: 6}
    tokens = {(said["access_token"], said["refresh_token"]) for said in (answer.get_json() for answer in answers)}
    assert len(tokens) == 1
    ((access, _),) = tokens
    assert town.client.get("/api/v1/me", headers={"Authorization": f"Bearer {access}"}).status_code == 200


def test_numbers_are_unique_across_processes_and_after_reports_that_were_rolled_back(town):
    def report(number):
        # every third one is refused after its number was taken: fixed on the spot, and no photos to show it
        return town.worker.report(fixed=True) if number % 3 == 0 else town.worker.report()

    answers = at_once([lambda n=n: report(n) for n in range(60)])
    assert statuses(answers) == {201: 40, 422: 20}
    town.house.kill("web")
    town.house.start("web")
    answers += at_once([lambda n=n: report(n) for n in range(30)])
    numbers = [answer.get_json()["number"] for answer in answers if answer.status_code == 201]
    assert len(numbers) == len(set(numbers)) == 60


def test_the_same_change_and_end_of_a_resident_sent_many_times_at_once_are_one(town):
    kept, op_id, end_id = residents.keep(town.township, residents.old_woman()), uuid4(), uuid4()
    changed = at_once([lambda: residents.change(town.township, kept, op_id=op_id, cares=["disabled"])] * 8)
    assert statuses(changed) == {201: 1, 200: 7}
    fresh = residents.read(town.township, kept)
    ended = at_once([lambda: residents.end(town.township, fresh, "mistake", op_id=end_id)] * 8)
    assert statuses(ended) == {201: 1, 200: 7}
