"""A play on a machine so loaded that effects fail at first: they are worked again before somebody builds on them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.cases.models import Case, CaseStep
from app.core import outbox
from app.core.db import db
from app.core.errors import Busy
from app.demo import county, play, rhythm, script
from app.factory import create_app
from app.intake import jobs as intake_jobs
from tests.plugins.application import CHEAP, MONDAY_MORNING
from workflows.case_terms import CaseAction

START = MONDAY_MORNING
PAIR = "the first of two reports of one trouble"


@pytest.fixture
def quiet_county(sqlite_template, tmp_path, monkeypatch):
    """A county in which nothing happens but stories."""
    monkeypatch.setattr(rhythm, "arrivals", lambda *_: iter(()))
    monkeypatch.setattr(script, "STOPS", {})
    with sqlite_template.fresh() as database:
        app = create_app({"DATABASE_URL": database.url, "REDIS_URL": None, "DATA_DIR": str(tmp_path), **CHEAP})
        with app.app_context():
            county.make("hash", START)
            db.session.remove()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def failed():
    """The ends of cases whose effect fails when it is first worked; which were there."""
    seen = []

    def at_second(owed):
        if owed.attempts == 1:
            seen.append(owed.id)
            raise Busy
        intake_jobs.unmerge_carried(owed)

    outbox.on("case.ended", at_second)
    yield seen
    outbox.on("case.ended", intake_jobs.unmerge_carried)


def test_what_failed_at_first_is_there_before_somebody_goes_on_with_it(quiet_county, failed):
    pair = [story for story in script.STORIES if PAIR in (story.name, story.with_story)]
    end = START + timedelta(hours=2, minutes=10)
    played = play.play(quiet_county, START, end, stories=pair)
    assert len(failed) >= 2
    assert played.refused == []
    assert set(played.answers) <= {200, 201}
    with quiet_county.app_context():
        assert outbox.owed() == 0
        assert db.session.scalars(select(Case.state)).all() == ["rejected", "rejected"]
        unmerged = select(func.count()).where(CaseStep.action == CaseAction.UNMERGE)
        assert db.session.scalar(unmerged) == 2  # by an acceptor, and by the system when the other was refused
