"""What commands say to whoever runs them: in both languages, for nobody has chosen one at a terminal."""

import re
import sys
from typing import Any

import click

from workflows.words import Words

DRY_RUN = click.option("--dry-run", is_flag=True, help="只检查，不写入。Only check; write nothing.")
HOST = click.option("--host", default="127.0.0.1", show_default=True, help="在此地址服务。Serve at this address.")
PORT = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="在此端口服务。Serve at this port."
)
UNWRITABLE = Words("无法写入 {}（{}）。", "The file cannot be written.")


class CommandError(click.ClickException):
    """Something the operator has to put right: one clear sentence instead of a traceback, exit code 1."""

    def __init__(self, text: Words) -> None:
        super().__init__(both(text))


def both(text: Words) -> str:
    """Return a text in Chinese and, behind it or below its lines, in English."""
    if text == text.en:
        return str(text)
    space = "\n" if "\n" in text else "" if re.search(r"[。：，；\n]$", text) else " "
    return f"{text!s}{space}{text.en}"


def echo(text: Words, value: object = None, *, err: bool = False) -> None:
    """Print a text, and the value that it names if there is one."""
    click.echo(both(text) if value is None else f"{both(text)}: {value}", err=err)


def progress_bar(text: Words, length: int = 0, **more: Any) -> Any:
    """Return a bar that shows how far something is, beside what is printed."""
    return click.progressbar(length=length, label=both(text), file=sys.stderr, **more)
