"""Let what takes long outside of Python (hashing, a bucket, a disk) run beside the requests of a process.

The web server answers everybody in one thread of each process and goes on with others whenever somebody waits. What
waits in the code of a library would hold them all up: there it runs in a native thread of a bounded pool. Everywhere
else it is simply called.
"""

from collections.abc import Callable
from contextvars import copy_context
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from gevent import monkey
from gevent.threadpool import ThreadPool

P = ParamSpec("P")
T = TypeVar("T")


def serves_many() -> bool:
    """Tell whether this process goes on with other requests while one waits."""
    return bool(monkey.is_module_patched("threading"))


class Aside:
    """Native threads for one kind of work, so many at once; who comes too many waits for a turn."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self._threads: ThreadPool | None = None

    def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a call returns, or raise what it raises."""
        if not serves_many():
            return call(*args, **kwargs)
        if self._threads is None:
            self._threads = ThreadPool(self.at_once)
        outcome: tuple[T, None] | tuple[None, Exception] = self._threads.apply(
            copy_context().run, (_outcome, call, args, kwargs)
        )
        value, error = outcome
        if error is not None:
            raise error
        return value  # type: ignore[return-value] # there is no error, so it is the value

    def __call__(self, call: Callable[P, T]) -> Callable[P, T]:
        """Let a function always run so."""

        @wraps(call)
        def beside(*args: P.args, **kwargs: P.kwargs) -> T:
            return self.run(call, *args, **kwargs)

        return beside


def _outcome(call: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Exception | None]:
    """Bring an exception back as a value: the pool would print it beside raising it."""
    try:
        return call(*args, **kwargs), None
    except Exception as error:  # raised again by whoever called
        return None, error
