"""Wait for a loaded machine instead of ending with "busy": nobody is in a hurry for a play."""

from collections.abc import Callable
from itertools import count
from time import sleep
from typing import TypeVar

from app.core.errors import Busy

TRIES, WAIT_SECONDS_MOST = 80, 10.0  # some ten minutes; our figures
Result = TypeVar("Result")


def patient(call: Callable[[], Result], pause: Callable[[float], object] = sleep) -> Result:
    """Return what a call returns that may be made twice; try again while the machine is busy. Raises Busy at last."""
    for attempt in count(1):
        try:
            return call()
        except Busy:
            if attempt == TRIES:
                raise
            pause(min(0.2 * attempt, WAIT_SECONDS_MOST))
    raise AssertionError("counts for ever")
