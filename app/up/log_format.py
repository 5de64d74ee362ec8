"""Log lines of what we run: ours, and those of the libraries (web server, RQ, Alembic) in the same shape."""

import logging
import sys

import structlog

from app.core import logs


def configure(level: str = "INFO") -> None:
    """Write also what goes to Python's logging as one JSON object a line to standard error, from a level on."""
    logs.configure()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                logs.without_row_values,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("transitions").setLevel(logging.WARNING)  # two lines for each step, and nothing we do not know
