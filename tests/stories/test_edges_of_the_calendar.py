"""Days at the edge of what a calendar can count are refused wherever one is asked for, and nothing is changed."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.duty.models import DutyRow
from app.identity.models import PersonRow
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.town import GRID
from tests.support.looks import refused

EDGES = ("0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31")
ASKED = (  # by a page's address
    "/admin/duty/?since={}", "/admin/audit/?since={}", "/admin/audit/?until={}", "/board/cases?reported_from={}",
    "/board/cases?reported_to={}", "/board/cases?closed_from={}", "/board/cases?closed_to={}",
)  # fmt: skip


@pytest.mark.parametrize("day", EDGES)
def test_no_day_at_the_edge_of_the_calendar_is_taken(town, day):
    admin = town.hire("administrator", "grid", COUNTY)
    with town.app.app_context():
        account = db.session.get(PersonRow, town.duty.id).username
    desk, leader = Desk(town.app, admin), Desk(town.app, town.supervisor)
    people = {"people": [str(town.duty.id)]}
    refused(admin.send("PUT", f"duty/{COUNTY}/{day}/night", people), 404)
    sheet = f"中心编码,日期,班次,账号\n{COUNTY},{day},night,{account}\n".encode()
    sent = (
        (f"/admin/duty/{COUNTY}", {"who": account, "day": day, "shift": "night"}),
        (f"/admin/duty/{COUNTY}", {"who": account, "day": "2026-12-01", "until": day, "shift": "night"}),
        (f"/admin/duty/{COUNTY}/dismiss", {"person": str(town.duty.id), "day": day, "shift": "night"}),
        ("/admin/duty/sheet", {"file": (BytesIO(sheet), "duty.csv")}),
        (f"/admin/roster/{GRID}", {"who": account, "duty": "worker", "since": day}),
        (f"/admin/people/{town.duty.id}/absences", {"since": day, "until": day}),
        ("/admin/calendars/office/overrides", {
            "day": "1999-12-31" if day == "2100-01-01" else day, "working": "false", "reason": "停", "source": "例",
        }),
        ("/exports/", {"table": "duty", "query": f"since={day}", "format": "csv"}),
    )  # fmt: skip
    answers = {path: desk.post(path, form).status_code for path, form in sent}
    answers |= {path: (leader if "board" in path else desk).get(path.format(day)).status_code for path in ASKED}
    assert {path: code for path, code in answers.items() if not 400 <= code < 500} == {}
    with town.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(DutyRow)) == 0

    case = town.handling()
    assert "data.review_on" in refused(
        town.housing.try_act(case, "ask_deferral", review_on=day, reason="冬季"), 422
    )["fields"]  # fmt: skip
    moment = {"unit": "环卫所", "due_at": f"{day}T23:59:59-12:00"}
    assert "data.due_at" in refused(town.housing.try_act(case, "sub_assign", **moment), 422)["fields"]
