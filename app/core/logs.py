"""Structured log lines: an event name and fields, with the request or job id; never personal data."""

import logging
import re
import sys
from contextlib import suppress

import structlog
from structlog.typing import EventDict, WrappedLogger

log: structlog.stdlib.BoundLogger = structlog.get_logger()


# PostgreSQL quotes the row that broke a rule; SQLAlchemy's own quoting of parameters is off (`engine_options`)
_ROW_VALUES = re.compile(r"^DETAIL:.*$", re.MULTILINE)


def without_row_values(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Leave out of a traceback what the database says of rows: names and telephone numbers stand in them."""
    if "exception" in event:
        event["exception"] = _ROW_VALUES.sub("DETAIL: (left out)", event["exception"])
    return event


class LineLogger(structlog.WriteLogger):
    """Write each line in one piece, since several processes write here.

    One that finds no room is lost, and what it tells of goes on.
    """

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def configure(level: str = "INFO") -> None:
    """Write one JSON object a line to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_row_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *names: LineLogger(sys.stderr),  # whatever standard error is at that moment
        cache_logger_on_first_use=False,
    )
