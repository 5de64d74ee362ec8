"""Days, hours and photos of a play are drawn by lot, the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from app.core import clock
from app.demo import photos, rhythm
from tests.plugins.application import MONDAY_MORNING

END = MONDAY_MORNING + timedelta(days=3)


def by_lot(seed):
    """Chance that repeats itself."""
    return Random(seed)  # noqa: S311


def test_ninety_days_bring_about_two_and_a_half_thousand_reports_fewer_at_weekends(office):
    start = datetime(2026, 8, 25, 1, 0, tzinfo=UTC)
    reports = list(rhythm.arrivals(start, start + timedelta(days=90), office, by_lot(1)))
    assert 2_200 <= len(reports) <= 2_600
    assert [each.at for each in reports] == sorted(each.at for each in reports)
    by_weekday = Counter(clock.local(each.at).weekday() for each in reports if not each.storm)
    assert by_weekday[6] < by_weekday[2]
    assert any(each.storm for each in reports)


def test_the_same_seed_draws_the_same_days(office):
    def drawn(seed):
        return list(rhythm.arrivals(MONDAY_MORNING, END, office, by_lot(seed)))

    assert drawn(3) == drawn(3) != drawn(4)


def test_an_office_takes_up_after_hours_what_the_field_takes_up_in_the_morning(office):
    friday_night = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)  # 22:00
    assert clock.local(rhythm.next_open(friday_night, office, by_lot(1))).strftime("%a %H") == "Mon 08"
    assert clock.local(rhythm.next_daylight(friday_night, by_lot(1))).strftime("%a") == "Sat"
    assert clock.local(rhythm.last_open(friday_night, office)).strftime("%a %H:%M") == "Fri 18:00"


def test_timers_are_worked_all_day_at_whatever_hour_a_play_begins():
    for minutes in range(0, 24 * 60, 7):
        worked = [MONDAY_MORNING + timedelta(minutes=minutes)]
        while worked[-1] < worked[0] + timedelta(days=1):
            worked.append(rhythm.next_timers(worked[-1]))
        gaps = {clock.local(after).strftime("%H:%M"): after - before for before, after in pairwise(worked)}
        assert max(gaps.values()) <= rhythm.TIMERS_BY_NIGHT
        assert all(gap <= rhythm.TIMERS_BY_DAY for at, gap in gaps.items() if "07:00" < at < "21:00")


def test_the_photos_are_small_and_differ():
    drawn = photos.draw()
    every = [photo for kind in drawn.values() for photo in kind]
    assert len(set(every)) == len(every)
    assert all(photo[:3] == b"\xff\xd8\xff" and len(photo) < 12_000 for photo in every)
