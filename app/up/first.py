"""What happens once, when an installation is new: it gets the demo county, unless it is to stay empty."""

import os
import secrets
from pathlib import Path

from flask import Flask

from app import rooms
from app.core.commands import echo
from app.core.db import db
from app.identity.second_factor import OFF
from workflows.words import Words

MARK = "demo-unfinished"  # a first start that was interrupted is taken up again
PASSWORD = "demo-password"  # noqa: S105 - the name of a file
ACCOUNTS = (
    "worker1… auxiliary1 acceptor1 duty1 dispatcher1 leader1 county1 township1 housing1 handler1 "
    "officer1 officer2 legal1 head1 supervisor1 admin1 security1 audit1"
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


def ask_for_no_codes(app: Flask, folder: Path) -> None:
    """Let a demo county be looked at without a second factor, unless the settings say otherwise; real ones need it."""
    if (folder / PASSWORD).exists() and "GEZHI_SECOND_FACTOR" not in os.environ:
        app.config["SECOND_FACTOR"] = os.environ["GEZHI_SECOND_FACTOR"] = OFF


def greet(folder: Path, address: str) -> None:
    """Say where to go and how to sign in."""
    echo(Words("格治已启动", "Gezhi is ready"), address)
    if (folder / PASSWORD).exists():
        echo(Words("演示账号", "demo accounts"), ACCOUNTS)
        echo(Words("口令", "password"), (folder / PASSWORD).read_text())
        if os.environ.get("GEZHI_SECOND_FACTOR") == OFF:
            echo(
                Words(
                    "二次验证：演示不要求，正式使用时必须。", "Second factor: not required here, but of a real county."
                )
            )
