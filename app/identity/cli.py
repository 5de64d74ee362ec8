"""Commands about people and roles."""

from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select

from app.core.commands import DRY_RUN, CommandError, echo, progress_bar
from app.core.db import db
from app.core.errors import Problem
from app.core.transaction import transaction
from app.frame.forms import flat, read
from app.identity import (
    passwords,
    people_cells,
    people_file,
    people_forms,
    people_import,
    queries,
    second_factor,
    service,
    staff_telephones,
    strength,
)
from app.identity.models import PersonRow
from workflows.diagrams import WORKFLOWS
from workflows.words import Words

SEED = Path(__file__).parent / "seed" / "roles.yaml"
_SUMMARY = Words(
    "新建账号 {} 个，补充任职 {} 项，已有任职 {} 项。", "{} new accounts, {} further roles, {} held already."
)
_NO_ACCOUNT = Words("没有账号“{}”。", "There is no account “{}”.")
_CODE = Words(
    "{} 小时内凭账号和登录码登录一次，不受失败次数限制，登录后须设新密码。",
    "Good for one sign-in within {} hours, whatever failed before; a new password has to be set then.",
)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PASSWORD = click.option(
    "--password", help="密码；不给则随机生成并显示，首次登录须修改。Without it one is made up and shown."
)


@click.group("people")
def people() -> None:
    """人员：从表格导入，新建账号，重置密码。People: import a sheet, add an account, reset a password."""


@people.command("import")
@click.argument("file", type=_FILE)
@DRY_RUN
@click.option(
    "--passwords",
    "target",
    type=click.Path(path_type=Path),
    help="新账号的初始密码写到这个 xlsx 文件。Where to write first passwords.",
)
def import_people(file: Path, dry_run: bool, target: Path | None) -> None:
    """从 xlsx 或 csv 表导入人员与任职；有一处错误就一个也不导入。Import people and roles; with one fault nobody.

    表头（上面可以有标题）：姓名、账号、手机、角色、范围类型、范围代码、起、止；一人多个任职写多行。
    """
    reading = _read(file)
    plan = _plan(reading)
    summary = _SUMMARY.format(len(plan.fresh), len(plan.further), plan.held_already)
    echo(Words("读取了{}，共 {} 行人员。", "Read {}: {} rows of people.").format(reading.place, len(reading.lines)))
    if reading.hidden:
        echo(people_file.hidden_words(reading.hidden), err=True)
    if dry_run:
        echo(Words("检查通过，未写入。{}", "Checked, nothing written. {}").format(summary))
        return
    target = target or file.with_name(f"{file.stem}-初始密码.xlsx")
    if plan.fresh and target.exists():
        raise CommandError(
            Words("{} 已经存在，请换一个文件名，以免覆盖密码。", "{} exists: choose another name.").format(target)
        )
    first = {username: passwords.invent() for username in plan.fresh}
    with progress_bar(
        Words("生成初始密码", "making first passwords"), len(first), iterable=passwords.hash_all(list(first.values()))
    ) as made_hashes:
        hashes = dict(zip(first, made_hashes, strict=True))
    _write(plan, hashes, first, target)
    echo(Words("导入完成。{}", "Imported. {}").format(summary))
    if first:
        text = Words(
            "初始密码在 {}，请分发后删除；首次登录须修改。", "First passwords are in {}: hand out, then delete."
        )
        echo(text.format(target))


@people.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--phone", help="手机。The phone number.")
@click.option("--role", help="角色代码，例如 administrator（系统管理员）。The code of a role, like administrator.")
@click.option("--scope", help="任职的网格、部门或中心代码，例如 141025。Where the role is held.")
@_PASSWORD
def add_person(
    username: str, name: str, phone: str | None, role: str | None, scope: str | None, password: str | None
) -> None:
    """新建一个账号，可同时给一项任职；更多任职在“管理 · 人员”中办理或用表格导入。Make an account, with one role."""
    if not people_cells.USERNAME.fullmatch(username.lower()):
        raise CommandError(people_cells.WRONG_USERNAME)
    if bool(role) != bool(scope):
        raise CommandError(Words("--role 和 --scope 要一起给：什么角色，在哪里担任。", "Give --role with --scope."))
    hashed = _hashed(username, password, name)
    try:
        details = read(people_forms.DetailsIn(), {"name": name, "phone": phone or ""})
        with transaction():
            row = service.create_person(username, **details, password_hash=hashed)
            if role and scope:
                service.assign(row.id, role, queries.scope_kind_of(role), scope)
    except Problem as problem:
        texts = flat(problem.fields) or [problem.detail]
        raise CommandError(Words("", " ").join(texts)) from problem
    echo(Words("账号 {} 已建立。", "The account {} is made.").format(username))


