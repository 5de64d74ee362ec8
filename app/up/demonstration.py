"""`gezhi demo` from the command line: takes the data folder, makes in it what is missing, then plays."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from app import config
from app.core.commands import echo
from app.demo import cli
from app.factory import create_app
from app.up import data_folder, file_modes, first, log_format
from app.up.schema import bring_up_to_date, is_new
from workflows.words import Words


@click.command("demo", params=cli.demo.params, help=cli.demo.help)
@click.pass_context
def demo(context: click.Context, **options: Any) -> None:
    log_format.configure()
    cli.end_of(options["days"], options["until"])
    data = data_folder.prepare(Path(config.load()["DATA_DIR"]))
    file_modes.refuse_foreign(data)
    with closing(data_folder.lock(data)):
        os.environ["GEZHI_DATA_DIR"] = str(data)
        os.environ.setdefault("GEZHI_SECRET_KEY", data_folder.kept_secret(data, "secret-key"))
        app = create_app()
        fresh = is_new(app)
        if fresh:
            first.plan(data, app.config["DEMO_PASSWORD"])
        bring_up_to_date(app)
        first.first_start(app, data)
        if fresh:
            echo(Words("演示账号的口令", "password of the demo accounts"), (data / first.PASSWORD).read_text())
        with app.app_context():
            context.invoke(cli.demo, **options)
