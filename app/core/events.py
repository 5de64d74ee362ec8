"""How an earlier room reaches a later one: it publishes; `app/wiring.py` says what follows."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_followers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def follow(event: type, follower: Callable[[Any], None]) -> None:
    """Let a function follow an event inside the transaction that publishes it; twice is once."""
    if follower not in _followers[event]:
        _followers[event].append(follower)


def publish(event: object) -> None:
    """Tell all followers, in the order in which they were wired."""
    for follower in _followers[type(event)]:
        follower(event)
