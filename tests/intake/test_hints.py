"""What a device adds by itself never costs work: what cannot be used is dropped, and noted beside the step."""

import base64
from itertools import product
from uuid import uuid4

import pytest

from app.core.hints import Hint, HintedMoment
from app.core.schemas import Schema
from tests.attachments.pictures import PDF, encoded, jpeg, picture
from tests.desk.browser import Desk
from tests.factories.town import GARBAGE, HERE
from tests.support.elements import texts_of
from tests.support.phone import act_of, report_of

pytestmark = pytest.mark.one_database
BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
UNUSABLE = (
    "1970-01-01T00:12:00Z", "1980-01-01T00:00:00+08:00", "2100-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00+14:00", "2026-11-23T09:00:00", "yesterday", "x" * 500, "\x00", 0, 1e300, True, {}, [1],
    {"a": []},
)  # fmt: skip
NOTHING = (None, "", " 　")
PADDED = " 2026-11-23T00:59:00Z\u3000"


def steps_of(actor, case_id):
    """The steps of a case."""
    return actor.get(f"cases/{case_id}/steps").get_json()["items"]


def dropped(actor, case_id):
    """What the last step of a case notes as dropped."""
    return steps_of(actor, case_id)[-1]["data"].get("dropped")


def by_report(actor, name, value):
    """Say it with a report."""
    case_id = str(uuid4())
    answer = actor.send("PUT", f"cases/{case_id}", BODY | {name: value})
    return case_id, answer.status_code, answer.get_json()


def by_sync(actor, name, value):
    """Say it in an exchange, where its name may stand."""
    case_id = str(uuid4())
    report = report_of(case_id, BODY | ({"found_at": value} if name == "found_at" else {}))
    report |= {"phone_at": value} if name == "phone_at" else {}
    body = {"operations": [report], **({"phone_now": value} if name == "phone_now" else {})}
    answer = actor.send("POST", "sync", body)
    assert answer.status_code == 200, answer.get_json()
    (result,) = answer.get_json()["results"]
    return case_id, result["status"], result["body"]


def by_step(actor, name, value):
    """Say it with an act."""
    case_id = actor.report().get_json()["case_id"]
    body = {"op_id": str(uuid4()), "action": "comment", "seen": 1, "data": {"text": "已拍照"}, name: value}
    answer = actor.send("POST", f"cases/{case_id}/steps", body)
    return case_id, answer.status_code, answer.get_json()


WAYS = [
    *product([by_report, by_sync], ["found_at", "phone_at", "phone_now"]),
    *product([by_step], ["phone_at", "phone_now"]),
]


@pytest.mark.parametrize(("way", "name"), WAYS)
def test_a_time_that_no_device_can_mean_is_dropped_and_noted(town, way, name):
    for value in UNUSABLE:
        case_id, status, body = way(town.worker, name, value)
        assert status == 201, (value, body)
        assert dropped(town.worker, case_id) == [name], value
    for value in (*NOTHING, PADDED):
        case_id, status, body = way(town.worker, name, value)
        assert status == 201, (value, body)
        assert dropped(town.worker, case_id) is None, value


def test_a_time_with_blanks_around_it_is_read(town):
    case_id, _, body = by_report(town.worker, "found_at", PADDED)
    assert body["found_at"] == "2026-11-23T00:59:00+00:00"
    assert dropped(town.worker, case_id) is None


def test_how_exactly_a_place_was_measured_is_dropped_when_it_says_nothing(town):
    for value in (-1, 10**9, 12.5, "12", "good", None):
        case = town.worker.report().get_json()
        town.acceptor.act(case, "verify", verifier=str(town.worker.id))
        spot = {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}
        body = town.worker.act(case, "confirm_true", accuracy_m=value, **spot)
        assert body["finding"] == "true"
        assert dropped(town.worker, case["case_id"]) == (None if value is None else ["accuracy_m"]), value


def test_a_word_that_nobody_knows_for_how_a_place_came_about_is_dropped(town):
    for value in ("guessed", 7, {}, "", " chosen "):
        case = town.worker.report().get_json()
        town.acceptor.act(case, "verify", verifier=str(town.worker.id))
        spot = {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}
        town.worker.act(case, "confirm_true", placed=value, **spot)
        known = isinstance(value, str) and value.strip() in ("", "chosen")
        assert dropped(town.worker, case["case_id"]) == (None if known else ["placed"]), value


