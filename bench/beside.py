"""Measure honest clients alone and beside silent and dripping ones, in turn, and put the two beside each other."""

import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from uuid import uuid4

import click

from bench import crowd, world
from bench.load import PROCESSES, Rate, Target, measure, request

HONEST = 20
AIM = 2.0  # p99 beside the others, of that without them


def table(target: Target, token: str, slow: int, seconds: float, rounds: int) -> str:
    """Return the medians of all rounds in Markdown."""
    ask = {"read": lambda n: _reads(token), "report": lambda n: _reports(token)}
    beside = f"beside {slow} silent, {slow} dripping"
    lines = [
        f"| {HONEST} clients | alone: per second, p99 ms | {beside} | p99 of that alone, aim {AIM:g} | refused |",
        "|---|---|---|---|---|",
    ]
    lines += [_line(name, _measured(target, make, token, slow, seconds, rounds)) for name, make in ask.items()]
    return "\n".join(lines)


def _measured(
    target: Target, make: Callable[[int], Iterator[bytes]], token: str, slow: int, seconds: float, rounds: int
) -> list[tuple[Rate, Rate]]:
    pairs = []
    for turn in range(rounds):
        click.echo(f"{turn + 1}/{rounds} ……", err=True)
        alone = _in(nullcontext(), target, make, seconds)
        pairs.append((alone, _in(crowd.beside(target, slow, slow, token), target, make, seconds)))
    return pairs


def _in(
    way: AbstractContextManager[None], target: Target, make: Callable[[int], Iterator[bytes]], seconds: float
) -> Rate:
    with way:
        return measure(target, make, seconds, HONEST // PROCESSES)


def _line(name: str, pairs: list[tuple[Rate, Rate]]) -> str:
    cells = [
        f"{statistics.median(one.per_second for one in rates):,.0f}, "
        f"{statistics.median(one.p99_ms for one in rates):.0f}"
        for rates in zip(*pairs, strict=True)
    ]
    share = statistics.median(beside.p99_ms / alone.p99_ms for alone, beside in pairs)
    refused = sum(alone.refused + beside.refused for alone, beside in pairs)
    return f"| {name} | {cells[0]} | {cells[1]} | {share:.2f} × | {refused} |"


def _reads(token: str) -> Iterator[bytes]:
    while True:
        yield request("GET", "/api/v1/me", token=token)


def _reports(token: str) -> Iterator[bytes]:
    while True:
        yield request("PUT", f"/api/v1/cases/{uuid4()}", json.dumps(world.report()).encode(), token)
