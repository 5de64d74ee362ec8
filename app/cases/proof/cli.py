"""Commands that keep the proof of cases: baselines of old ones, anchors, erasing personal data."""

import sys
from uuid import UUID

import click

from app.cases import erasure, jobs, queries
from app.cases.cli import check_database
from app.cases.proof import anchors
from app.core.db import empty_log
from app.core.permissions import SYSTEM
from app.core.transaction import transaction


@click.command("baseline")
def baseline() -> None:
    """为旧版本的案件补记现状，直到全部补完；平时由后台逐步进行。Write down what stands in the rows of older cases."""
    check_database()
    made = 0
    with click.progressbar(length=queries.count_unproven(), label="补记 writing down", file=sys.stderr) as bar:
        while step := jobs.sweep_baselines():
            made += step
            bar.update(step)
    rest = queries.count_unproven()
    click.echo(f"已补记 {made} 件，尚余 {rest} 件。{made} cases have their baseline now, {rest} are left.")
    if rest:
        raise click.ClickException(
            "有案件无法补记，请运行 gezhi verify --all 查看原因。gezhi verify --all says why not."
        )


@click.command("anchor")
@click.option(
    "--whole", is_flag=True, help="写下全部案件，不只上次以后变动的。All cases, not only those changed since."
)
def anchor(whole: bool) -> None:
    """立即写一个锚点文件（平时每天一个）。Write an anchor file now; there is one every day anyhow."""
    check_database()
    path = anchors.write(whole=whole)
    click.echo(f"锚点已写入 {path}，请复制到别处保存。The anchor is in {path}: keep a copy elsewhere.")


@click.command("erase")
@click.argument("case_id", type=click.UUID)
@click.argument("seq", type=click.IntRange(1), nargs=-1, required=True)
@click.option("--reason", required=True, help="依据，记入审计日志。Why; it is kept in the audit.")
@click.option("--names", is_flag=True, help="一并抹除办理人姓名。The names of who took these steps, too.")
@click.option(
    "--unsound", is_flag=True, help="核对有差错的案件也抹除，审计中写明。Though verify finds faults; the audit says so."
)
def erase(case_id: UUID, seq: tuple[int, ...], reason: str, names: bool, unsound: bool) -> None:
    """抹除案件某几步中的个人信息，不可恢复；哈希链仍可核对。Erase what steps say, for ever; the chain still holds."""
    check_database()
    with transaction():
        gone = erasure.erase(case_id, seq, SYSTEM, reason, names=names, unsound=unsound)
    empty_log()
    if not gone:
        raise click.ClickException("没有可抹除的步骤。There is no such step, or it was erased before.")
    click.echo(f"已抹除第 {'、'.join(map(str, gone))} 步。Erased.")


commands = [baseline, anchor, erase]
