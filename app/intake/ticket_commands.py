"""Commands about tickets: take in what another system has written into a file."""

from pathlib import Path

import click

from app.core.commands import DRY_RUN, CommandError, echo
from app.core.errors import Problem
from app.core.permissions import Person
from app.identity import queries as identity
from app.intake import ticket_file, ticket_import
from app.intake.ticket_file import TicketRow
from workflows.words import Words

_NOBODY = Words("没有账号“{}”，或已停用。", "There is no account “{}”, or not any more.")
_CHECKED = Words("检查了 {} 件，其中 {} 件可以收下，未写入。", "Checked {}; {} can be taken; nothing was written.")
_REFUSED = Words("有 {} 件没有收下，原因见上；改正后可以再次导入。", "Refused: {}. Mend them and import it again.")
_NOTE = Words("第 {} 行（{}）：{}", "Row {} ({}): {}")
_ACCEPTED, _KNOWN = Words("收下", "taken"), Words("早已收到", "known")


@click.group("tickets")
def tickets() -> None:
    """工单：从热线、上级等系统导出的表格收下工单。Tickets: take in what other systems have exported."""


@tickets.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="以哪个账号登记。The account that registers them.")
@DRY_RUN
def import_tickets(file: Path, username: str, dry_run: bool) -> None:
    """从 xlsx、csv 或 JSON 收下工单；有错的逐行说明，其余照收；重复导入不会重复。Take tickets from a file.

    表头：编号、描述（必需），来源（不填为热线）、诉求类型、类别、地址、网格或经度纬度、期限、保密、要求答复、反映人、电话、
    同意保存、匿名。后来的事也各占一行，“事项”写明是哪一步：申请退回来源、来源同意退回、来源不同意退回、向来源申请延期、
    来源同意延期、来源不同意延期、二次派单、答复、补录工单、回访、重办、不予重办；另有理由、期限、新编号、答复、结果、补充说明，
    回访另有是否联系上、问题是否解决、满意度、不满意或未解决的原因。同样的话再来一次，以“时间”区分；没有时间的，同一次申请、
    同一次办结、同一轮次内只算一次。

    The columns, as they are titled: 编号 number and 描述 description (both needed); 来源 source (else the hotline),
    诉求类型 what is wanted, 类别 class, 地址 address, 网格 grid or 经度 and 纬度 longitude and latitude, 期限 limit,
    保密 secret, 要求答复 reply wanted, 反映人 reporter, 电话 phone, 同意保存 consent, 匿名 anonymous.

    What came to pass since is a row too: 事项 is the act, in Chinese or English (asking the sender to take it back or
    for more time, an answer to that, second order, reply, ticket details, call-back, reopening or declining to), with
    理由 reason, 期限 limit, 新编号 new number, 答复 reply, 结果 outcome, 补充说明 note; of a call-back 是否联系上
    reached, 问题是否解决 solved, 满意度 how content, 不满意或未解决的原因 why not. The same words once more are told
    apart by 时间 (when they were said); without it they count once for an ask, an end or a round.

    JSON: what the interface takes; a later row has `external_no`, `action`, `data` and `at`.
    """
    person = _person(username)
    rows = _rows(file)
    done = list(ticket_import.take_in(person, rows, dry_run=dry_run))
    for one in done:
        if one.row.note:
            echo(_NOTE.format(one.row.row, one.row.number or "—", one.row.note), err=True)
    faulty = [one for one in done if one.refused]
    for one in faulty:
        echo(_NOTE.format(one.row.row, one.row.number or "—", one.refused), err=True)
    fresh = sum(one.created for one in done)
    if dry_run:
        echo(_CHECKED.format(len(done), len(done) - len(faulty)))
    else:
        text = Words("共 {} 件：{} {} 件，{} {} 件。", "{} tickets: {} {}, {} {}.")
        echo(text.format(len(done), _ACCEPTED, fresh, _KNOWN, len(done) - len(faulty) - fresh))
    if faulty:
        raise CommandError(_REFUSED.format(len(faulty)))


def _person(username: str) -> Person:
    person = identity.by_username(username)
    if person is None:
        raise CommandError(_NOBODY.format(username))
    return person


def _rows(file: Path) -> list[TicketRow]:
    try:
        return ticket_file.read(file.read_bytes())
    except Problem as refused:
        raise CommandError(refused.detail) from refused
