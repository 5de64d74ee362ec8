"""Somebody asks what is kept of them: a paper with all its maker may read, audited, stored nowhere."""

import pytest

from tests.desk.browser import Desk
from tests.factories import residents
from tests.factories.grids import COUNTY
from tests.factories.residents import HEALTH, NAME, PHONE
from tests.factories.town import NEXT_GRID
from tests.support.elements import errors_at, rows_of, texts_of
from tests.support.looks import refused

ASKED = {"asked_by": "self", "identity_checked": True, "purpose": "本人到窗口查阅"}


@pytest.fixture
def kept(town):
    return residents.keep(town.township, residents.old_woman())


def state(actor, kept, **changes):
    return actor.send("POST", f"residents/{kept['resident_id']}/statement", {**ASKED, **changes})


def test_a_statement_says_what_is_kept_why_who_reads_it_for_how_long_and_who_has_read_it(app, town, kept):
    assert residents.reveal(town.township, kept, purpose="核对电话").status_code == 200
    told = state(town.township, kept).get_json()
    assert (told["number"], told["cares"]) == (kept["number"], ["独居老人"])
    by_label = {one["label"]: one for one in told["fields"]}
    assert {one["text"] for one in told["fields"]} >= {NAME, PHONE, HEALTH}
    health = by_label["健康和行动情况"]
    assert (health["sensitive"], health["articles"]) == (True, ["13(1)", "28", "29", "30"])
    assert "2026-11-01" in health["consent"]
    assert all(one["purpose"] and one["readers"] and "天" in one["until"] for one in told["fields"])
    (reading,) = told["readings"]
    assert reading["by"].startswith(town.township.name)
    assert (reading["fields"], reading["purpose"]) == ("电话", "核对电话")
    (entry,) = residents.audited(app, "resident:stated", kept["resident_id"])
    assert (entry["reason"], entry["asked_by"], entry["person_id"]) == (
        "本人到窗口查阅",
        "resident_self",
        town.township.id,
    )
    assert PHONE not in str(entry)
    again = state(town.township, kept).get_json()
    assert [one["how_en"] for one in again["readings"]] == ["Put into such a statement", "Read"]


def test_nobody_states_more_than_they_may_read(app, town, kept):
    residents.let_supervisors_keep(app, but=("health",))
    supervisor = town.hire("supervisor", "grid", COUNTY)
    before = state(town.township, kept).get_json()
    theirs = state(supervisor, kept)
    assert theirs.status_code == 200
    assert HEALTH not in theirs.get_data(as_text=True)
    assert residents.change(supervisor, residents.read(supervisor, kept), cares=["secret"], fields={
        "secret_note": "甲事"
    }).status_code == 201  # fmt: skip
    assert residents.reveal(supervisor, kept, field="secret_note").status_code == 200
    after = state(town.township, kept).get_json()
    assert "甲事" not in str(after)
    assert after["fields"] == before["fields"]
    assert not any("另册" in one["fields"] for one in after["readings"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity_checked": False}, "identity_checked"),
        ({"asked_by": "friend"}, "asked_by"),
        ({"purpose": ""}, "purpose"),
    ],
)
def test_who_asks_is_checked_and_why_is_said(app, town, kept, changes, field):
    assert field in refused(state(town.township, kept, **changes), 422)["fields"]
    assert residents.audited(app, "resident:stated") == []


def test_others_may_not(town, kept):
    stranger = town.hire("township_leader", "grid", NEXT_GRID)
    refused(state(stranger, kept), 404, "resident_unknown")
    refused(state(town.worker, kept), 403)


def test_the_desk_prints_it_once_and_keeps_nothing(app, town, kept):
    desk = Desk(app, town.township)
    page = f"/desk/residents/{kept['resident_id']}"
    sent = {"asked_by": "guardian", "identity_checked": "true", "purpose": "监护人查阅"}
    answer = desk.post(f"{page}/statement", sent)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert any(PHONE in row for row in rows_of(answer.text))
    assert texts_of(answer.text, "h1") == [f"个人信息告知书 {kept['number']}"]
    wrong = desk.post(f"{page}/statement", {"asked_by": "self", "purpose": "查阅"})
    assert wrong.status_code == 422
    assert PHONE not in wrong.text
    assert PHONE not in desk.get(page).text
    assert errors_at(wrong.text, "purpose") == []
