"""`gezhi catalogue`: import, export and compare documents."""

from datetime import UTC, datetime
from functools import partial
from getpass import getuser
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.catalogue import files, service
from app.catalogue.files import DocumentRefused
from app.core import clock
from app.core.commands import UNWRITABLE, CommandError, echo
from app.core.transaction import transaction
from app.frame.forms import flat
from workflows.words import Words

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_FROM = click.option(
    "--valid-from", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="生效时间（北京时间），默认立即生效。"
)


@click.group("catalogue", help="类别、时限、服务等目录文件：导入、导出、比较。")
def group() -> None:
    """Hold the commands together."""


@group.command("import", help="导入目录文件或文件夹，有变化的内容成为新版本；已立案的案件沿用原版本。")
@_PATHS
@_FROM
@click.option("--dry-run", is_flag=True, help="只检查并显示差异，不写入。")
@click.option("--note", default="", help="说明，例如批准文号。")
@with_appcontext
def import_(paths: tuple[Path, ...], valid_from: datetime | None, dry_run: bool, note: str) -> None:
    """Import files; print the difference."""
    _run(paths, valid_from, dry_run, note)
    if dry_run:
        echo(Words("以上为试运行，未写入。", "A trial: nothing was written."))


@group.command("diff", help="显示目录文件与现行目录的差异。")
@_PATHS
@_FROM
@with_appcontext
def diff(paths: tuple[Path, ...], valid_from: datetime | None) -> None:
    """Print the difference between files and what is in force."""
    _run(paths, valid_from, dry_run=True, note="")


@group.command("export", help="把现行目录写成一个可再导入的文件。")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def export(target: Path) -> None:
    """Write every document in force into one file."""
    documents = service.export()
    try:
        target.write_text(files.write(documents), encoding="utf-8")
    except OSError as error:
        raise CommandError(UNWRITABLE.format(target, error.strerror)) from error
    echo(Words("已导出 {} 份。", "{} documents were exported.").format(len(documents)))


def _run(paths: tuple[Path, ...], valid_from: datetime | None, dry_run: bool, note: str) -> None:
    moment = valid_from.replace(tzinfo=clock.LOCAL).astimezone(UTC) if valid_from else None
    work = partial(service.import_files, paths, valid_from=moment, by=getuser(), dry_run=dry_run, note=note)
    try:
        if dry_run:
            difference = work()
        else:
            with transaction():
                difference = work()
    except DocumentRefused as refused:
        lines = [f"  {where}：{'；'.join(map(str, flat(texts)))}" for where, texts in refused.fields.items()]
        raise click.ClickException("\n".join([str(refused.detail), *lines])) from refused
    click.echo(str(difference))


commands = [group]