@people.command("password")
@click.argument("username")
@_PASSWORD
def reset_password(username: str, password: str | None) -> None:
    """给一个账号发一次性登录码（不给 --password 时），或设一个密码；其所有设备退出登录。Give a code, or a password."""
    person_id = db.session.scalar(select(PersonRow.id).where(PersonRow.username == username.lower()))
    if person_id is None:
        raise CommandError(_NO_ACCOUNT.format(username))
    if password is None:
        with transaction():
            code = service.give_code(person_id)
        hours = current_app.config["SIGN_IN_CODE_HOURS"]
        echo(Words("一次性登录码", "one-time code"), code)
        echo(_CODE.format(hours))
        return
    hashed = _hashed(username, password)
    with transaction():
        service.change_password(person_id, hashed, must_change=True)
    echo(Words("账号 {} 的密码已重置，首次登录须修改。", "The password of {} is another now.").format(username))


@people.command("drop-second-factor")
@click.argument("username")
def drop_second_factor(username: str) -> None:
    """停用一个账号的二次验证，让其重新开通；没有别的管理员能办时用。Drop a second factor."""
    person_id = db.session.scalar(select(PersonRow.id).where(PersonRow.username == username.lower()))
    if person_id is None:
        raise CommandError(_NO_ACCOUNT.format(username))
    with transaction():
        second_factor.drop(person_id)
    text = Words(
        "账号 {} 的二次验证已停用，所有设备已退出登录。", "{} has no second factor now; all devices are signed out."
    )
    echo(text.format(username))


@people.command("unseal-telephones")
def unseal_telephones() -> None:
    """把工作人员电话还原为明文，仅在退回旧版数据库之前使用。Unseal telephones, to go back to an older version."""
    try:
        count = staff_telephones.open_sealed_ones()
    except Problem as problem:
        raise CommandError(problem.detail) from problem
    text = Words(
        "已还原 {} 个电话。下次启动或升级时会重新加密。", "{} numbers are plain until the next start or upgrade."
    )
    echo(text.format(count))


@click.group("roles")
def roles() -> None:
    """角色：从文件载入角色与权限。Roles: load them and their permissions from a file."""


@roles.command("import")
@click.argument("file", type=_FILE, default=SEED)
def import_roles(file: Path) -> None:
    """让角色与权限和文件一致；不给文件则恢复出厂角色。Make roles what the file says, or as shipped."""
    moves = {permission for workflow in WORKFLOWS for permission in workflow.permissions()}
    try:
        with transaction():
            count = service.load_roles(file, moves)
    except Problem as problem:
        raise CommandError(problem.detail) from problem
    echo(Words("已载入 {} 个角色。", "{} roles were loaded.").format(count))


def _read(file: Path) -> people_file.PeopleSheet:
    try:
        return people_file.read(file)
    except people_file.FileRefused as refused:
        raise CommandError(refused.detail) from refused


def _plan(reading: people_file.PeopleSheet) -> people_import.PeoplePlan:
    plan = people_import.plan(reading, people_import.known(reading))
    if plan.faults:
        echo(Words("读取的是{}。", "Read: {}.").format(reading.place), err=True)
        if reading.hidden:
            echo(people_file.hidden_words(reading.hidden), err=True)
        for fault in plan.faults:
            click.echo(str(fault), err=True)
        raise CommandError(
            Words("共 {} 处错误，未导入任何人员。", "Faults: {}. Nobody was imported.").format(len(plan.faults))
        )
    return plan


def _write(plan: people_import.PeoplePlan, hashes: dict[str, str], first: dict[str, str], target: Path) -> None:
    """Write the passwords before the accounts: an account whose password is lost would be of no use."""
    if first:
        lines = [(plan.fresh[username][0].name, username, word) for username, word in first.items()]
        people_file.write_passwords(target, lines)
    try:
        rows = people_import.rows_of(plan, hashes)
        with transaction():
            people_import.carry_out(plan, rows)
    except BaseException:
        if first:
            target.unlink()
        raise


def _hashed(username: str, password: str | None, name: str = "") -> str:
    """Hash the password given, or one made up and shown."""
    if password is None:
        password = passwords.invent()
        echo(Words("初始密码", "first password"), password)
        return passwords.hash_password(password)
    try:
        strength.check(password, username.lower(), name)
    except strength.WeakPassword as weak:
        raise CommandError(Words("", " ").join(flat(weak.fields))) from weak
    return passwords.hash_password(password)


commands = [people, roles]
