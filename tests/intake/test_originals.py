"""A phone makes photos smaller: the report says what the camera's own bytes were, and the chain seals it."""

from uuid import uuid4

from tests.desk.browser import Desk
from tests.factories.town import HERE
from tests.support.elements import elements

SHA = "a" * 64


def said(town, case, action):
    """What the last step of that action holds."""
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    return [each for each in steps if each["action"] == action][-1]["data"]


def test_the_hashes_of_the_originals_stand_in_the_step_of_the_report(town):
    photo = str(uuid4())
    case = town.worker.report(attachments=[photo], originals={photo: SHA}).get_json()
    (step,) = town.worker.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert step["data"]["originals"] == {photo: SHA}


def test_the_hashes_of_the_originals_stand_in_the_step_of_an_act(town):
    photo = str(uuid4())
    case = town.handling()
    town.housing.act(case, "finish", result="已清理", attachments=[photo], originals={photo: SHA})
    assert said(town, case, "finish")["originals"] == {photo: SHA}
    town.worker.act(
        case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[other := str(uuid4())], originals={other: SHA}
    )
    assert said(town, case, "pass_check")["originals"] == {other: SHA}


def test_an_act_keeps_the_hashes_that_are_some_and_notes_the_rest(town):
    photo = str(uuid4())
    case = town.handling()
    town.housing.act(case, "finish", result="已清理", attachments=[photo], originals={"x": SHA, photo: SHA})
    step = said(town, case, "finish")
    assert (step["originals"], step["dropped"]) == ({photo: SHA}, ["originals"])


def test_no_form_asks_a_person_for_hashes(app, town):
    case = town.handling()
    page = Desk(app, town.housing).get(f"/desk/cases/{case['case_id']}/act/finish").text
    names = {one.attributes.get("name", "") for one in elements(page, "input", "select", "textarea")}
    assert "result" in names
    assert not [name for name in names if "originals" in name]


def test_what_is_no_hash_of_a_photo_never_costs_a_report(town):
    photo = str(uuid4())
    for originals, kept in (
        ({"x": SHA}, None), ({photo: "short"}, None), ({photo: None}, None), ([], None), ("x", None), (7, None),
        ({str(uuid4()): SHA for _ in range(31)}, None), ({photo: SHA, str(uuid4()): "short"}, {photo: SHA}),
        ({photo: SHA, str(uuid4()): {}}, {photo: SHA}),
    ):  # fmt: skip
        sent = {"class": None, "description": "井盖破损", "lon": HERE[0], "lat": HERE[1], "originals": originals}
        path = f"cases/{uuid4()}"
        assert town.worker.send("PUT", path, sent).status_code == 201, originals
        assert town.worker.send("PUT", path, sent).status_code == 200, originals
        (step,) = town.worker.get(f"{path}/steps").get_json()["items"]
        assert (step["data"].get("originals"), step["data"]["dropped"]) == (kept, ["originals"]), originals
