"""The bench measures work that was done: a server that refuses is fast, and its figures say nothing."""

import click
import pytest

from bench import __main__ as bench
from bench.load import Rate
from bench.server import SETTINGS


def test_figures_of_refusals_fail():
    with pytest.raises(click.ClickException, match="read"):
        bench.check([{"read": Rate(1.0, 1.0, 1.0, 1.0, refused=1), "report": Rate(1.0, 1.0, 1.0, 1.0, refused=0)}])
    bench.check([{"read": Rate(1.0, 1.0, 1.0, 1.0, refused=0)}])


def test_whoever_is_measured_needs_no_second_factor():
    assert SETTINGS["SECOND_FACTOR"] == "off"
