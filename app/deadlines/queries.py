"""The working calendars in force."""

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
