"""What commands say to whoever runs them: in both languages, for nobody has chosen one at a terminal."""

import re
import sys
from typing import Any

import click

from workflows.words import Words

UNWRITABLE = Words("无法写入 {}（{}）。", "The file cannot be written.")


class CommandError(click.ClickException):
    """Something the operator has to put right: one clear sentence instead of a traceback, exit code 1."""

    def __init__(self, text: Words) -> None:
        super().__init__(both(text))


def both(text: Words) -> str:
    """Return a text in Chinese and, behind it, in English."""
    space = "" if re.search(r"[。：，；\n]$", text) else " "
    return f"{text!s}{space}{text.en}"


def echo(text: Words, value: object = None, *, err: bool = False) -> None:
    """Print a text, and the value that it names if there is one."""
    click.echo(both(text) if value is None else f"{both(text)}: {value}", err=err)


def progress_bar(text: Words, length: int = 0, **more: Any) -> Any:
    """Return a bar that shows how far something is, beside what is printed."""
    return click.progressbar(length=length, label=both(text), file=sys.stderr, **more)
