"""The working calendars in force."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app

from app.catalogue import queries as catalogue
from app.core import clock
from app.deadlines.calendar import CalendarYearUnknown
from app.deadlines.calendar_documents import Calendars, load

KIND = "calendars"
HORIZON = timedelta(days=60)  # longer than ordinary limits reach


def calendars() -> Calendars:
    """Return the county's calendars; KeyError before a catalogue with calendars was imported.

    Kept by the document and not by a number: a document also comes into force by time alone.
    """
    document = catalogue.catalogue().others[KIND, KIND]
    cached: tuple[Mapping[str, Any], Calendars] | None = current_app.extensions.get("gezhi_calendars")
    if cached is None or cached[0] is not document:
        cached = current_app.extensions["gezhi_calendars"] = (document, load(document))
    return cached[1]


def unknown_years() -> tuple[CalendarYearUnknown, ...]:
    """Name the calendars and years that come near and are counted without their statutory holidays."""
    today = clock.local(clock.now()).date()
    return calendars().warnings(today, today + HORIZON)


def names() -> Mapping[str, str]:
    """Return what the calendars are called, by code; none before a catalogue with calendars was imported."""
    try:
        return {code: each.name for code, each in calendars().by_code.items()}
    except KeyError:
        return {}
