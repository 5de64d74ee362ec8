"""`gezhi backup FILE` and `gezhi restore FILE`."""

from contextlib import closing
from pathlib import Path

import click
from flask import current_app

from app.attachments.queries import count_stored
from app.audit import service as audit
from app.audit.tags import Tag
from app.backup import dump, keys, recovery, rows
from app.cases.proof import verify
from app.cases.proof.cli import VERIFYING, check_database
from app.core import restoration
from app.core.commands import CommandError, both, echo, progress_bar
from app.core.db import db
from app.core.transaction import transaction
from app.up import data_folder
from workflows.words import Words

_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="文件第一行为口令，用来封存（或证明、打开）备份。A file whose first line seals the backup.",
)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
def backup(file: Path, passphrase_file: Path | None) -> None:
    """把全部数据、附件备份到一个新文件；可在运行中进行。Save everything to a new file, while people work."""
    passphrase = keys.read_passphrase(passphrase_file)
    check_database()
    length = len(rows.tables()) + count_stored()
    db.session.close()
    with progress_bar(Words("备份", "backing up"), length) as bar:
        summary = dump.make(file, passphrase, lambda: bar.update(1))
    echo(
        Words("备份完成：{} 行，{} 个文件。", "Saved {} rows and {} files to {}.").format(
            summary.rows, summary.files, file
        )
    )
    echo(Words("指纹", "fingerprint"), summary.fingerprint)
    echo(Words("请把指纹记在备份以外的地方，恢复时用来证明备份没有被改动。", "Keep it elsewhere than the backup."))
    if not summary.has_keys and keys.ours():
        echo(
            Words(
                "注意：备份不含群众信息的密钥，请另行妥善保存（数据文件夹中的 citizen.key），或用 --passphrase-file "
                "封存。",
                "The citizens' key is not in it: keep it elsewhere, or seal it with --passphrase-file.",
            )
        )
    if summary.unsound:
        for name in summary.unsound:
            click.echo(f"✗ {name}", err=True)
        raise CommandError(
            Words("备份已写成，但有附件丢失或被改动。", "Saved, but some files were missing or changed.")
        )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@_PASSPHRASE
@click.option("--fingerprint", metavar="HEX", help="备份时打印的指纹。What backup printed when it made the file.")
@click.option("--unverified", is_flag=True, help="不证明来源就恢复，审计中写明。Without proof; the audit says so.")
@click.option("--accept", is_flag=True, help="接受核对出的差错，开始使用。Serve what was restored, faults and all.")
def restore(
    file: Path | None, passphrase_file: Path | None, fingerprint: str | None, unverified: bool, accept: bool
) -> None:
    """把备份恢复到空的数据库和附件文件夹，然后核对。Restore into an empty installation, then verify."""
    if file is None:
        _accept(accept)
        return
    words = "".join((fingerprint or "").split()).lower() or None
    trust = recovery.Trust(keys.read_passphrase(passphrase_file), words, unverified)
    data = data_folder.prepare(Path(current_app.config["DATA_DIR"]))
    with closing(data_folder.lock(data)), progress_bar(Words("恢复", "restoring")) as bar:
        restored = recovery.restore(file, trust, lambda: bar.update(1))
    echo(Words("恢复完成：{} 行，{} 个文件。", "Restored.").format(restored.rows, restored.files))
    if unverified:
        echo(Words("注意：没有证明备份未被改动，审计中已写明。", "Nothing proved it unchanged: the audit says so."))
    if restored.keys_missing:
        echo(
            Words(
                "注意：缺少密钥 {}，群众姓名、电话暂不能读取；请把备份时的 citizen.key 放入 {}。",
                "Put the citizens' key into the data folder.",
            ).format("、".join(restored.keys_missing), data)
        )
    _verify()
    restoration.end()


def _accept(accept: bool) -> None:
    """Let what a restore has brought be served although its verifying found faults."""
    if not accept:
        raise click.UsageError(both(Words("请给出备份文件。", "Name the backup's file.")))
    if restoration.stage() is not restoration.RestoreStage.VERIFYING:
        raise CommandError(Words("没有等待接受的恢复。", "No restore waits to be accepted."))
    with transaction():
        audit.record(Tag.RESTORED_UNPROVEN, reason="faults_accepted")
    restoration.end()
    echo(Words("已接受，可以启动。", "Accepted: it may be served."))


def _verify() -> None:
    narrowed = verify.VerifyScope()
    with progress_bar(VERIFYING, verify.count(narrowed)) as bar:
        tally = verify.Tally(lambda: bar.update(1))
        faults = [fault for fault in verify.faults(narrowed, tally) if fault.table != "outbox"]  # owed since the backup
    for fault in faults:
        click.echo(f"✗ {fault}")
    if faults:
        raise CommandError(
            Words(
                "核对发现差错 {} 处，系统不会启动；换用更早的备份，或用 gezhi restore --accept 接受。",
                "Verifying found {} faults: take an older backup, or accept them with gezhi restore --accept.",
            ).format(len(faults))
        )
    echo(
        Words("核对无误：案件 {} 件，步骤 {} 步，附件 {} 个。", "All sound.").format(
            tally.cases, tally.steps, tally.files
        )
    )


commands = [backup, restore]
