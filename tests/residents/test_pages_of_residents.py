"""The desk's pages of residents: numbers alone, one field for a purpose, and forms that say what is wrong."""

from uuid import uuid4

from tests.desk.browser import Desk, path_of
from tests.factories import residents
from tests.factories.residents import ADDRESS, BIRTH, NAME, PHONE
from tests.factories.town import GRID, NEXT_GRID
from tests.support.elements import elements, rows_of, texts_of


def form(**changes):
    """What the form of entering sends."""
    return {
        "resident_id": str(uuid4()), "subject": "person", "grid": GRID, "cares": ["elderly_alone"], "field-name": NAME,
        "field-address": ADDRESS, "field-phone": PHONE, "field-birth": BIRTH,
        "consent_by": "self", "consent_on": "2026-11-01", **changes,
    }  # fmt: skip


def test_somebody_is_entered_by_a_form_and_shown_by_number(app, town):
    desk = Desk(app, town.township)
    assert texts_of(desk.get("/desk/residents/new").text, "h1") == ["登记居民或住户"]
    sent = form()
    answer = desk.post("/desk/residents/new", sent)
    assert (answer.status_code, path_of(answer)) == (303, f"/desk/residents/{sent['resident_id']}")
    assert desk.post("/desk/residents/new", sent).status_code == 303
    (one,) = residents.listed(town.township)
    text = desk.get("/desk/residents/").text
    assert [row[0] for row in rows_of(text)] == [one["number"]]
    for secret in (NAME, ADDRESS, PHONE):
        assert secret not in text
    wrong = desk.post("/desk/residents/new", form(consent_by="", consent_on="", **{"field-address": ""}))
    assert wrong.status_code == 422
    assert "必填" in " ".join(texts_of(wrong.text, "div", id="about-field-address"))


def test_one_field_is_shown_for_a_purpose_and_not_kept_in_the_address(app, town):
    kept = residents.keep(town.township, residents.old_woman())
    desk = Desk(app, town.township)
    page = f"/desk/residents/{kept['resident_id']}"
    assert PHONE not in desk.get(page).text
    answer = desk.post(f"{page}/reveal", {"field": "phone", "purpose": "探访前联系"})
    assert answer.status_code == 200
    assert texts_of(answer.text, "p", role="status") == [f"电话：{PHONE}"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.post(f"{page}/reveal", {"field": "phone", "purpose": ""}).status_code == 422
    worker = Desk(app, town.worker)
    assert elements(worker.get(page).text, "form", action=f"{page}/reveal") == []
    assert worker.post(f"{page}/reveal", {"field": "phone", "purpose": "探访前联系"}).status_code == 403
    assert Desk(app, town.next_worker).get(page).status_code == 404
    assert len(residents.audited(app, "resident:revealed")) == 1


def test_a_field_is_changed_and_a_care_ends_on_the_page(app, town):
    kept = residents.keep(town.township, residents.old_woman())
    desk = Desk(app, town.township)
    page = f"/desk/residents/{kept['resident_id']}"
    sent = {"seen": kept["seen"], "op_id": str(uuid4()), "field": "phone", "answer": "13935700022"}
    assert desk.post(page, sent).status_code == 303
    assert desk.post(page, sent).status_code == 303, "a double click changes it once"
    assert len(residents.read(town.township, kept)["history"]) == 2
    assert residents.reveal(town.township, kept).get_json()["answer"] == "13935700022"
    assert desk.post(page, {**sent, "op_id": str(uuid4()), "answer": "1"}).status_code == 422
    fresh = residents.read(town.township, kept)
    answer = desk.post(f"{page}/end", {"seen": fresh["seen"], "op_id": str(uuid4()), "reason": "moved"})
    assert (answer.status_code, path_of(answer)) == (303, "/desk/residents/")
    assert desk.get(page).status_code == 404


def test_what_lies_open_of_a_record_is_changed_on_the_page_and_one_care_of_two_ends(app, town):
    home = residents.keep(town.township, residents.household())
    kept = residents.keep(town.township, residents.old_woman())
    desk = Desk(app, town.township)
    page = f"/desk/residents/{kept['resident_id']}"
    sent = {
        "seen": kept["seen"], "op_id": str(uuid4()), "care": "disabled", "grid": NEXT_GRID,
        "household": home["number"], "consent_by": "self", "consent_on": "2026-11-20",
    }  # fmt: skip
    assert desk.post(page, {**sent, "household": "AAAAA-AAAAA"}).status_code == 422
    assert path_of(desk.post(page, sent)) == page
    after = residents.read(town.township, kept)
    assert {one["code"] for one in after["cares"]} == {"disabled", "elderly_alone"}
    assert (after["grid"]["code"], after["household_id"]) == (NEXT_GRID, home["resident_id"])
    assert after["consent"] == {"by": "self", "on": "2026-11-20"}
    ended = {"seen": after["seen"], "op_id": str(uuid4()), "reason": "over", "care": "disabled"}
    assert path_of(desk.post(f"{page}/end", ended)) == page
    assert [one["code"] for one in residents.read(town.township, kept)["cares"]] == ["elderly_alone"]


def test_a_number_is_looked_for_in_the_body_of_a_form(app, town):
    kept = residents.keep(town.township, residents.old_woman())
    desk = Desk(app, town.township)
    address = {"href": f"/desk/residents/{kept['resident_id']}"}
    hits = desk.post("/desk/residents/search", {"field": "phone", "text": PHONE})
    assert texts_of(hits.text, "a", **address) == [kept["number"]]
    none = desk.post("/desk/residents/search", {"field": "phone", "text": "13900000000"})
    assert texts_of(none.text, "a", **address) == []
    assert desk.post("/desk/residents/search", {"field": "address", "text": ADDRESS}).status_code == 422