def test_a_phone_with_an_empty_battery_sends_everything_and_again_changes_nothing(town):
    case_id = str(uuid4())
    operations = [
        report_of(case_id, BODY | {"found_at": "1970-01-01T00:10:00Z"}) | {"phone_at": "1970-01-01T00:11:00Z"},
        act_of(case_id, "comment", None, str(uuid4()), text="已拍照") | {"phone_at": "1970-01-01T00:12:00Z"},
    ]
    exchange = {"phone_now": "1970-01-01T00:12:00Z", "operations": operations}
    first = town.worker.send("POST", "sync", exchange).get_json()
    assert [one["status"] for one in first["results"]] == [201, 201]
    noted = [each["data"]["dropped"] for each in steps_of(town.worker, case_id)]
    assert noted == [["found_at", "phone_at", "phone_now"], ["phone_at", "phone_now"]]
    for again in (exchange, exchange | {"phone_now": "2026-11-23T01:00:00Z"}):
        results = town.worker.send("POST", "sync", again).get_json()["results"]
        assert [one["status"] for one in results] == [200, 200]


def test_what_was_dropped_stands_in_the_timeline_in_words(app, town):
    photo = str(uuid4())
    case = town.worker.report(found_at="1980-01-01T00:00:00Z", phone_at="x", attachments=[photo]).get_json()
    put(town.worker, case["case_id"], photo, jpeg(), "image/png", "purpose=before&taken_at=1980-01-01T00:00:00Z")
    (way,) = texts_of(Desk(app, town.acceptor).get(f"/desk/cases/{case['case_id']}").text, "ol", class_="way")
    for words in ("不可信、未采用", "发现时间、手机上的办理时间", "照片类型、拍摄时间"):
        assert words in way, words


# --- photos ---


def put(actor, case_id, photo, content, kind, beside):
    """Send a photo whole."""
    path = f"/api/v1/cases/{case_id}/attachments/{photo}?{beside}"
    return actor.town.client.put(path, data=content, content_type=kind, headers=actor.headers)


def by_pieces(actor, pairs, content):
    """Send a photo by tus with metadata of one's own; return the last answer."""
    headers = {**actor.headers, "Tus-Resumable": "1.0.0"}
    said = ",".join(f"{key} {value}".strip() for key, value in pairs.items())
    client = actor.town.client
    began = client.post(
        "/api/v1/uploads", headers={**headers, "Upload-Length": str(len(content)), "Upload-Metadata": said}
    )
    if began.status_code != 201:
        return began
    return client.patch(
        began.headers["Location"], data=content, content_type="application/offset+octet-stream",
        headers={**headers, "Upload-Offset": "0"},
    )  # fmt: skip


def metadata(case_id, photo, **more):
    """The metadata of a photo, in base64."""
    said = {"case_id": case_id, "attachment_id": photo, "purpose": "before", **more}
    return {key: base64.b64encode(str(value).encode()).decode() for key, value in said.items()}


def file_of(actor, case_id, photo):
    """A photo as the timeline shows it."""
    files = [file for step in steps_of(actor, case_id) for file in step["files"]]
    return next(file for file in files if file["attachment_id"] == photo)


@pytest.fixture
def awaited(town):
    """A worker, a case of theirs, and the next photo that it waits for."""
    photos = [str(uuid4()) for _ in range(30)]
    case_id = town.worker.report(attachments=photos).get_json()["case_id"]
    return town.worker, case_id, iter(photos)


