"""What is long past is deleted."""

from sqlalchemy import func, select

from app.core.db import db
from app.core.transaction import transaction
from app.identity import attempts, jobs
from app.identity.models import SessionRow, SignInCount
from tests.factories.identity import person, token_for


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_counts_and_sessions_go_when_nobody_can_need_them(app_context, clock):
    someone = person()
    token_for(someone)
    with transaction():
        attempts.count("nobody", "192.0.2.1", None)
    jobs.tidy()
    assert (rows(SignInCount), rows(SessionRow)) == (3, 1)
    clock.tick(days=3)
    jobs.tidy()
    assert (rows(SignInCount), rows(SessionRow)) == (0, 1)
    clock.tick(days=30 + 180)
    jobs.tidy()
    assert rows(SessionRow) == 0
