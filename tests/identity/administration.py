"""What tests of the pages about people share."""

import re
from uuid import uuid4

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.identity import queries, staff_telephones
from app.identity.models import AssignmentRow, PersonRow
from tests.factories.town import GRID
from tests.support.elements import tight

LIST = "/admin/people/"


def of(actor, *more):
    return "/".join(["/admin/people", str(getattr(actor, "id", actor)), *more])


def shown(answer):
    """The people in a list."""
    return re.findall(r'<th scope="row"><a href="/admin/people/([^"]+)"', tight(answer.text))


def ids(*actors):
    return {str(one.id) for one in actors}


def form(**other):
    said = {"person_id": str(uuid4()), "name": "王小明", "username": "wang", "role": "grid_worker", "scope": GRID}
    return {**said, **other}


def row_of(town, actor):
    with town.app.app_context():
        return db.session.get(PersonRow, getattr(actor, "id", actor))


def phone_of(town, actor):
    with town.app.app_context():
        return staff_telephones.of(db.session.get(PersonRow, getattr(actor, "id", actor)))


def held(town, actor):
    with town.app.app_context():
        return [(one.role, one.scope_code) for one in queries.assignments(actor.id)]


def assignment_of(town, actor, role):
    with town.app.app_context():
        wanted = select(AssignmentRow.id).filter_by(person_id=actor.id, role=role)
        return db.session.scalars(wanted.order_by(AssignmentRow.valid_from.desc())).first()


def tags(town):
    with town.app.app_context():
        return [entry.tag for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
