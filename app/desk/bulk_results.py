"""Carry what came of an act on several cases in the address of a page, so that it stays when it is loaded again.

The address is sealed and names its reader: nobody can make one up, and nobody reads another's.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.errors import NotFound
from app.core.permissions import Person
from app.desk.bulk import BulkResult
from workflows.words import Words

LONGEST = 3000  # characters: web servers read about 4000 of an address


@dataclass(frozen=True)
class BulkSummary:
    """What came of an act on several cases; `unseen` of those chosen were not, or no longer, there to see."""

    action: str
    results: tuple[BulkResult, ...]
    unseen: int


def write(done: BulkSummary, person: Person) -> str:
    """Write results as one word."""
    texts = list({str(one.refused): one.refused for one in done.results if one.refused}.values())
    rows = [[one.case_id.hex, one.number, texts.index(one.refused) if one.refused else None] for one in done.results]
    return str(
        _seal().dumps([str(person.person_id), done.action, done.unseen, [[text, text.en] for text in texts], rows])
    )


def read(written: str, person: Person) -> BulkSummary:
    """Read what `write` wrote for this person; raise NotFound."""
    try:
        reader, action, unseen, texts, rows = _seal().loads(written)
    except BadData:
        raise NotFound from None
    if reader != str(person.person_id):
        raise NotFound
    results = (BulkResult(UUID(of), number, None if text is None else Words(*texts[text])) for of, number, text in rows)
    return BulkSummary(action, tuple(results), unseen)


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="bulk results")
