"""The catalogue as phones keep it."""

import pytest

from app.catalogue import service
from app.core.transaction import transaction
from tests.factories.catalogue import documents_file, import_seed, seed_content
from tests.factories.identity import acting


@pytest.fixture
def headers(app_context):
    import_seed()
    return acting()


def read(client, headers, **more):
    return client.get("/api/v1/catalogue", headers={**headers, **more})


def test_the_catalogue_comes_whole_in_its_shape(client, headers):
    answer = read(client, headers)
    assert answer.status_code == 200
    assert set(answer.json) == {"version", "services", "classes", "figures", "acts"}
    assert answer.json["figures"] == {
        "duplicate_metres": 50, "duplicate_days": 7, "on_spot_metres": 100, "attachment_bytes": 64 * 1024 * 1024,
    }  # fmt: skip
    urban = next(each for each in answer.json["services"] if each["code"] == "urban")
    assert urban == {
        "code": "urban",
        "name": "城市管理",
        "kind": "base",
        "may_report": ["grid_worker", "auxiliary", "acceptor", "integrator"],
    }
    litter = next(each for each in answer.json["classes"] if each["code"] == "0102")
    assert (litter["name"], litter["major"], litter["service"]) == ("暴露垃圾", "市容环境", "urban")
    assert (litter["check"], litter["self_fix"], litter["form"]) == ("on_spot", True, [])
    assert litter["evidence"] == {"report": 1, "finish": 1, "check": 1, "originals": False}
    assert "乱扔垃圾" in litter["words"]
    shed = next(each for each in answer.json["classes"] if each["code"] == "0101")
    assert shed["evidence"]["originals"]
    first = litter["conditions"][0]
    assert (first["condition"], first["limit"], first["limit_kind"]) == ("1", 240, "work_minutes")
    assert first["text"].startswith("主次干道")
    assert first["limits"]["C"]["limit"] == 480
    assert len(answer.json["classes"]) == 270
    assert litter["urgent_limit"] == {"limit": 480, "limit_kind": "urgent_minutes", "source": "example"}
    assert litter["call_now"] == []
    assert next(each for each in answer.json["classes"] if each["code"] == "0403")["call_now"] == ["119"]


def test_a_class_without_an_urgent_limit_of_its_own_has_the_countys(client, headers, tmp_path):
    content = {**seed_content("0102")}
    del content["urgent_limit"]
    with transaction():
        service.import_files([documents_file(tmp_path, ("class", "0102", content))], by="test")
    litter = next(each for each in read(client, headers).json["classes"] if each["code"] == "0102")
    assert litter["urgent_limit"] == {"limit": 1440, "limit_kind": "urgent_minutes", "source": "example"}


def test_classes_nobody_reports_under_stay_out(client, headers):
    codes = {each["code"] for each in read(client, headers).json["classes"]}
    assert "C0102" in codes
    assert "GX-2401" in codes
    assert not any(code.startswith(("JY-", "DS-")) for code in codes)


def test_who_has_it_already_gets_304_until_it_changes(client, headers, app_context, tmp_path):
    first = read(client, headers)
    tag = first.headers["ETag"]
    assert "no-store" not in first.headers["Cache-Control"]
    again = read(client, headers, **{"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    change(tmp_path)
    fresh = read(client, headers, **{"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != tag
    assert fresh.json["version"] != first.json["version"]


def change(folder):
    content = {**seed_content("0102"), "note": "改"}
    with transaction():
        service.import_files([documents_file(folder, ("class", "0102", content))], by="test")


def test_the_second_reading_costs_only_the_sign_in(client, headers, query_count):
    read(client, headers)
    with query_count() as seen:
        read(client, headers)
    assert len(seen) <= 1, seen


def test_without_a_session_it_is_401(client, headers):
    assert client.get("/api/v1/catalogue").status_code == 401


def test_phones_are_told_how_large_an_attachment_the_server_takes(client, headers, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_ATTACHMENT_BYTES", 5_000_000)
    answer = read(client, headers)
    assert answer.json["figures"]["attachment_bytes"] == 5_000_000
