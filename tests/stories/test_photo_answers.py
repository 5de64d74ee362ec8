"""A question of a form for photos: the answer names some of the report's own, which have come or follow."""

import tempfile
from uuid import uuid4

import pytest

from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused
from app.core.transaction import transaction
from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.elements import facts_of
from tests.support.looks import guarded, refused
from tests.support.phone import report_of

CRACK = {"field": "crack", "label": "裂缝近照", "label_en": "The crack", "type": "photo", "least": 1, "most": 2,
         "required": True}  # fmt: skip


PLACED = {"class": GARBAGE, "description": "墙裂", "lon": HERE[0], "lat": HERE[1]}


@pytest.fixture
def asking(town):
    """The town, whose class of garbage asks for photos."""
    bring(town, "class", GARBAGE, {**seed_content(GARBAGE), "form": [CRACK]})
    return town


def bring(town, *document):
    with tempfile.TemporaryDirectory() as folder, town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, document)], by="test")


def photos(count):
    return [str(uuid4()) for _ in range(count)]


def test_the_answer_names_photos_of_the_report_and_shows_how_many(asking):
    town, case_id, ids = asking, str(uuid4()), photos(2)
    for photo in ids:
        assert town.worker.upload(case_id, jpeg(), purpose="before", attachment_id=photo)[1].status_code == 201
    answer = town.worker.report(case_id=case_id, attachments=ids, form={"crack": ids})
    assert answer.status_code == 201, answer.get_json()
    case = answer.get_json()
    assert (case["form"], case["photos_awaited"]) == ({"crack": ids}, 0)
    again = town.worker.report(case_id=case_id, attachments=ids, form={"crack": ids})
    assert again.status_code == 200
    page = Desk(town.app, town.acceptor).get(f"/desk/cases/{case_id}").text
    assert ("裂缝近照", "2 张照片") in facts_of(page)
    dossier = Desk(town.app, town.supervisor).get(f"/board/cases/{case_id}").text
    assert ("填报内容", "裂缝近照：2 张照片") in facts_of(dossier)


def test_photos_of_nobody_or_too_many_are_refused_and_nothing_begins(asking):
    town = asking
    own, case_id = photos(3), str(uuid4())
    for form in (photos(1), own, [own[0], own[0]], own[0], ["x"], [own[0].upper()]):
        body = refused(town.worker.report(case_id=case_id, attachments=own, form={"crack": form}), 422)
        assert set(body["fields"]) == {"form.crack"}, form
    assert town.worker.get(f"cases/{case_id}").status_code == 404
    another = town.worker.report(attachments=own[:1], form={"crack": own[:1]}).get_json()
    body = refused(town.worker.report(case_id=case_id, form={"crack": own[:1]}), 422)
    assert set(body["fields"]) == {"form.crack"}, "a photo of another case is none of this one"
    assert another["photos_awaited"] == 1


def test_a_phone_sends_the_answer_before_its_photos_and_no_closing_goes_past_them(asking):
    town, case_id, ids = asking, str(uuid4()), photos(1)
    report = report_of(case_id, {**PLACED, "attachments": ids, "form": {"crack": ids}})
    (result,) = town.worker.send("POST", "sync", {"cursor": None, "operations": [report]}).get_json()["results"]
    assert (result["status"], result["body"]["photos_awaited"]) == (201, 1)
    case = town.duty.act(town.acceptor.act(case_id, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    done, seen = town.photo(), town.photo()
    town.housing.upload(case, jpeg(), attachment_id=done)
    case = town.housing.act(case, "finish", result="已加固", attachments=[done])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[seen])
    guarded(town.duty.try_act(case, "close"), "no_photo_awaited")
    town.worker.upload(case_id, jpeg(), purpose="before", attachment_id=ids[0])
    town.drain()
    assert town.duty.act(case, "close")["photos_awaited"] == 0


def test_a_report_without_the_photo_is_taken_as_one_without_any_detail(asking):
    """A danger without a picture is still reported: that it is asked for is for the phone's page."""
    assert asking.worker.report(form={"crack": []}).status_code == 201
    assert asking.worker.report().status_code == 201


def test_only_the_form_of_a_class_asks_for_photos(town):
    service = {**seed_content("houses", "service"), "classes": []}
    service["rounds"] = [{**service["rounds"][0], "form": [CRACK], "finding_classes": []}]
    with pytest.raises(DocumentRefused) as wrong:
        bring(town, "service", "houses", service)
    assert [name for name in wrong.value.fields if name.endswith("rounds[0].form[0].type")], wrong.value.fields
