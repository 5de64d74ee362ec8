"""Give out case numbers for people: `county-yyyymmdd-nnnn`, in blocks per process, not gap-free."""

import os
import threading
from datetime import datetime

from flask import current_app

from app.cases.models import NumberBlock
from app.core import clock
from app.core.db import db, upsert
from app.core.transaction import after_commit

BLOCK = 20
_lock = threading.Lock()


def take(now: datetime) -> str:
    """Return the next number of the county's local day; inside a transaction. A rolled-back number stays unused."""
    prefix = f"{current_app.config['COUNTY_CODE']}-{clock.local(now):%Y%m%d}"
    held: dict[tuple[int, str], tuple[int, int]] = current_app.extensions.setdefault("gezhi_numbers", {})
    mark = (os.getpid(), prefix)
    with _lock:
        following, end = held.get(mark, (0, 0))
        if following < end:
            held[mark] = (following + 1, end)
            return f"{prefix}-{following:04d}"
    end = _next_after_block(prefix)
    following = end - BLOCK

    def keep_the_rest() -> None:  # only now is the block ours: a rollback would give it to somebody else
        with _lock:
            held.clear()
            held[mark] = (following + 1, end)

    after_commit(keep_the_rest)
    return f"{prefix}-{following:04d}"


def _next_after_block(prefix: str) -> int:
    first = upsert(NumberBlock).values(prefix=prefix, next=1 + BLOCK)
    statement = first.on_conflict_do_update(index_elements=["prefix"], set_={"next": NumberBlock.next + BLOCK})
    end = db.session.scalar(statement.returning(NumberBlock.next))
    assert end is not None  # noqa: S101 - an upsert returns its row
    return end
