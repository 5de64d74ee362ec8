"""Keep tests off the network: only this machine answers."""

import ipaddress
import socket
from typing import Any

import pytest

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class NetworkClosed(RuntimeError):
    """A test tried to reach another machine."""


def _check(family: int, address: Any) -> None:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise NetworkClosed(f"a test tried to reach {host}: use the adapter's stand-in")


def _closed_connect(self: socket.socket, address: Any) -> None:
    _check(self.family, address)
    _connect(self, address)


def _closed_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self.family, address)
    return _connect_ex(self, address)


@pytest.fixture(scope="session", autouse=True)
def _network_closed() -> Any:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _closed_connect)
    patch.setattr(socket.socket, "connect_ex", _closed_connect_ex)
    yield
    patch.undo()
