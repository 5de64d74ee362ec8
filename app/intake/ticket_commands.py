"""Commands about tickets: take in what another system has written into a file."""

from collections.abc import Iterator
from pathlib import Path

import click

from app.cases import service as cases
from app.cases.protocol import DEFAULT
from app.core.commands import DRY_RUN, CommandError, echo
from app.core.errors import Problem
from app.core.permissions import Person
from app.core.transaction import transaction
from app.frame.forms import flat
from app.identity import queries as identity
from app.intake import queries, service, ticket_file
from app.intake.ticket_file import TicketRow
from workflows.case_terms import CaseAction
from workflows.words import Words, plain

_NOBODY = Words("没有账号“{}”，或已停用。", "There is no account “{}”, or not any more.")
_CHECKED = Words("检查了 {} 件，其中 {} 件可以收下，未写入。", "Checked {}; {} can be taken; nothing was written.")
_REFUSED = Words("有 {} 件没有收下，原因见上；改正后可以再次导入。", "Refused: {}. Mend them and import it again.")
# one of several senders
_OF_SENDERS = frozenset({CaseAction.SENDER_GAVE_TIME, CaseAction.SENDER_KEPT_DATE, CaseAction.SECOND_ORDER})
_TAKEN, _KNOWN = Words("收下", "taken"), Words("早已收到", "known")


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
    同意保存、匿名。来源后来的话也各占一行：“事项”写二次派单、来源同意退回、来源不同意退回、来源同意延期、来源不同意延期、答复、
    补录工单之一，另有理由、期限、新编号、答复、结果。同样的话再来一次，以“时间”区分；没有时间的，同一次申请、同一次办结、
    同一轮次内只算一次。

    The columns, as they are titled: 编号 number and 描述 description (both needed); 来源 source (else the hotline),
    诉求类型 what is wanted, 类别 class, 地址 address, 网格 grid or 经度 and 纬度 longitude and latitude, 期限 limit,
    保密 secret, 要求答复 reply wanted, 反映人 reporter, 电话 phone, 同意保存 consent, 匿名 anonymous.

    What the sender says later is a row too: 事项 is the act, in Chinese or English (second order, an answer to return
    or time, reply, ticket details), with 理由 reason, 期限 limit, 新编号 new number, 答复 reply, 结果 outcome. The same
    words once more are told apart by 时间 (when they were said); without it they count once for an ask, an end or a
    round.

    JSON: what the interface takes; a later row has `external_no`, `action`, `data` and `at`.
    """
    person = _person(username)
    rows = _rows(file)
    done = list(_take_in(person, rows, dry_run=dry_run))
    faulty = [(row, text) for row, text, _ in done if text]
    for row, text in faulty:
        echo(Words("第 {} 行（{}）：{}", "Row {} ({}): {}").format(row.row, row.number or "—", text), err=True)
    fresh = sum(created for _, text, created in done if not text)
    if dry_run:
        echo(_CHECKED.format(len(done), len(done) - len(faulty)))
    else:
        text = Words("共 {} 件：{} {} 件，{} {} 件。", "{} tickets: {} {}, {} {}.")
        echo(text.format(len(done), _TAKEN, fresh, _KNOWN, len(done) - len(faulty) - fresh))
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
        raise CommandError(_words(refused)) from refused


def _take_in(person: Person, rows: list[TicketRow], *, dry_run: bool) -> Iterator[tuple[TicketRow, Words | None, bool]]:
    """Take each ticket in a transaction of its own; yield it with what is wrong, and whether it made a case."""
    before: set[tuple[str, str]] = set()  # by source and number, what a dry run would have taken by then
    for row in rows:
        if row.faults:
            yield row, plain(" ").join(row.faults), False
            continue
        try:
            created = _check(person, row, before) if dry_run else _take(person, row)
        except Problem as problem:
            yield row, _words(problem), False
        else:
            yield row, None, created


def _take(person: Person, row: TicketRow) -> bool:
    """Take one row; tell whether anything came of it that was not known. Raises Problem for what it is refused for."""
    if row.action is None:
        acted, _ = service.submit(row.case_id, person, service.load(row.report))
        return acted.created
    case_id, seen = queries.ticket_of(row.case_id, row.source, row.number, person)
    data = dict(row.report)
    if row.action in _OF_SENDERS:
        data["sender_no"] = queries.sender_no(case_id, row.case_id, row.source, row.number)
    op_id = row.op_id(case_id, f"at {row.at}" if row.at else queries.occasion(case_id, row.action))
    with transaction():
        return cases.act(case_id, row.action, person, data, op_id, seen).created


def _check(person: Person, row: TicketRow, before: set[tuple[str, str]]) -> bool:
    """Raise Problem for what a row would be refused for; a later one may speak of a ticket that stands before it."""
    if row.action is None:
        service.check(row.case_id, person, service.load(row.report))
    else:
        if (row.source, row.number) not in before:
            queries.ticket_of(row.case_id, row.source, row.number, person)
        cases.load(DEFAULT, row.action, dict(row.report))
    before |= {(row.source, number) for number in (row.number, row.report.get("external_no")) if number}
    return False


def _words(problem: Problem) -> Words:
    texts = [text for messages in (problem.fields or {}).values() for text in flat(messages)]
    return plain(" ").join([problem.detail, *texts])
