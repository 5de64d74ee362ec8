"""No child outlives its parent, with the kernel's help and without. Parents are processes of their own: they fork."""

import subprocess
import sys

import pytest

from app.up import guard

ON_LINUX = pytest.param("kernel", marks=pytest.mark.skipif(not guard.ON_LINUX, reason="only Linux can"))
BEGINNING = """
import os, sys, time
from app.up import guard
by_kernel = sys.argv[1] == "kernel"
def child(script):
    return guard.fork(lambda: guard.become(["/bin/sh", "-c", script], by_kernel), by_kernel)
"""
KILLED = """
child("echo running; exec sleep 600")
time.sleep(600)
"""
ASKING = """
assert child("exit 3").wait(120) == 3
assert guard.fork(lambda: sys.exit("a reason"), by_kernel).wait(120) == 1
asked = child("exec sleep 600")
asked.terminate()
assert asked.wait(120) not in (None, 0)
deaf = child(f"trap '' TERM; mkdir '{sys.argv[2]}'; sleep 600")
while not os.path.exists(sys.argv[2]):
    time.sleep(0.01)
deaf.terminate()
assert deaf.wait(0) is None
deaf.kill()
assert deaf.poll() == -9
"""


def parent(script, way, *more):
    command = [sys.executable, "-P", "-c", BEGINNING + script, way, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize("way", [ON_LINUX, "pipe"])
def test_a_child_ends_when_its_parent_is_killed(way):
    with parent(KILLED, way) as killed:
        assert killed.stdout.readline() == "running\n"
        killed.kill()
        killed.communicate(timeout=300)  # returns when the child has closed its end


@pytest.mark.parametrize("way", [ON_LINUX, "pipe"])
def test_a_child_can_be_asked_to_end_or_made_to_and_its_exit_code_is_known(way, tmp_path):
    with parent(ASKING, way, tmp_path / "deaf") as asking:
        said, _ = asking.communicate(timeout=300)
    assert (asking.returncode, said) == (0, "")