def test_a_photo_with_a_date_that_no_camera_means_is_taken_by_both_ways(awaited):
    worker, case_id, photos = awaited
    for value in ("1980-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "yesterday", "x" * 300):
        photo = next(photos)
        assert put(worker, case_id, photo, jpeg(), "image/jpeg", f"purpose=before&taken_at={value}").status_code == 201
        assert file_of(worker, case_id, photo)["dropped"] == ["taken_at"]
        photo = next(photos)
        assert by_pieces(worker, metadata(case_id, photo, taken_at=value), jpeg()).status_code == 204
        assert file_of(worker, case_id, photo)["dropped"] == ["taken_at"]


def test_a_place_that_lies_nowhere_is_dropped(awaited):
    worker, case_id, photos = awaited
    for beside, names in (("lon=999&lat=36", ["lon"]), ("lon=nan&lat=x", ["lat", "lon"]), ("lon=&lat=", [])):
        photo = next(photos)
        assert put(worker, case_id, photo, jpeg(), "image/jpeg", f"purpose=before&{beside}").status_code == 201
        assert file_of(worker, case_id, photo)["dropped"] == names


def test_the_bytes_decide_what_a_photo_is(awaited):
    worker, case_id, photos = awaited
    heic, png = encoded(picture(), "HEIF"), encoded(picture(), "PNG")
    for content, kind, real in ((heic, "image/jpeg", "image/heic"), (png, "text/plain", "image/png")):
        photo = next(photos)
        assert put(worker, case_id, photo, content, kind, "purpose=before").status_code == 201
        file = file_of(worker, case_id, photo)
        assert (file["type"], file["dropped"]) == (real, ["content_type"])
        photo = next(photos)
        assert by_pieces(worker, metadata(case_id, photo, filetype=kind), content).status_code == 204
        assert file_of(worker, case_id, photo)["type"] == real
    papers = put(worker, case_id, next(photos), PDF, "image/jpeg", "purpose=before")
    assert (papers.status_code, papers.get_json()["code"]) == (422, "photo_refused")  # no photo, whatever it is called


def test_metadata_that_is_no_text_is_dropped_where_it_only_hints(awaited):
    worker, case_id, photos = awaited
    gbk = base64.b64encode("照片".encode("gbk")).decode()
    noted = {"taken_at": ["taken_at"], "lon": ["lon"], "lat": ["lat"], "filetype": ["filetype"]}
    for broken in ("!!!", "abc", gbk, "é"):
        for name, names in noted.items():
            photo = next(photos)
            answer = by_pieces(worker, metadata(case_id, photo) | {name: broken}, jpeg())
            assert answer.status_code == 204, (name, broken, answer.get_json())
            assert file_of(worker, case_id, photo)["dropped"] == names, (name, broken)
    assert by_pieces(worker, metadata(case_id, next(photos)) | {"case_id": "!!!"}, jpeg()).status_code == 422


def test_metadata_too_long_to_be_kept_loses_its_hints_alone(awaited):
    worker, case_id, photos = awaited
    hints = ["filetype", "lat", "lon", "taken_at"]
    for lost in (*([name] for name in hints), hints):
        photo = next(photos)
        said = metadata(case_id, photo, **{"filetype": "image/jpeg"} | dict.fromkeys(lost, "9" * 1_500))
        answer = by_pieces(worker, said, jpeg())
        assert answer.status_code == 204, (lost, answer.get_json())
        assert file_of(worker, case_id, photo)["dropped"] == lost
    for name in ("case_id", "attachment_id", "purpose"):
        said = metadata(case_id, next(photos)) | {name: "OTk5" * 500}
        assert by_pieces(worker, said, jpeg()).status_code == 422, name


def test_what_clients_of_tus_say_of_a_file_is_passed_over(awaited):
    worker, case_id, photos = awaited
    for more in (
        {"name": "照片.jpg", "filename": "照片.jpg", "type": "image/jpeg", "relativePath": "a" * 3_000},
        {"purpose": " before ", "filetype": " image/jpeg\t", "lon": " 111.9 ", "lat": " 36.2 "},
        {"filetype": "x" * 500},
    ):
        assert by_pieces(worker, metadata(case_id, next(photos), **more), jpeg()).status_code == 204, more
    gbk = base64.b64encode("照片.jpg".encode("gbk")).decode()
    known = metadata(case_id, next(photos))
    assert by_pieces(worker, known | {"filename": gbk, "is_confidential": "", "x": "!!!"}, jpeg()).status_code == 204
    assert by_pieces(worker, known | {"purpose": gbk}, jpeg()).status_code == 422  # what counts is never "absent"


def test_a_schema_that_would_not_note_what_it_drops_has_no_hints():
    class DeafOut(Schema):
        """A schema that notes nothing."""

        at = HintedMoment("x")

    with pytest.raises(TypeError, match="HintedSchema"):
        DeafOut()


def test_times_of_devices_are_hints_wherever_they_come_in():
    schemas = below(Schema)
    named = {
        f"{schema.__name__}.{name}": field
        for schema in schemas
        for name, field in schema._declared_fields.items()
        if name in ("found_at", "phone_at", "phone_now", "taken_at") and not schema.__name__.endswith("Out")
    }
    assert {"ReportIn.found_at", "StepIn.phone_at", "SyncIn.phone_now", "OfferIn.taken_at"} <= named.keys()
    assert [name for name, field in named.items() if not isinstance(field, Hint)] == []


def below(schema):
    """All schemas that are made from one."""
    return [one for each in schema.__subclasses__() for one in (each, *below(each))]
