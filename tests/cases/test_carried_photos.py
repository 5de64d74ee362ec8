"""Photos and papers that come along with a step belong to the case, whatever the step."""

from uuid import UUID

from app.attachments import queries as attachments
from app.cases.proof import verify
from tests.attachments.pictures import jpeg


def test_the_photo_of_a_remark_belongs_to_the_case_and_can_be_read(app, town):
    case = town.worker.report().get_json()
    photo, _ = town.worker.upload(case, jpeg(), purpose="document")
    case = town.worker.act(case, "comment", text="现场照片", attachments=[photo])
    seen = town.acceptor.get(f"cases/{case['case_id']}/attachments/{photo}")
    assert seen.headers["Cache-Control"] == "private, max-age=0, must-revalidate", (
        "or a shared desk shows it to the next"
    )
    held = {**town.acceptor.headers, "If-None-Match": seen.headers["ETag"]}
    again = town.client.get(f"/api/v1/cases/{case['case_id']}/attachments/{photo}", headers=held)
    assert (again.status_code, again.headers["Cache-Control"]) == (304, seen.headers["Cache-Control"])
    seen.close()
    assert seen.status_code == 200
    with app.app_context():
        named = attachments.of_case(UUID(case["case_id"]))
        assert [(str(each.attachment_id), each.step) for each in named] == [(photo, case["seq"])]
        assert not list(verify.faults(verify.VerifyScope(UUID(case["case_id"])), verify.Tally()))


def test_a_photo_promised_with_a_signature_is_awaited(town):
    case = town.dispatched()
    case = town.housing.act(case, "sign", attachments=["0198a5a0-0000-7000-8000-000000000001"])
    assert case["photos_awaited"] == 1
