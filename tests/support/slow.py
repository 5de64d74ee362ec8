"""Clients that are silent, drip, or send steadily over a slow line."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPResponse

DRIP_SECONDS = 0.2
LIMIT_SECONDS = 60.0


def connect(port: int) -> socket.socket:
    """Return a connection to our server."""
    return socket.create_connection(("127.0.0.1", port), timeout=LIMIT_SECONDS)


def alive(connection: socket.socket) -> bool:
    """Tell whether a connection that stays open is answered: whoever answers has turned to all who came before."""
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: gezhi\r\n\r\n")
    with HTTPResponse(connection) as response:
        response.begin()
        return response.status == HTTPStatus.OK and bool(response.read())


@contextmanager
def crowd(port: int, beginnings: Sequence[bytes], silent: int, dripping: int) -> Iterator[None]:
    """Hold connections that begin a request: so many say no more, so many add a byte from time to time."""
    end = threading.Event()
    with ExitStack() as held:
        connections = [held.enter_context(connect(port)) for _ in range(silent + dripping)]
        for number, connection in enumerate(connections):
            connection.sendall(beginnings[number % len(beginnings)])
        thread = threading.Thread(target=drip, args=(connections[silent:], end))
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()


def drip(connections: Sequence[socket.socket], end: threading.Event) -> None:
    """Send a byte over each connection again and again; raises OSError when one was cut."""
    while not end.wait(DRIP_SECONDS):
        for connection in connections:
            connection.sendall(b"a")


def answer(connection: socket.socket, beginning: bytes, rest: bytes = b"", bytes_per_second: int = 0) -> bytes:
    """Begin a request, send the rest at a pace, and return everything that is answered until the server hangs up."""
    connection.sendall(beginning)
    pace, step = threading.Event(), bytes_per_second // 10
    for start in range(0, len(rest), step or 1):
        pace.wait(0.1)
        try:
            connection.sendall(rest[start : start + step])
        except OSError:  # cut: the answer may still lie here
            break
    came = b""
    try:
        while more := connection.recv(65_536):
            came += more
    except ConnectionResetError:
        pass
    return came
