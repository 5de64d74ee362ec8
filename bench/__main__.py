"""Build the world, start the server, measure, and print the table."""

import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import click

from app.core.db import db
from app.factory import create_app
from app.up.web import PROCESSES
from bench import beside, floors, load, world
from bench.load import Rate, Target, measure, request
from bench.server import SETTINGS

AIMS = {"report": 7, "act": 6, "read": 15, "queue page": 10}  # per cent of the bare route, on two cores
API = "/api/v1"


@click.command()
@click.option("--seconds", default=2.0, show_default=True, help="for each measurement in a round")
@click.option("--rounds", default=5, show_default=True, help="medians over rounds: a shared machine changes its pace")
@click.option("--cases", default=4000, show_default=True, help="open cases before measuring")
@click.option("--workers", default=PROCESSES, show_default=True)
@click.option("--port", default=8765, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="print figures for programs")
@click.option("--slow", default=0, help="measure beside so many silent and as many dripping clients instead")
def bench(seconds: float, rounds: int, cases: int, workers: int, port: int, as_json: bool, slow: int) -> None:
    """测量上报、办理、读取和队列页，并与下限并列。Measure the hot paths beside their floors."""
    with tempfile.TemporaryDirectory(prefix="gezhi-bench-") as folder:
        app = create_app({**SETTINGS, "DATA_DIR": folder})
        click.echo(f"正在准备 {cases} 件案件…… preparing {cases} cases", err=True)
        built = world.build(app, cases)
        with app.app_context():
            db.engine.dispose()
        server = serve(folder, port, workers)
        target = Target("127.0.0.1", port)
        try:
            if slow:
                click.echo(beside.table(target, built.tokens["worker1"], slow, seconds, rounds))
                return
            measured = [_measure_all(target, built, seconds, n, rounds) for n in range(rounds)]
        finally:
            os.kill(server, signal.SIGTERM)
            os.waitpid(server, 0)
    click.echo(json.dumps([_plain(rates) for rates in measured]) if as_json else table(measured))
    check(measured)


def check(measured: list[dict[str, Rate]]) -> None:
    """Fail where answers were refusals: whoever refuses is fast, and no figure says what it seems to."""
    if refused := sorted({name for rates in measured for name, rate in rates.items() if rate.refused}):
        names = ", ".join(refused)
        raise click.ClickException(f"有请求被拒绝，这些数字不能用。Refused, so these figures say nothing: {names}.")


def serve(folder: str, port: int, workers: int) -> int:
    server = os.fork()
    if server:
        _await(port)
        return server
    os.execv(sys.executable, [sys.executable, "-m", "bench.server_process", folder, str(port), str(workers)])  # noqa: S606


def _await(port: int) -> None:
    ask, target = request("GET", f"{floors.PREFIX}/bare"), Target("127.0.0.1", port)
    for _ in range(1_200):
        try:
            if load.exchange(target, ask) == b"200":
                return
        except OSError:
            time.sleep(0.05)
    raise click.ClickException("服务没有启动。The server did not start.")


def _measure_all(target: Target, built: world.World, seconds: float, turn: int, rounds: int) -> dict[str, Rate]:
    worker, acceptor = built.tokens["worker1"], built.tokens["acceptor1"]
    some = built.cases[: len(built.cases) // 4]  # read; the others are acted on, once each
    acted = built.cases[len(some) + turn :: rounds]
    ask = {
        "bare route": lambda n: _again(request("GET", f"{floors.PREFIX}/bare")),
        "read": lambda n: _each("GET", f"{API}/cases/{{}}", some, acceptor),
        "read by hand": lambda n: _each("GET", f"{floors.PREFIX}/read/{{}}", some, ""),
        "queue page": lambda n: _again(request("GET", f"{API}/cases?queue=to_accept&limit=50", token=acceptor)),
        "queue page by hand": lambda n: _again(request("GET", f"{floors.PREFIX}/page")),
        "report": lambda n: _reports(worker),
        "report by hand": lambda n: _again(
            request("POST", f"{floors.PREFIX}/report", json.dumps(world.report()).encode())
        ),
        "act": lambda n: _acts(acted, acceptor, n),
        "act by hand": lambda n: _each("POST", f"{floors.PREFIX}/act/{{}}", some, "", b"{}"),
    }
    rates = {}
    for name, make in ask.items():
        click.echo(f"{turn + 1}/{rounds} {name} ……", err=True)
        rates[name] = measure(target, make, seconds)
    return rates


def _again(one: bytes) -> Iterator[bytes]:
    while True:
        yield one


def _each(method: str, path: str, cases: list[str], token: str, body: bytes = b"") -> Iterator[bytes]:
    while True:
        for case_id in cases:
            yield request(method, path.format(case_id), body, token)


def _reports(token: str) -> Iterator[bytes]:
    while True:
        yield request("PUT", f"{API}/cases/{uuid4()}", json.dumps(world.report()).encode(), token)


def _acts(cases: list[str], token: str, client: int) -> Iterator[bytes]:
    """Accept each case once: clients take every n-th."""
    for case_id in cases[client :: load.PROCESSES * load.THREADS]:
        body = {"op_id": str(uuid4()), "action": "accept", "seen": 1, "data": {}}
        yield request("POST", f"{API}/cases/{case_id}/steps", json.dumps(body).encode(), token)


def _plain(rates: dict[str, Rate]) -> dict[str, Any]:
    return {name: vars(rate) for name, rate in rates.items()}


def table(measured: list[dict[str, Rate]]) -> str:
    """Write the medians of all rounds, in Markdown: share of the bare route, of the rows by hand, the aim."""
    lines = [
        "| operation | per second | median ms | p95 ms | of the bare route | aim | of the rows by hand | refused |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in measured[0]:
        of_bare, by_hand = _share(measured, name, "bare route"), f"{name} by hand"
        of_hand = f"{_share(measured, name, by_hand):.0%}" if by_hand in measured[0] else ""
        aim = f"{AIMS[name]} %" if name in AIMS else ""
        per_second, median, p95 = (_median(measured, name, what) for what in ("per_second", "median_ms", "p95_ms"))
        refused = sum(rates[name].refused for rates in measured)
        lines.append(
            f"| {name} | {per_second:,.0f} | {median:.1f} | {p95:.1f} | {of_bare:.1%} | {aim} | {of_hand} | {refused} |"
        )
    return "\n".join(lines)


def _median(measured: list[dict[str, Rate]], name: str, what: str) -> float:
    return statistics.median(getattr(rates[name], what) for rates in measured)


def _share(measured: list[dict[str, Rate]], name: str, floor: str) -> float:
    """Return the median of what each round reached of a floor measured in that round."""
    return statistics.median(rates[name].per_second / rates[floor].per_second for rates in measured)


if __name__ == "__main__":
    bench(prog_name="gezhi bench")
