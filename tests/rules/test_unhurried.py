"""No test needs speed: what a test holds is the same on a quiet machine and on a loaded one."""

import ast

from hypothesis import HealthCheck, settings

from tests.rules.sources import imported, python

CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "process_time_ns"}
# whoever waits for something needs a clock for giving up; the bell's tests hold a bound that no load can reach
WAITING = ("tests/support/", "tests/up/test_metrics.py", "tests/core/test_doorbell.py")


def test_the_test_library_judges_no_speed():
    assert settings.default.deadline is None
    assert set(settings.default.suppress_health_check) == set(HealthCheck)


def test_no_test_sets_a_deadline_of_its_own():
    for path, tree in python("tests"):
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in ("deadline", "suppress_health_check"):
                assert path == "tests/plugins/unhurried.py", f"{path}:{node.value.lineno}: the profile says it for all"


def test_no_test_measures_how_long_something_took():
    for path, tree in python("tests"):
        if path.startswith(WAITING):
            continue
        read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & CLOCKS
        read |= {name.rpartition(".")[2] for _, name in imported(tree) if name.startswith("time.")} & CLOCKS
        assert not read, f"{path} reads {', '.join(sorted(read))}: measure in bench, and count statements or rows here"


def test_no_test_waits_for_a_silence_of_the_network():
    """Playwright's `networkidle` is half a second in which nothing happens: a sleep. `arrive` waits for the answers."""
    for path, tree in python("tests"):
        for node in ast.walk(tree):
            said = isinstance(node, ast.Constant) and node.value == "network" + "idle"
            assert not said, f"{path}:{node.lineno}: go there by `arrive` of tests/support/seats.py"
