"""Draw the machines for the handbook: one page each, written by `gezhi workflow diagram`."""

from __future__ import annotations

from itertools import product
from typing import Any

from workflows.case import CASE
from workflows.engine import Move, Workflow
from workflows.round import ROUND
from workflows.words import listed, plain

WORKFLOWS: tuple[Workflow[Any], ...] = (CASE, ROUND)


def pages() -> dict[str, str]:
    """Return the text of every page by its path from the root of the repository."""
    return {f"docs/workflows/{workflow.name}.md": diagram_page(workflow) for workflow in WORKFLOWS}


def diagram_page(workflow: Workflow[Any]) -> str:
    """Write one page: the picture of what changes the state, then every row of the table."""
    return "\n".join((
        f"# {workflow.title!s} {workflow.title.en}",
        "",
        f"由 `workflows/{workflow.name}.py` 生成，请勿手改；更新：`gezhi workflow diagram`。",
        "",
        "```mermaid",
        mermaid(workflow).rstrip(),
        "```",
        "",
        "| 操作 | 从 | 到 | 谁 | 条件 | 必填 | 为什么 |",
        "|---|---|---|---|---|---|---|",
        *(_row(workflow, move) for move in workflow.moves),
        "",
        "| 条件 | 不满足时的提示 |",
        "|---|---|",
        *(f"| `{name}` | {guard.refusal!s} |" for name, guard in workflow.guards.items()),
        "",
    ))  # fmt: skip


def mermaid(workflow: Workflow[Any]) -> str:
    """Draw the moves that change the state; several steps between the same two states share an arrow."""
    arrows: dict[tuple[str, str], dict[str, None]] = {}
    notes = []
    for move in workflow.moves:
        action = str(workflow.actions[move.action])
        if _from_any_open(workflow, move):
            notes += [f"    note right of {end}: 办理中各状态均可{action}" for end in move.ends() if end is not None]
            continue
        for source, end in product(move.sources, move.ends()):
            if end not in (None, source):
                arrows.setdefault((_node(workflow, source), str(end)), {})[action] = None
    return "\n".join((
        "stateDiagram-v2",
        *(f'    state "{words!s}" as {state}' for state, words in workflow.states.items()),
        *(f"    {source} --> {end}: {'、'.join(actions)}" for (source, end), actions in arrows.items()),
        *(f"    {state} --> [*]" for state in workflow.states if state in workflow.groups["ENDS"]),
        *notes,
        "",
    ))  # fmt: skip


def _from_any_open(workflow: Workflow[Any], move: Move) -> bool:
    return frozenset(move.sources) == workflow.groups["OPEN"]


def _node(workflow: Workflow[Any], state: str) -> str:
    return "[*]" if state == workflow.initial else state


def _row(workflow: Workflow[Any], move: Move) -> str:
    cells = (
        f"{workflow.actions[move.action]!s} `{move.action}`",
        _sources(workflow, move),
        _target(workflow, move),
        _who(workflow, move),
        " ".join(f"`{guard}`" for guard in move.guards),
        " ".join(f"`{need}`" for need in move.needs),
        move.why,
    )
    return f"| {' | '.join(cells)} |"


def _sources(workflow: Workflow[Any], move: Move) -> str:
    if _from_any_open(workflow, move):
        return "办理中各状态"
    if set(move.sources) == set(workflow.states):
        return "任何状态"
    return str(listed(plain("–") if state == workflow.initial else workflow.states[state] for state in move.sources))


def _target(workflow: Workflow[Any], move: Move) -> str:
    if move.target_from:
        return "原状态"
    return "不变" if move.target is None else str(workflow.states[move.target])


def _who(workflow: Workflow[Any], move: Move) -> str:
    relation = "" if move.relation is None else str(workflow.relations[move.relation])
    return f"{relation} `{move.permission}`".strip() if move.permission else relation
