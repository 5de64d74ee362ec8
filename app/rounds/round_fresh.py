"""Give a refused step the round as it is now, so that whoever took it can look and decide again."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.core.permissions import Person
from app.rounds import queries, round_views
from app.rounds.round_errors import RoundConflict, RoundNotFound


@contextmanager
def with_fresh_round(person: Person) -> Iterator[None]:
    """Put the round as it is now into a refusal."""
    try:
        yield
    except RoundConflict as refused:
        with suppress(RoundNotFound):  # it was theirs when they did it, and is so no more
            refused.extra["round"] = round_views.whole(queries.one(refused.round_id, person), person)
        raise
