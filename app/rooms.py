"""The rooms in their order: an earlier one never imports a later one. Here are their routes and commands."""

from importlib import import_module

from click import Command
from flask import Flask

from app.core.http import Api
from app.core.pages import Place
from app.core.permissions import Permission

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
    "desk",
    "phone",
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
WITH_PAGES = (
    "identity.pages",
    "cases.pages.routes",
    "cases.file_pages",
    "intake.pages",
    "desk.pages",
    "desk.board.pages",
    "phone.pages",
)
MENU = (
    Place("/desk/", "工作台", "Desk", Permission.CASE_READ, homes=("centre", "department")),
    Place("/board/", "督导", "Board", Permission.BOARD_READ, homes=("grid",)),
    Place("/m/", "手机端", "Phone", Permission.CASE_REPORT, homes=("grid",)),
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
    "intake.cli",
    "backup.cli",
    "demo.cli",
)


def register(app: Flask, api: Api) -> None:
    """Give the application every room's routes."""
    for name in WITH_ROUTES:
        api.register_blueprint(import_module(f"app.{name}").bp)
    for name in WITH_PAGES:
        app.register_blueprint(import_module(f"app.{name}").bp)


def describe(api: Api) -> None:
    """Complete the description with what only the rooms know; call when their rules have been entered."""
    for name in WITH_DESCRIPTIONS:
        import_module(f"app.{name}").describe(api.spec)


def commands() -> list[Command]:
    """Return every room's commands."""
    return [command for name in WITH_COMMANDS for command in import_module(f"app.{name}").commands]
