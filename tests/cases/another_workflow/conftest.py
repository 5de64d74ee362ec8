"""The office of the workflow that is not the case's, and how its people act."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.cases import protocol
from app.cases.models import Case
from app.core.db import db
from app.core.permissions import Permission
from app.identity import queries as identity
from tests.factories import permit
from tests.factories.grids import COUNTY
from tests.factories.identity import role
from tests.factories.permit import NAME, P
from tests.factories.town import HOUSING

READING = (P.READ, P.ACT, Permission.ATTACHMENT_UPLOAD, Permission.CASE_READ, Permission.NOTICE_READ)


@pytest.fixture
def office(town, monkeypatch):
    """The office that gives permits: a clerk, a bureau, a surveyor, and a permit that has just been applied for."""
    with town.app.app_context():
        role("permit_clerk", permissions=(*READING, P.DECIDE), scope_kind="centre")
        role("permit_bureau", permissions=(*READING, P.TELL), scope_kind="department")
        role("permit_surveyor", permissions=(*READING, P.SURVEY))
    surveyor = town.hire("permit_surveyor", "grid", COUNTY)
    monkeypatch.setitem(protocol._tables, NAME, permit.table(surveyor.id))
    office = SimpleNamespace(
        town=town,
        inside=lambda work: _inside(town.app, work),
        clerk=town.hire("permit_clerk", "centre", COUNTY),
        bureau=town.hire("permit_bureau", "department", HOUSING),
        surveyor=surveyor,
    )
    with town.app.app_context():
        office.case = str(permit.apply(identity.person(office.clerk.id)))
        office.number = db.session.scalar(select(Case.number).where(Case.case_id == UUID(office.case)))
    return office


def _inside(app, work):
    with app.app_context():
        return work()


@pytest.fixture
def act(office):
    """Take a step of the permit as it is now, through the interface; return the answer's body."""

    def taken(actor, action, status=201, **data):
        seen = actor.get(f"cases/{office.case}").get_json()["seq"]
        body = {"op_id": str(uuid4()), "action": action, "seen": seen, "data": data}
        answer = actor.send("POST", f"cases/{office.case}/steps", body)
        assert answer.status_code == status, answer.get_json()
        return answer.get_json()

    return taken
