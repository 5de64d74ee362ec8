"""Wait for what must come, and do things at the same moment."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
LIMIT_SECONDS = 180.0
LOOK_SECONDS = 0.01


def until(
    condition: Callable[[], T], what: str, seconds: float = LIMIT_SECONDS, look_seconds: float = LOOK_SECONDS
) -> T:
    """Return what a condition gives as soon as that is true; fail when it has not come in time."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, f"waited {seconds:g} s in vain: {what}"
        time.sleep(look_seconds)
    return found


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make all calls in threads that start together; return what they gave, in their order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        # in our context, so that a clock that is set here is set there
        running = [threads.submit(copy_context().run, run, call) for call in calls]
        return [one.result() for one in running]
