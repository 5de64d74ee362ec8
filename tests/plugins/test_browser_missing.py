"""Where there is no browser, the tests of the pages are skipped and that is said aloud."""

import subprocess
import sys

from tests.rules.sources import ROOT
from tests.support.processes import environment


def test_a_missing_browser_is_said_at_the_end_with_what_to_do():
    command = [sys.executable, "-m", "pytest", "-n", "1", "--db", "sqlite", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/browser/test_desk.py", "-k", "loop"],
        cwd=ROOT, env=environment(GEZHI_CHROMIUM="/nowhere"), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 项浏览器测试没有运行：没有找到 Chromium，请先运行 apt-get install chromium。" in done.stdout
    assert "Chromium is missing: 2 browser tests were skipped; apt-get install chromium." in done.stdout
    assert "2 skipped" in done.stdout
