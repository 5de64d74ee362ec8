"""Whatever is changed behind the door's back is found, and where; `./gezhi prove tamper` tries it more often."""

import pytest

from app.audit import seals
from app.cases.proof import verify
from app.core.db import db
from tests.cases.proof.tampering import Tamperer, found_of, is_located
from tests.factories.lively import lively

TRIES = 150  # on each database
SEED = 20261128


@pytest.fixture
def tamperer(app, town, clock, database, monkeypatch):
    """A lively county, everything sealed in small batches, and somebody who tampers with it."""
    lively(town, clock)
    monkeypatch.setattr(seals, "BATCH", 25)
    with app.app_context():
        seal_all()
        yield Tamperer(database.url, SEED)


def seal_all():
    """Let everything be sealed that was written."""
    seals.sweep(0.0)
    seals.sweep(seals.SETTLED_SECONDS)


def tries(tamperer, number):
    """Tamper so many times; return what was not found, or not located."""
    missed = []
    for _ in range(number):
        done = tamperer.tamper()
        found = found_of(done)
        if not is_located(done, found):
            named = [(each.table, each.key, each.column, each.wrong.en) for each in found[:4]]
            missed.append(f"{done}: {named}; {tamperer.difference(done)}")
        tamperer.put_back(done)
        db.session.close()
    return missed


@pytest.mark.own_database
def test_whatever_is_changed_behind_the_doors_back_is_found_and_located(tamperer):
    assert [str(fault) for fault in verify.faults(verify.VerifyScope(), verify.Tally())] == []
    missed = tries(tamperer, TRIES)
    assert not missed, "\n".join(missed)
    assert [str(fault) for fault in verify.faults(verify.VerifyScope(), verify.Tally())] == []
