"""A phone makes photos smaller: the report says what the camera's own bytes were, and the chain seals it."""

from uuid import uuid4

import pytest

from tests.factories.town import Town

SHA = "a" * 64


def test_the_hashes_of_the_originals_stand_in_the_step_of_the_report(app):
    town, photo = Town(app), str(uuid4())
    case = town.worker.report(attachments=[photo], originals={photo: SHA}).get_json()
    (step,) = town.worker.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert step["data"]["originals"] == {photo: SHA}


@pytest.mark.parametrize("originals", [{"x": SHA}, {str(uuid4()): "short"}, {str(uuid4()): SHA for _ in range(31)}, []])
def test_what_is_no_hash_of_a_photo_is_refused(app, originals):
    answer = Town(app).worker.report(originals=originals)
    assert (answer.status_code, [*answer.get_json()["fields"]]) == (422, ["originals"])
