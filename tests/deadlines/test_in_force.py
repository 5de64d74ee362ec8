"""The calendars in force change with an import, and with time."""

from datetime import date, timedelta

from app.catalogue import service
from app.core.clock import now
from app.core.transaction import transaction
from app.deadlines.queries import calendars
from tests.factories.catalogue import documents_file, import_seed, seed_content

DAY = date(2026, 12, 7)


def closed_on(day):
    content = seed_content("calendars", "calendars")
    content["calendars"][0]["overrides"] = [
        {"date": day.isoformat(), "working": False, "reason": "县庆", "source": "县政府办公室通知"}
    ]
    return content


def test_calendars_valid_from_a_day_hold_from_that_day_without_a_further_import(app_context, tmp_path, clock):
    import_seed()
    assert calendars().default.hours_on(DAY)
    path = documents_file(tmp_path, ("calendars", "calendars", closed_on(DAY)))
    with transaction():
        service.import_files([path], valid_from=now() + timedelta(days=2), by="test")
    assert calendars().default.hours_on(DAY)
    clock.tick(days=3)
    assert calendars().default.hours_on(DAY) is None


def test_the_same_calendars_are_one_object(app_context):
    import_seed()
    assert calendars() is calendars()
