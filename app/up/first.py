"""What happens once, when an installation is new: it gets the demo county, unless it is to stay empty."""

import secrets
from pathlib import Path

import click
from flask import Flask

from app import rooms
from app.core.db import db

MARK = "demo-unfinished"  # a first start that was interrupted is taken up again
PASSWORD = "demo-password"  # noqa: S105 - the name of a file
ACCOUNTS = (
    "worker1… auxiliary1 acceptor1 duty1 dispatcher1 leader1 township1 housing1 handler1 "
    "officer1 officer2 legal1 head1 supervisor1 admin1"
)


def plan(folder: Path, wanted: str | None) -> None:
    """Note that the demo county is to be made, and the password of its accounts, wanted or drawn by lot."""
    (folder / PASSWORD).write_text(wanted or secrets.token_urlsafe(9))
    (folder / PASSWORD).chmod(0o600)
    (folder / MARK).touch()


def first_start(app: Flask, folder: Path) -> None:
    """Make the demo county if that is still to be done."""
    if not (folder / MARK).exists():
        return
    app.config["DEMO_PASSWORD"] = (folder / PASSWORD).read_text()
    with app.app_context():
        for command in rooms.commands():
            if command.name == "demo":
                command.main(args=[], prog_name="gezhi demo", standalone_mode=False)
        db.engine.dispose()  # the children make their own connections
    (folder / MARK).unlink()


def greet(folder: Path, address: str) -> None:
    """Say where to go and how to sign in."""
    click.echo(f"格治已启动 Gezhi is ready: {address}")
    if (folder / PASSWORD).exists():
        click.echo(f"演示账号 demo accounts: {ACCOUNTS}")
        click.echo(f"口令 password: {(folder / PASSWORD).read_text()}")
