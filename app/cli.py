"""The command line: what starts Gezhi, and the commands of the rooms. Nothing heavy is imported before it is needed."""

import os
from importlib import import_module
from typing import Any

import click

from app.core.commands import CommandError
from app.core.errors import Problem

STARTERS = {
    "up": "app.up.command:up",
    "web": "app.up.web:web",
    "worker": "app.up.work:worker",
    "scheduler": "app.up.scheduler:scheduler",
    "demo": "app.up.demonstration:demo",
    "migrate": "app.up.command:migrate",
}


class Commands(click.Group):
    """Find a command when it is asked for, and say in a sentence what it could not do."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            raise CommandError(problem.detail) from problem

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*STARTERS, *sorted(_of_rooms().keys() - STARTERS.keys())]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in STARTERS:
            module, _, attribute = STARTERS[name].partition(":")
            command: click.Command = getattr(import_module(module), attribute)
            return command
        return _of_rooms().get(name)


def _of_rooms() -> dict[str, click.Command]:
    return {str(command.name): command for command in import_module("app.rooms").commands()}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gezhi", prog_name="gezhi", help="显示版本。Show the version.")
@click.pass_context
def main(ctx: click.Context) -> None:
    """格治：县域网格化治理后台。Gezhi, the backend on which a county runs its grids."""
    os.umask(0o077)  # whatever we make is for us alone
    if ctx.invoked_subcommand not in STARTERS:
        ctx.with_resource(import_module("app.factory").create_app().app_context())


if __name__ == "__main__":
    main(prog_name="gezhi")
