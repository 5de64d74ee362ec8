"""The bench measures work that was done: a server that refuses is fast, and its figures say nothing."""

import json
import subprocess
import sys

import click
import pytest

from bench import __main__ as bench
from bench.load import Rate
from tests.support.commands import ROOT
from tests.support.processes import free_port

SHORT = ("--cases", "16", "--rounds", "1", "--seconds", "0.1", "--workers", "1", "--json")


def test_nothing_that_is_measured_is_refused():
    command = [sys.executable, "-m", "bench", *SHORT, "--port", str(free_port())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (rates,) = json.loads(done.stdout)
    assert {name: rate["refused"] for name, rate in rates.items()} == dict.fromkeys(rates, 0)


def test_figures_of_refusals_fail():
    with pytest.raises(click.ClickException, match="read"):
        bench.check([{"read": Rate(1.0, 1.0, 1.0, 1.0, refused=1), "report": Rate(1.0, 1.0, 1.0, 1.0, refused=0)}])
