"""Why Gezhi does not start: one clear sentence instead of a traceback."""

from click import ClickException


class Refused(ClickException):
    """Something the operator has to put right; printed to standard error, exit code 1."""
