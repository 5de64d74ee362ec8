"""The rooms in their order: an earlier one never imports a later one. Here are their routes and commands."""

from importlib import import_module

from click import Command
from flask import Flask

from app.core.http import Api

ROOMS = (
    "core",
    "audit",
    "identity",
    "departments",
    "grids",
    "attachments",
    "catalogue",
    "deadlines",
    "cases",
    "intake",
    "dispatch",
    "notices",
)
WITH_ROUTES = (
    "core.health",
    "identity.api",
    "departments.api",
    "grids.api",
    "catalogue.api",
    "cases.api",
    "intake.api",
    "intake.uploads",
    "dispatch.api",
    "notices.api",
)
WITH_DESCRIPTIONS = (  # of bodies whose shape the rooms' rules decide
    "cases.description",
    "intake.description",
)
WITH_COMMANDS = (
    "identity.cli",
    "grids.cli",
    "catalogue.cli",
    "cases.cli",
    "backup.cli",
    "demo.cli",
)


def register(app: Flask, api: Api) -> None:
    """Give the application every room's routes."""
    for name in WITH_ROUTES:
        api.register_blueprint(import_module(f"app.{name}").bp)


def describe(api: Api) -> None:
    """Complete the description with what only the rooms know; call when their rules have been entered."""
    for name in WITH_DESCRIPTIONS:
        import_module(f"app.{name}").describe(api.spec)


def commands() -> list[Command]:
    """Return every room's commands."""
    return [command for name in WITH_COMMANDS for command in import_module(f"app.{name}").commands]
