"""Administrators who let each other go at the same moment: one of them stays."""

import pytest
from sqlalchemy import select

from app.core.db import db
from app.identity.models import AssignmentRow, PersonRow
from tests.factories.grids import COUNTY
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
ROUNDS = 4


def left(town):
    """Who still administers the county."""
    with town.app.app_context():
        wanted = select(AssignmentRow.person_id).join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        holds = (AssignmentRow.role == "administrator", AssignmentRow.valid_to.is_(None), PersonRow.active)
        return db.session.scalars(wanted.where(*holds)).all()


def post(town, actor, path):
    return town.client.post(f"/admin/people/{path}", headers={**actor.headers, "Accept": "text/html"})


def assignment_of(town, actor):
    with town.app.app_context():
        wanted = select(AssignmentRow.id).filter_by(person_id=actor.id, role="administrator")
        return db.session.scalars(wanted).one()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_two_who_end_each_others_role_or_account_one_stays(town, turn):
    for person_id in left(town):
        town.dismiss(next(one for one in town.people if one.id == person_id), "administrator")
    pair = [town.hire("administrator", "grid", COUNTY) for _ in range(2)]
    ends = [f"{one.id}/roles/{assignment_of(town, one)}/end" if turn % 2 else f"{one.id}/close" for one in pair]
    assert [actor.headers for actor in pair]  # both are signed in
    answers = at_once([lambda: post(town, pair[0], ends[1]), lambda: post(town, pair[1], ends[0])])
    assert len(left(town)) == 1, [answer.status_code for answer in answers]
    assert max(answer.status_code for answer in answers) < 500
