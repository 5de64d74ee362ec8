"""Commands about objects."""

import json
from pathlib import Path

import click

from app.core.commands import DRY_RUN, UNWRITABLE, CommandError, both, echo, progress_bar
from app.core.db import db
from app.core.errors import Problem
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.frame.forms import flat
from app.frame.staging import ImportStage
from app.grids.coordinates import Crs
from app.objects import object_files, object_imports, object_views, queries
from app.objects.models import ObjectImport
from workflows.words import Words

_COUNTS = Words("新增 {}，修改 {}，未变 {}，有错未导入 {}。", "{} new, {} changed, {} unchanged, {} left out.")
_SHOWN_MOST = 100  # faults
_PAGE = 1_000


@click.group("objects")
def objects() -> None:
    """对象：导入、导出。Objects: import and export."""


@objects.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, help="对象种类的编码，例如 component。The code of the kind, like component.")
@DRY_RUN
@click.option(
    "--crs",
    type=click.Choice([each.value for each in Crs]),
    default=Crs.WGS84.value,
    show_default=True,
    help="文件的坐标系。The file's coordinate system.",
)
def import_objects(file: Path, kind: str, dry_run: bool, crs: str) -> None:
    """从 xlsx、csv 或 GeoJSON 导入；先整体检查，中断后再次运行即接着导入。Checked whole; goes on where it broke off."""
    if file.stat().st_size > object_files.MOST_BYTES:
        raise CommandError(Words("文件过大，请分成几个文件。", "The file is too large: split it."))
    with progress_bar(Words("检查", "Checking")) as bar:
        try:
            staged = object_imports.stage(file.read_bytes(), kind, crs, file.name, by=SYSTEM, progress=bar.update)
        except Problem as refused:
            raise CommandError(next(iter(_texts(refused)), refused.detail)) from refused
    for zh, en in staged.notes:
        echo(Words("注意：{}", "Note: {}").format(Words(zh, en)), err=True)
    if staged.stage == ImportStage.FAULTY:
        raise _refusal(staged)
    if dry_run:
        echo(Words("检查通过，未导入，共 {} 行。", "Checked, nothing taken in; rows: {}.").format(staged.rows))
        return
    _take(staged)


@objects.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--kind", default=None, help="只要这一种。Of this kind alone.")
def export_objects(file: Path, kind: str | None) -> None:
    """把对象写成 GeoJSON 文件，可改后再导入。Write the objects as GeoJSON, to be imported again."""
    count, after = 0, None
    try:
        with file.open("w", encoding="utf-8") as target:
            target.write('{"type":"FeatureCollection","features":[')
            while True:
                page = queries.page(SYSTEM, {"kind": kind}, after, _PAGE)
                for row in page.items:
                    target.write(",\n" if count else "\n")
                    target.write(json.dumps(object_views.whole_feature(row), ensure_ascii=False, default=str))
                    count += 1
                after = page.next
                db.session.rollback()
                if after is None:
                    break
            target.write("\n]}\n")
    except OSError as error:
        raise CommandError(UNWRITABLE.format(file, error.strerror)) from error
    echo(Words("已写出 {} 个对象。", "Objects written: {}.").format(count))


def _take(staged: ObjectImport) -> None:
    if staged.stage == ImportStage.CHECKED:
        with transaction():
            object_imports.STAGING.confirm(staged.id, by=SYSTEM)
    with progress_bar(Words("导入", "Taking in"), staged.rows) as bar:
        bar.update(staged.settled)
        while count := object_imports.take_batch(staged.id):
            bar.update(count)
    done = object_imports.STAGING.one(staged.id, SYSTEM)
    counts = _COUNTS.format(done.created, done.changed, done.unchanged, done.faults)
    echo(Words("已导入：{}", "Taken in: {}").format(counts))
    if done.faults:
        raise _refusal(done)


def _refusal(staged: ObjectImport) -> CommandError:
    """Print what is wrong row by row, and return what ends the command with exit code 1."""
    for number, column, text in object_imports.STAGING.faults(staged.id, _SHOWN_MOST):
        line = Words("第 {} 行“{}”：{}", "Row {}, “{}”: {}").format(number, column, text)
        click.echo(both(line), err=True)
    count = staged.faults
    if staged.stage == ImportStage.FAULTY:
        return CommandError(Words("有 {} 行有错，没有导入。", "Rows at fault: {}. Nothing was taken in.").format(count))
    return CommandError(Words("有 {} 行未导入。", "Rows left out: {}.").format(count))


def _texts(refused: Problem) -> list[Words]:
    return [text for texts in refused.fields.values() for text in flat(texts)]


commands = [objects]
