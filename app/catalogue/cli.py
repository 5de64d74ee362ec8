"""`gezhi catalogue`: import, export and compare documents."""

from collections.abc import Sequence
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.catalogue import files, service
from app.catalogue.differences import Difference
from app.catalogue.document_terms import DocumentKind
from app.catalogue.files import DocumentRefused
from app.catalogue.service import Comparison
from app.core import clock
from app.core.commands import DRY_RUN, UNWRITABLE, CommandError, both, echo
from app.core.transaction import transaction
from app.frame.forms import flat
from workflows.words import Words, plain

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_FROM = click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="生效时间（北京时间），默认立即生效。Valid from when; at once by default.",
)

_NO_SERVICE = Words("现行目录中没有服务 {}。", "No service {} is in force.")
_ASK = Words("要导入吗？", "Import it?")
_NOT_IMPORTED = Words(
    "没有导入。确认要改的，回答 y，或加 --yes。", "Nothing was imported: answer y, or say --yes, if that is wanted."
)


@click.group("catalogue")
def group() -> None:
    """类别、时限、服务等目录文件：导入、导出、比较。Files of the catalogue: import, export, compare."""


@group.command("import")
@_PATHS
@_FROM
@DRY_RUN
@click.option("--note", default="", help="说明，例如批准文号。A note, for instance the decision.")
@click.option("--yes", is_flag=True, help="不再询问（用于脚本）。Do not ask: for scripts.")
@with_appcontext
def import_(paths: tuple[Path, ...], valid_from: datetime | None, dry_run: bool, note: str, yes: bool) -> None:
    """导入文件，有变化的成为新版本；已立案的案件沿用原版本。Import files; what differs is a new version.

    会改变在计时时限的（工作日历），先说明多少、再询问。
    What moves limits that run (a calendar) says how many, and asks.
    """
    compared = _compare(paths, valid_from, note)
    if dry_run:
        _say(service.with_foreseen(compared))
        echo(Words("以上为试运行，未写入。", "A trial: nothing was written."))
        return
    _say(compared.difference)
    _confirm(service.foreseen(compared), yes)
    try:
        with transaction():
            service.carry_out(compared, by=getuser())
    except service.DifferenceChanged as changed:
        raise CommandError(changed.detail) from changed


@group.command("diff")
@_PATHS
@_FROM
@with_appcontext
def diff(paths: tuple[Path, ...], valid_from: datetime | None) -> None:
    """显示目录文件与现行目录的差异。Show how files differ from what is in force."""
    _say(service.with_foreseen(_compare(paths, valid_from)))


@group.command("export")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--service", "code", help="只导出一个服务及其类别，成为一个服务文件。One service with its classes alone.")
@with_appcontext
def export(target: Path, code: str | None) -> None:
    """把现行目录写成一个可再导入的文件。Write all that is in force into one file, to be imported again."""
    documents = service.export(DocumentKind.SERVICE, code) if code else service.export()
    if not documents:
        raise CommandError(_NO_SERVICE.format(code))
    try:
        target.write_text(service.export_service(code) if code else files.write(documents), encoding="utf-8")
    except OSError as error:
        raise CommandError(UNWRITABLE.format(target, error.strerror)) from error
    echo(Words("已导出 {} 份。", "{} documents were exported.").format(len(documents)))


def _compare(paths: tuple[Path, ...], valid_from: datetime | None, note: str = "") -> Comparison:
    moment = valid_from.replace(tzinfo=clock.LOCAL).astimezone(UTC) if valid_from else None
    try:
        uploads = files.opened(paths)
        with files.naming_lines(uploads):
            return service.compare(files.read_uploads(uploads), valid_from=moment, note=note)
    except DocumentRefused as refused:
        field = Words("  {}：{}", "  {}: {}")
        lines = [field.format(where, Words("；", "; ").join(flat(texts))) for where, texts in refused.fields.items()]
        raise CommandError(plain("\n").join([refused.detail, *lines])) from refused


def _say(difference: Difference) -> None:
    for text in difference.texts:
        echo(text)


def _confirm(brings: Sequence[Words], yes: bool) -> None:
    """Say what an import brings about beside, and go on only where that is wanted."""
    for text in brings:
        echo(text)
    if not brings or yes:
        return
    try:
        wanted = click.confirm(both(_ASK))
    except click.Abort:  # nobody is there to be asked
        wanted = False
    if not wanted:
        raise CommandError(_NOT_IMPORTED)


commands = [group]
