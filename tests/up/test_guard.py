"""No child outlives its parent, with the kernel's help and without."""

import subprocess
import sys

import pytest

from app.up import guard

PARENT = """
import sys, time
from app.up import guard
guard.start(["/bin/sh", "-c", "echo running; exec sleep 600"], by_kernel=sys.argv[1] == "kernel")
time.sleep(600)
"""


@pytest.mark.parametrize(
    "way", [pytest.param("kernel", marks=pytest.mark.skipif(not guard.ON_LINUX, reason="only Linux can")), "pipe"]
)
def test_a_child_ends_when_its_parent_is_killed(way):
    with subprocess.Popen([sys.executable, "-c", PARENT, way], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout.readline() == "running\n"
        parent.kill()
        parent.communicate(timeout=30)  # returns when the child has closed its end


@pytest.mark.parametrize("by_kernel", [True, False])
def test_a_child_is_stopped_and_its_exit_code_known(by_kernel):
    ended = guard.start(["/bin/sh", "-c", "exit 3"], by_kernel)
    assert ended.wait(30) == 3
    asked = guard.start(["/bin/sh", "-c", "exec sleep 600"], by_kernel)
    asked.terminate()
    assert asked.wait(30) != 0
    for process in (ended, asked):
        if process.stdin:
            process.stdin.close()
