"""README's quick start, run as a reader would run it: its own lines, against a freshly started Gezhi."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support.processes import READY, environment, free_port, lines_until, started

README = Path(__file__).parents[2] / "README.md"
PASSWORD = "for-a-reader-1"
BEGIN = "<!-- quick start"


def quick_start() -> str:
    """Return the shell lines of the quick start, in order."""
    text = README.read_text(encoding="utf-8").split(BEGIN)[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


def promised(script: str) -> list[str]:
    """Return the states that the comments promise."""
    return re.findall(r"# +([一-鿿]{3,4})$", script, re.MULTILINE)


def test_the_quick_start_walks_a_case_to_its_closure(tmp_path):
    port, script = free_port(), quick_start()
    states = promised(script)
    assert states[0] == "待受理"
    assert states[-1] == "已结案"
    folder = str(tmp_path / "data")
    own = script.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("./gezhi", f"{sys.executable} -P -m app.cli")
    with started("up", "--port", port, "--data", folder, GEZHI_DEMO_PASSWORD=PASSWORD) as gezhi:
        lines_until(gezhi, READY)
        walked = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", own],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(PASSWORD=PASSWORD, GEZHI_DATA_DIR=folder, PYTHONPATH=str(README.parent)),
            timeout=120,
            check=False,
        )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    said = walked.stdout.splitlines()
    assert said[: len(states)] == states
    assert any(line.startswith("8 结案") for line in said)
