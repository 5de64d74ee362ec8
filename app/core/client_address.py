"""From which address the running request comes; the request sets it, and the audit keeps it."""

from contextvars import ContextVar

address: ContextVar[str | None] = ContextVar("gezhi_caller_address", default=None)
