"""Half a working day is a limit: set on a page, counted, stored, answered, written to a file and proved."""

import json
import re
from datetime import UTC, datetime

from app.cases.models import CaseClock
from app.catalogue.document_list import content_of, history
from app.core.db import db
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.town import HOUSING, SIGN_FIRST
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
    assert 'step="0.5"' in desk.get(FIGURES).text
    assert _settle(desk, "0.3").status_code == 422
    assert _settle(desk, "0").status_code == 422
    assert _settle(desk, "1.5").status_code == 303
    assert "1.5 个工作日" in desk.get(f"/admin/catalogue/class/{SIGN_FIRST}").text

    classes = town.worker.get("catalogue").get_json()["classes"]
    condition = next(one for one in classes if one["code"] == SIGN_FIRST)["conditions"][0]
    assert (condition["limit"], condition["limit_kind"], condition["limits"]["C"]["limit"]) == (1.5, "work_days", 1.5)

    case = town.handling(class_code=SIGN_FIRST, lead=HOUSING)
    limit = clocks_of(case, "handle")[-1]
    # Monday 10:00 with 1.5 days: the rest of Monday is 5.5 h of 7.5, there are 11.25 h: 5.75 h into Tuesday, 16:15
    assert (limit["limit"], limit["due_at"]) == (1.5, "2026-12-01T08:15:00+00:00")
    with town.app.app_context():
        row = db.session.query(CaseClock).filter_by(stage="handle").one()
        assert (row.amount, row.half, row.limit) == (1, True, 1.5)
    # a correction counts the limit anew and finds the same
    again = town.duty.act(case, "correct", address="胜利街口")
    assert clocks_of(again, "handle")[-1]["due_at"] == limit["due_at"]

    with town.app.app_context():
        exported = json.dumps(content_of(history("class", SIGN_FIRST)[0]))
    assert '"work_days": 1.5' in exported
