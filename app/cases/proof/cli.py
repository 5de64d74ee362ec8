"""Commands that prove cases, and keep the proof: baselines of old ones, anchors, erasing personal data."""

from datetime import datetime
from itertools import chain as one_after_another
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from app.cases import jobs, queries
from app.cases.proof import anchors, erasure
from app.cases.proof import verify as verifying
from app.cases.proof.faults import Fault
from app.core import clock
from app.core.commands import CommandError, echo, progress_bar
from app.core.db import db, empty_log
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from workflows.words import Words

VERIFYING = Words("核对", "verifying")


@click.command("verify")
@click.option("--all", "every", is_flag=True, help="列出全部差错，不只第一处。Name every fault, not only the first.")
@click.option("--since", type=click.DateTime(), help="只核对此时（北京时间）以后变动的案件。Only cases changed since.")
@click.option("--case", "case_id", type=click.UUID, help="只核对一个案件。Only this case.")
@click.option(
    "--anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="再与这个锚点文件比对：有无整件丢失或被截去。Compare with this anchor file, too: is anything gone or cut off?",
)
def verify(every: bool, since: datetime | None, case_id: UUID | None, anchor: Path | None) -> None:
    """核对全部案件：步骤哈希链、逐步重放、任务时钟附件、审计与消息的封条、后续事项。有差错时退出码为 1。

    Prove that every case is what its steps say, and that nothing is owed; exit code 1 when a row is broken.
    """
    check_database()
    compared = anchors.begin(anchor) if anchor else None
    narrowed = verifying.VerifyScope(case_id, since.replace(tzinfo=clock.LOCAL) if since else None)
    broken: list[Fault] = []
    with progress_bar(VERIFYING, verifying.count(narrowed)) as bar:
        tally = verifying.Tally(lambda: bar.update(1))
        against = anchors.compare(anchor, compared) if anchor and compared else ()
        for fault in one_after_another(against, verifying.faults(narrowed, tally)):
            broken.append(fault)
            if not every:
                break
    for fault in broken:
        click.echo(f"✗ {fault}")
    if case_id is not None and not tally.cases:
        raise CommandError(Words("没有案件 {}。", "There is no such case.").format(case_id))
    if broken:
        hint = Words("这是第一处，加 --all 列出全部。", " This is the first one; --all names every one.")
        text = Words("核对发现差错 {} 处。", "Faults: {}.").format(len(broken))
        raise CommandError(text if every else text + hint)
    echo(
        Words(
            "核对无误：案件 {} 件，步骤 {} 步（其中已抹除个人信息 {} 步），附件 {} 个，后续事项已办完。",
            "All sound: {0} cases, {1} steps, {3} files, nothing owed.",
        ).format(tally.cases, tally.steps, tally.erased, tally.files)
    )
    _tell_what_is_unproven(tally)
    if compared:
        _tell_what_is_unanchored(compared)


def _tell_what_is_unproven(tally: verifying.Tally) -> None:
    """Say what could not be compared: rows not sealed yet, old cases without their baseline."""
    waiting = ", ".join(f"{name} {rows}" for name, rows in tally.unsealed.items())
    if waiting:
        echo(
            Words("封条 {} 个无误，尚未封存的行：{}。", "{} seals hold; not sealed yet: {}.").format(
                tally.seals, waiting
            )
        )
    if tally.unproven:
        echo(
            Words(
                "其中 {} 件由旧版本办理、尚未补记现状，其任务、时钟、附件只能部分核对（见 gezhi baseline）。",
                "{} older cases have no baseline yet: of their rows only a part can be compared.",
            ).format(tally.unproven)
        )


def _tell_what_is_unanchored(compared: anchors.AnchorReport) -> None:
    when = clock.minute(compared.at)
    echo(
        Words(
            "与锚点（{}）相符：文件 {} 个，记录 {} 条；此后变动的案件 {} 件，没有锚点可比。",
            "As anchored: {1} files, {2} heads; {3} cases have changed since and are unanchored.",
        ).format(when, compared.files, compared.heads, compared.unanchored)
    )
    if compared.missing:
        echo(
            Words(
                "注意：更早的锚点文件 {} 不在同一文件夹，未比对。",
                "The file before, {}, is not in the folder: it was not compared.",
            ).format(compared.missing)
        )


def check_database() -> None:
    """Raise one clear sentence when there is no database with cases."""
    try:
        there = inspect(db.engine).has_table("cases")
    except OperationalError as error:
        raise CommandError(
            Words(
                "无法打开数据库（{}），请检查 GEZHI_DATA_DIR 或 DATABASE_URL。", "The database cannot be opened."
            ).format(error.orig)
        ) from error
    if not there:
        raise CommandError(Words("数据库是空的，请先运行 gezhi migrate。", "It is empty: run gezhi migrate first."))


@click.command("baseline")
def baseline() -> None:
    """为旧版本的案件补记现状，直到全部补完；平时由后台逐步进行。Write down what stands in the rows of older cases."""
    check_database()
    count = 0
    with progress_bar(Words("补记", "writing down"), queries.count_unproven()) as bar:
        while step := jobs.sweep_baselines():
            count += step
            bar.update(step)
    rest = queries.count_unproven()
    echo(Words("已补记 {} 件，尚余 {} 件。", "{} cases have their baseline now, {} are left.").format(count, rest))
    if rest:
        raise CommandError(
            Words("有案件无法补记，请运行 gezhi verify --all 查看原因。", "gezhi verify --all says why not.")
        )


@click.command("anchor")
@click.option(
    "--whole", is_flag=True, help="写下全部案件，不只上次以后变动的。All cases, not only those changed since."
)
def anchor(whole: bool) -> None:
    """立即写一个锚点文件（平时每天一个）。Write an anchor file now; there is one every day anyhow."""
    check_database()
    path = anchors.write(whole=whole)
    echo(Words("锚点已写入 {}，请复制到别处保存。", "The anchor is in {}: keep a copy elsewhere.").format(path))


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
        raise CommandError(Words("没有可抹除的步骤。", "There is no such step, or it was erased before."))
    echo(Words("已抹除第 {} 步。", "Erased.").format("、".join(map(str, gone))))


commands = [verify, baseline, anchor, erase]
