"""Commands about grids."""

from pathlib import Path

import click

from app.core.commands import DRY_RUN, CommandError, both, echo
from app.core.transaction import transaction
from app.grids import import_check, service
from app.grids.boundaries import GridFault
from app.grids.coordinates import Crs
from workflows.words import Words

_COUNTS = Words("新建 {}，修改 {}，未变 {}，停用 {}。", "{} new, {} changed, {} unchanged, {} ended.")
SYSTEMS = click.Choice([each.value for each in Crs])


@click.group("grids")
def grids() -> None:
    """网格：导入边界。Grids: import boundaries."""


@grids.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DRY_RUN
@click.option(
    "--crs",
    type=SYSTEMS,
    default=Crs.WGS84.value,
    show_default=True,
    help="文件的坐标系。The file's coordinate system.",
)
@click.option("--accept-offset", is_flag=True, help="西安 80、北京 54 坐标不作转换，接受偏移。Take these as they are.")
def import_grids(file: Path, dry_run: bool, crs: str, accept_offset: bool) -> None:
    """从 GeoJSON 文件新建、替换或停用网格；有一处错误就一个也不导入。Import GeoJSON, all or nothing."""
    ground, stand = service.ground()
    judgement = import_check.judge_file(file.read_bytes(), Crs(crs), ground, accept_offset=accept_offset)
    for note in judgement.notes:
        echo(Words("注意：{}", "Note: {}").format(note), err=True)
    if judgement.is_empty:
        raise CommandError(Words("文件里没有网格，没有导入。", "No grid is in the file: nothing was imported."))
    if judgement.faults:
        raise _refusal(judgement.faults)
    if dry_run:
        plan = judgement.plan
        counts = len(plan.new), len(plan.changed), plan.unchanged, len(plan.ended)
        echo(Words("检查通过，未写入：{}", "Checked, nothing written: {}").format(_COUNTS.format(*counts)))
        return
    with transaction():
        done = service.replace(judgement.plan, stand)
    counts = done.created, done.changed, done.unchanged, done.ended
    echo(Words("已导入：{}", "Imported: {}").format(_COUNTS.format(*counts)))


def _refusal(faults: tuple[GridFault, ...]) -> CommandError:
    """Print every fault on a line of its own, and return what ends the command with exit code 1."""
    for fault in faults:
        click.echo(f"{fault.code}\t{both(fault.detail)}", err=True)
    return CommandError(
        Words("有 {} 处错误，没有导入任何网格。", "Faults: {}. No grid was imported.").format(len(faults))
    )


commands = [grids]
