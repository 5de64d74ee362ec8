"""Half a working day is a limit: set on a page, counted, stored, answered, written to a file and proved."""

import json
import re
import tempfile
from datetime import UTC, datetime

from app.cases.clocks.clock_states import limit_of
from app.cases.models import CaseClock
from app.catalogue import service as catalogue
from app.catalogue.document_list import content_of, history
from app.core.db import db
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, HOUSING, SIGN_FIRST
from tests.support.elements import elements, rows_of
from tests.support.looks import clocks_of

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)  # 10:00, two of the day's seven and a half hours have passed
FIGURES = f"/admin/catalogue/figures/class/{SIGN_FIRST}"


def _settle(desk, typed):
    """Set every limit of the class that is still an example to so many working days."""
    names = set(re.findall(r'name="(n-\d+-work_days)"', desk.get(FIGURES).text))
    numbers = dict.fromkeys(names, typed)
    return desk.post(
        FIGURES, {"seen": 1, "source": "县发〔2026〕9号", "pick": [n.split("-")[1] for n in names], **numbers}
    )


def test_half_a_working_day_is_a_limit_everywhere(town, clock):
    clock.set(MONDAY)
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    limits = elements(desk.get(FIGURES).text, "input", type="number", step="0.5")
    assert [one for one in limits if one.attributes["name"].endswith("-work_days")]
    assert _settle(desk, "0.3").status_code == 422
    assert _settle(desk, "0").status_code == 422
    assert _settle(desk, "1.5").status_code == 303
    assert "1.5 个工作日" in [
        row[1] for row in rows_of(desk.get(f"/admin/catalogue/class/{SIGN_FIRST}").text, class_="content")
    ]

    classes = town.worker.get("catalogue").get_json()["classes"]
    condition = next(one for one in classes if one["code"] == SIGN_FIRST)["conditions"][0]
    assert (condition["limit"], condition["limit_kind"], condition["limits"]["C"]["limit"]) == (1.5, "work_days", 1.5)

    case = town.handling(class_code=SIGN_FIRST, lead=HOUSING)
    limit = clocks_of(case, "handle")[-1]
    # Monday 10:00 with 1.5 days: the rest of Monday is 5.5 h of 7.5, there are 11.25 h: 5.75 h into Tuesday, 16:15
    assert (limit["limit"], limit["due_at"]) == (1.5, "2026-12-01T08:15:00+00:00")
    with town.app.app_context():
        row = db.session.query(CaseClock).filter_by(stage="handle").one()
        assert (row.amount, row.half, limit_of(row)) == (1, True, 1.5)
    # a correction counts the limit anew and finds the same
    again = town.duty.act(case, "correct", address="胜利街口")
    assert clocks_of(again, "handle")[-1]["due_at"] == limit["due_at"]

    with town.app.app_context():
        exported = json.dumps(content_of(history("class", SIGN_FIRST)[0]))
    assert '"work_days": 1.5' in exported


def _days(town, amount):
    """Let garbage have so many working days, and nothing preset for an extension."""
    content = {name: part for name, part in seed_content(GARBAGE).items() if name != "extra_limit"}
    content["conditions"][0]["limits"] = {area: {"work_days": amount, "source": "example"} for area in "ABC"}
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(tempfile.mkdtemp(), ("class", GARBAGE, content))], by="test")


def test_the_share_of_a_day_for_an_extension_is_half_a_day_and_so_is_what_the_case_gains(town, clock):
    """One working day and half of it; a case has three more than its handling.

    Filed on Tuesday 24 November at 9:00 with 4 days: Monday 30, 9:00. Sent and signed on Friday at 9:00 with one day:
    Monday, 9:00, too. Half a day later is 3.75 hours of 7.5: three until noon, 45 minutes from 14:30: 15:15.
    """
    _days(town, 1)
    clock.set(datetime.fromisoformat("2026-11-24T09:00:00+08:00"))
    case = town.filed()
    clock.set(datetime.fromisoformat("2026-11-27T09:00:00+08:00"))
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    before = [clocks_of(case, name)[0]["due_at"] for name in ("handle", "case")]
    assert before == ["2026-11-30T01:00:00+00:00"] * 2
    for minute, is_long in ((16, True), (15, False)):
        until = f"2026-11-30T15:{minute}:00+08:00"
        case = town.housing.act(case, "ask_extension", due_at=until, reason="等待材料")
        assert case["tasks"][0]["ask_data"]["long"] is is_long
        if is_long:
            case = town.housing.act(case, "withdraw_ask")
    case = town.duty.act(case, "grant_extension")
    after = [clocks_of(case, name)[0]["due_at"] for name in ("handle", "case")]
    assert after == ["2026-11-30T07:15:00+00:00"] * 2


def test_half_a_day_may_be_extended_by_half_a_day(town, clock):
    """Signed on Monday at 9:00: 15:15; half a day later is 2.75 hours until 18:00 and one from 8:00: Tuesday, 9:00."""
    _days(town, 0.5)
    clock.set(datetime.fromisoformat("2026-11-23T09:00:00+08:00"))
    case = town.handling()
    assert clocks_of(case, "handle")[0]["due_at"] == "2026-11-23T07:15:00+00:00"
    case = town.housing.act(case, "ask_extension", due_at="2026-11-24T09:01:00+08:00", reason="等待材料")
    assert case["tasks"][0]["ask_data"]["long"] is True
