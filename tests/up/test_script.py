"""The shell script on machines without a usable Python."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "gezhi"
TOOLS = ("sh", "cat", "cmp", "dirname", "head", "readlink")


@pytest.fixture
def machine(tmp_path):
    """A clone and a PATH with nothing but the commonest tools; put pythons beside them."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name))
    clone = tmp_path / "clone"
    clone.mkdir()
    shutil.copy(SCRIPT, clone / "gezhi")
    for lock in ("requirements.lock", "package-lock.json"):
        (clone / lock).write_text("")
    return tmp_path


def put_python(machine, name, body):
    python = machine / "tools" / name
    python.write_text(f"#!/bin/sh\n{body}\n")
    python.chmod(0o755)


def refusal(machine):
    """What the script says when it gives up: one line, exit code 1."""
    done = subprocess.run(
        [machine / "clone" / "gezhi", "up"],
        env={"PATH": str(machine / "tools")},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def test_no_python_at_all(machine):
    assert "没有找到 Python" in refusal(machine)


def test_shims_of_versions_that_are_not_installed_are_no_python(machine):
    put_python(machine, "python3.12", "exit 127")
    assert "没有找到 Python" in refusal(machine)


def test_a_python_that_is_too_old(machine):
    put_python(machine, "python3", 'case "$2" in *version_info*) exit 1 ;; esac')
    assert "版本过低" in refusal(machine)


def test_a_python_without_venv(machine):
    put_python(machine, "python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    assert "缺少 venv" in refusal(machine)
