"""The working calendars in force."""

from collections.abc import Mapping

from app.catalogue import queries as catalogue
from app.core.revisions import Reference
from app.deadlines.documents import Calendars, load

KIND = "calendars"


def _load() -> Calendars:
    return load(catalogue.catalogue().others[KIND, KIND])


_calendars: Reference[Calendars] = Reference(KIND, _load)


def calendars() -> Calendars:
    """Return the county's calendars; KeyError before a catalogue with calendars was imported."""
    return _calendars.get()


def names() -> Mapping[str, str]:
    """Return what the calendars are called, by code; none before a catalogue with calendars was imported."""
    try:
        return {code: each.name for code, each in calendars().by_code.items()}
    except KeyError:
        return {}
