"""Lighthouse, as on a middling phone with a slow network: the phone page is for everybody, well made and quick."""

import json
import os
import subprocess

import pytest

from tests.support.node import MODULES, node

handset = pytest.importorskip("tests.support.handset", reason="Playwright is missing: ./gezhi test installs it")
LIGHTHOUSE = MODULES / "lighthouse" / "cli" / "index.js"
LEAST = {"accessibility": 1.0, "best-practices": 0.95, "performance": 0.9}
RUNS_MOST = 5  # a busy machine looks like a slow phone; the other two do not hang on that
LIMIT_SECONDS = 90


def looked_at(port, folder):
    """What Lighthouse holds of the phone page: each score, and what took points off."""
    told = folder / "lighthouse.json"
    command = [
        *node(), LIGHTHOUSE, f"http://localhost:{port}/m/", "--quiet", "--output=json", f"--output-path={told}",
        "--disable-full-page-screenshot",
        f"--only-categories={','.join(LEAST)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]  # fmt: skip
    ours = {**os.environ, "CHROME_PATH": str(handset.CHROMIUM), "CI": "1"}
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_SECONDS, env=ours)
    found = json.loads(told.read_text(encoding="utf-8"))
    scores = {name: found["categories"][name]["score"] for name in LEAST}
    lost = {name: one["score"] for name, one in found["audits"].items() if one["score"] is not None}
    return scores, {name: score for name, score in lost.items() if score < 0.9}


@pytest.mark.usefixtures("chromium")
def test_the_phone_page_is_for_everybody_well_made_and_quick(phone_town, tmp_path):
    for _ in range(RUNS_MOST):
        scores, lost = looked_at(phone_town.house.port, tmp_path)
        if scores["performance"] >= LEAST["performance"]:
            break
    assert {name: score for name, score in scores.items() if score < LEAST[name]} == {}, lost
