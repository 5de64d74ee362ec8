"""What an older version left above, when the lowest of a chain of merges was parted, goes after the upgrade."""

import flask_migrate
import pytest
from sqlalchemy import text

from app.core.db import db
from app.core.transaction import transaction
from app.factory import MIGRATIONS
from tests.stories.test_merge_chains import _carries, _chain, _proven
from tests.stories.test_tickets import _hotline


@pytest.mark.own_database
def test_a_chain_that_was_parted_before_carries_no_more_after_the_upgrade_what_has_gone(app, town):
    ticket = _hotline(town, external_no="12345-1", secret=True)
    line = _chain(town, ticket)
    town.acceptor.act(ticket, "unmerge", reason="不是同一处")
    with app.app_context():
        with transaction() as session:  # as if the effect had gone no further than the case between
            session.execute(text("DELETE FROM outbox"))
        for command, revision in ((flask_migrate.downgrade, "0045"), (flask_migrate.upgrade, "head")):
            db.session.remove()
            command(directory=str(MIGRATIONS), revision=revision)
    town.drain()
    assert _carries(town, line[-1]) == ([], None, False, False)
    assert _proven(town, *line)
