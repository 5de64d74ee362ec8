"""Send prepared requests as fast as a few clients can, over new connections, and count the answers."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

PROCESSES = 2
THREADS = 4
_BLOCK = 65_536


@dataclass(frozen=True)
class Target:
    """Where requests go."""

    host: str
    port: int


@dataclass(frozen=True)
class Rate:
    """What was reached: answers a second, the median and slowest twentieth and hundredth in milliseconds, refusals."""

    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    refused: int


def request(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    """Write a request that closes its connection."""
    head = [f"{method} {path} HTTP/1.1", "Host: bench", "Connection: close"]
    if token:
        head.append(f"Authorization: Bearer {token}")
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def measure(
    target: Target, make: Callable[[int], Iterator[bytes]], seconds: float, clients_each: int = THREADS
) -> Rate:
    """Send what `make(number of the client)` yields until the time is over; a client stops early when it runs dry."""
    context = get_context("fork")
    queue: Any = context.SimpleQueue()
    clients = [
        context.Process(target=_client, args=(target, make, seconds, n, clients_each, queue)) for n in range(PROCESSES)
    ]
    for client in clients:
        client.start()
    times: list[float] = []
    refused, busiest = 0, 0.0
    for _ in clients:
        took, bad, lasted = queue.get()
        times += took
        refused, busiest = refused + bad, max(busiest, lasted)
    for client in clients:
        client.join()
    times.sort()
    at = lambda share: times[min(int(len(times) * share), len(times) - 1)] * 1000 if times else 0.0  # noqa: E731
    return Rate(len(times) / busiest if busiest else 0.0, at(0.5), at(0.95), at(0.99), refused)


def _client(
    target: Target, make: Callable[[int], Iterator[bytes]], seconds: float, number: int, threads_each: int, queue: Any
) -> None:
    times: list[float] = []
    refused = [0]
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_send, args=(target, make(number * threads_each + n), began + seconds, times, refused))
        for n in range(threads_each)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put((times, refused[0], time.perf_counter() - began))


def _send(target: Target, requests: Iterator[bytes], end: float, times: list[float], refused: list[int]) -> None:
    for one in requests:
        start = time.perf_counter()
        if start >= end:
            return
        status = exchange(target, one)
        times.append(time.perf_counter() - start)
        if status not in (b"200", b"201"):
            refused[0] += 1


def exchange(target: Target, one: bytes) -> bytes:
    with socket.create_connection((target.host, target.port), timeout=30) as connection:
        connection.sendall(one)
        first = connection.recv(_BLOCK)
        while connection.recv(_BLOCK):
            pass
    return first[9:12]
