"""Where the web server listens."""

import socket
import time

from app.core.commands import CommandError
from workflows.words import Words

LET_GO_SECONDS = 2.0  # what was killed a moment ago may not have ended yet
LOOK_SECONDS = 0.05


def address(host: str, port: int) -> str:
    """Return host and port as they stand in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_free(host: str, port: int) -> None:
    """Raise CommandError when the web server could not listen there, also a moment later."""
    until = time.monotonic() + LET_GO_SECONDS
    while error := _listen_error(host, port):
        if time.monotonic() > until:
            raise CommandError(
                Words(
                    "无法使用 {} 的端口 {}（{}），请用 --port 指定其他端口。",
                    "Port {1} of {0} cannot be used: choose another with --port.",
                ).format(host, port, error.strerror)
            ) from error
        time.sleep(LOOK_SECONDS)


def _listen_error(host: str, port: int) -> OSError | None:
    """Return what keeps us from listening."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen(1)  # on some systems only this notices another listener
        except OSError as error:
            return error
    return None
