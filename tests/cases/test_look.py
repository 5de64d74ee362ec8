"""What is read to be looked at is what is read to be changed, column by column; only, nothing of it can be changed."""

from uuid import UUID

import pytest

from app.cases.views import case_view
from app.cases.whole import lock_case, look, look_at, read_whole
from app.identity import queries as identity
from tests.factories.town import WATER


@pytest.fixture
def cases(town):
    """Cases with and without tasks, of departments and people, with clocks that run, stand still and have ended."""
    reported = town.worker.report().get_json()
    asked = town.acceptor.act(town.worker.report().get_json(), "verify")
    ticket = town.acceptor.report(source="citizen").get_json()
    return [reported, asked, ticket, town.handling(assist=[WATER]), town.handled(), town.checked()]


def _columns(row):
    """The values of an object or of a row by the names of their columns."""
    mapped = getattr(row, "_mapping", None)
    return dict(mapped) if mapped else {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _owned(whole):
    return [[_columns(row) for row in rows] for rows in ([whole.case], whole.tasks, whole.clocks)], whole.past


def test_a_look_shows_what_the_locked_case_has(town, cases, app_context):
    person = identity.person(town.leader.id)
    for case in cases:
        case_id = UUID(case["case_id"])
        seen, kept = look(case_id), read_whole(lock_case(case_id))
        assert _owned(seen) == _owned(kept)
        assert _owned(look_at([kept.case])[0]) == _owned(kept)
        assert case_view(seen, person) == case_view(kept, person)


def test_what_is_looked_at_cannot_be_changed(town, cases, app_context):
    whole = look(UUID(cases[-1]["case_id"]))
    for row in (whole.case, *whole.tasks, *whole.clocks):
        with pytest.raises(AttributeError):
            row.round = 7
