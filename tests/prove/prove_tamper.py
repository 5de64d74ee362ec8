"""10,000 changes behind the door's back, all found and located (5,000 on each database)."""

import click
import pytest

from app.cases.proof import verify
from tests.cases.proof.test_tampering import tamperer, tries

TRIES = 5_000
TOGETHER = 250

__all__ = ["tamperer"]


@pytest.mark.own_database
def test_whatever_is_changed_behind_the_doors_back_is_found_and_located(tamperer):
    done, missed = 0, []
    while done < TRIES:
        more = tries(tamperer, TOGETHER)
        missed += more
        done += TOGETHER
        click.echo("\n".join([*more, f"{done} of {TRIES}, {len(missed)} missed"]))
    assert not missed, "\n".join(missed)
    assert [str(fault) for fault in verify.faults(verify.VerifyScope(), verify.Tally())] == []
