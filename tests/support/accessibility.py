"""Ask axe-core whether a page keeps anybody out."""

from functools import cache
from pathlib import Path
from typing import Any

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_LOOK = """async (rules) => (await axe.run(document, { runOnly: rules })).violations.map(
    (one) => [one.id, one.nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`)])"""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def accessible(page: Any) -> None:
    """Find no violation of WCAG 2.2 A and AA in the page as it stands."""
    page.evaluate(_axe())
    found = page.evaluate(_LOOK, RULES)
    assert not found, (page.url, found)
