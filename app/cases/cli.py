"""Commands about the procedures of cases: draw their machines."""

from pathlib import Path

import click

from workflows import diagrams


@click.group("workflow")
def workflow() -> None:
    """流程：状态机的图与表。The machines of the procedures."""


@workflow.command("diagram")
@click.option("--into", type=click.Path(path_type=Path), default=".", help="放到哪里。Below which folder.")
def diagram(into: Path) -> None:
    """把每个状态机的图与表写入 docs/workflows/。Write a page for every machine into docs/workflows/."""
    for name, text in diagrams.pages().items():
        page = into / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
        click.echo(name)


commands = [workflow]
