"""Commands about grids."""

from pathlib import Path

import click

from app.core.transaction import transaction
from app.grids import geojson, service
from app.grids.boundaries import Fault
from app.grids.coordinates import Crs

SYSTEMS = click.Choice([each.value for each in Crs])


@click.group("grids")
def grids() -> None:
    """网格：导入边界。"""


@grids.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不写入。")
@click.option("--crs", type=SYSTEMS, default=Crs.WGS84.value, show_default=True, help="文件的坐标系。")
def import_grids(file: Path, dry_run: bool, crs: str) -> None:
    """从 GeoJSON 文件新建、替换或停用网格；有一处错误就一个也不导入。"""
    reading = geojson.read(file.read_bytes(), Crs(crs))
    faults = reading.faults or (service.faults_of(reading.drafts, reading.ended) if dry_run else ())
    if faults:
        raise _refusal(faults)
    if dry_run:
        click.echo(f"检查通过：{len(reading.drafts)} 个网格可以导入，{len(reading.ended)} 个将停用。")
        return
    try:
        with transaction():
            done = service.replace(reading.drafts, reading.ended)
    except service.BoundariesRefused as refused:
        raise _refusal(refused.faults) from None
    click.echo(f"已导入：新建 {done.created}，修改 {done.changed}，未变 {done.unchanged}，停用 {done.ended}。")


def _refusal(faults: tuple[Fault, ...]) -> click.ClickException:
    """Print every fault on a line of its own, and return what ends the command with exit code 1."""
    for fault in faults:
        click.echo(f"{fault.code}\t{fault.detail}", err=True)
    return click.ClickException(f"有 {len(faults)} 处错误，没有导入任何网格。")


commands = [grids]
