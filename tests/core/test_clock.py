"""Services ask one clock, which tests and the demo can set."""

import threading
from datetime import UTC, datetime, timedelta, timezone

from app.core import clock

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))


def test_it_stands_inside_the_block_and_nested_blocks_end_in_order():
    with clock.at(NOON):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC
        with clock.at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_is_let_go_when_the_block_fails():
    try:
        with clock.at(NOON):
            raise ValueError
    except ValueError:
        pass
    assert clock.now() != NOON


def test_a_set_clock_is_not_seen_by_other_threads():
    seen = []
    with clock.at(NOON):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NOON


def test_the_county_reads_its_own_wall():
    assert clock.local(datetime(2026, 11, 22, 17, tzinfo=UTC)).isoformat() == "2026-11-23T01:00:00+08:00"
