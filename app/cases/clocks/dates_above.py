"""Know by when the senders of a case want it, and whether a date from above is of this round at all. Pure."""

from collections.abc import Iterator
from datetime import datetime

from app.cases.whole import Whole


def of_senders(whole: Whole) -> Iterator[datetime]:
    """Yield by when each sender wants it, of whichever round that was.

    They all count, and not the date on the row alone: an older version kept the earliest there that had ever been.
    """
    ticket = whole.ticket
    own = ticket.due_at if ticket else whole.case.external_due_at
    carried = (one.get("due_at") for one in ticket.carried.values()) if ticket else ()
    yield from [own] if own else []
    yield from (datetime.fromisoformat(text) for text in carried if text)


def binds(whole: Whole, date: datetime) -> bool:
    """Tell whether a date from above binds this round; one that had ended before that began was of an earlier one.

    Not so that of a ticket which was merged in since: no round has kept it yet.
    """
    if whole.case.round == 1:
        return True
    since = whole.round_since()
    return date > since or _came_since(whole, date, since)


def _came_since(whole: Whole, date: datetime, since: datetime) -> bool:
    carried = whole.ticket.carried.values() if whole.ticket else ()
    dated = ((one["due_at"], one["at"]) for one in carried if one.get("due_at") and one.get("at"))
    return any(datetime.fromisoformat(due) == date and datetime.fromisoformat(at) >= since for due, at in dated)
