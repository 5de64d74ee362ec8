"""Test that the pages in the handbook are those of the machines as they are now."""

from pathlib import Path

import pytest

from workflows.case import CASE
from workflows.diagrams import mermaid, pages


@pytest.mark.parametrize("path", sorted(pages()))
def test_the_page_in_docs_is_current(path: str) -> None:
    assert (Path(__file__).parents[2] / path).read_text(encoding="utf-8") == pages()[path], (
        "run: gezhi workflow diagram"
    )


def test_every_state_is_drawn_with_its_chinese_name() -> None:
    drawn = mermaid(CASE)
    assert all(f'state "{words!s}" as {state}' in drawn for state, words in CASE.states.items())
    assert "[*] --> reported: 上报" in drawn
    assert "closed --> [*]" in drawn


def test_every_action_and_guard_is_explained() -> None:
    page = pages()["docs/workflows/case.md"]
    assert all(f"`{action}`" in page for action in CASE.actions)
    assert all(guard.refusal in page for guard in CASE.guards.values())
