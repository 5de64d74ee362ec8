"""Tracks: thinned as they come, measured, and deleted by their date. One is kept only of a started round."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import delete

from app.catalogue import queries as catalogue
from app.core import clock
from app.core.db import db, overwrite_deleted
from app.core.digests import canonical
from app.core.transaction import transaction
from app.grids.coordinates import distance_m
from app.rounds.models import RoundRow, RoundTrack

DAYS = "track_days"
NEAR_METRES = 20  # points nearer to the last one that is kept say nothing; our figure
FASTEST = 50.0  # metres a second: what would be faster is a jump of the receiver; our figure

Point = Sequence[float]  # longitude, latitude, seconds since the start


def thinned(points: Sequence[Point]) -> list[Point]:
    """Return the points that lie apart, without jumps."""
    far: list[Point] = []
    for point in sorted(points, key=lambda one: one[2]):
        if not far:
            far.append(point)
            continue
        apart, seconds = distance_m(*far[-1][:2], *point[:2]), point[2] - far[-1][2]
        if apart >= NEAR_METRES and seconds > 0 and apart / seconds <= FASTEST:
            far.append(point)
    return far


def metres(points: Sequence[Point]) -> int:
    """Return how long a track is."""
    pairs = pairwise(points)
    return round(sum(distance_m(*one[:2], *other[:2]) for one, other in pairs))


def keep(row: RoundRow, seq: int, points: Sequence[Point]) -> int:
    """Keep a track that has come with a step, in the running transaction; return how long it is."""
    some = thinned(points)
    days = catalogue.catalogue().setting(DAYS)
    until = clock.now() + timedelta(days=days)
    db.session.add(RoundTrack(round_id=row.round_id, seq=seq, points=canonical(some), delete_at=until))
    return metres(some)


def tidy() -> int:
    """Delete the tracks whose day has come; return how many."""
    with transaction():
        overwrite_deleted()
        gone = delete(RoundTrack).where(RoundTrack.delete_at <= clock.now()).returning(RoundTrack.round_id)
        return len(db.session.scalars(gone.execution_options(synchronize_session=False)).all())
