"""What a backup's file claims is proved, bounded and judged before anything of it stays."""

import base64
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.backup import archive, cli, recovery
from app.core import restoration
from app.core.commands import CommandError
from app.core.db import db
from app.core.storage import here
from tests.backup.test_backup import county, elsewhere, passphrase, run, save, table_names
from tests.rules.sources import ROOT
from tests.support.processes import GEZHI, environment

pytestmark = pytest.mark.own_database
__all__ = ["county", "elsewhere", "passphrase"]  # fixtures


def rebuilt(source, target, change, about=lambda manifest: manifest):
    """Change a backup as whoever can write to its folder would: with all sums made anew, but without the passphrase."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        lines, manifest = [], {}
        for info in old:
            content = old.extractfile(info).read()
            if info.name == "manifest.json":
                manifest = json.loads(content)
            elif info.name != "SHA256SUMS":
                for name, changed in change(info.name, content):
                    lines.append(f"{hashlib.sha256(changed).hexdigest()}  {name}\n")
                    _add(new, name, changed)
        sums = "".join(lines).encode()
        _add(new, "SHA256SUMS", sums)
        changed = about({**manifest, "sha256sums": hashlib.sha256(sums).hexdigest()})
        _add(new, "manifest.json", changed if isinstance(changed, bytes) else json.dumps(changed).encode())
    return target


def _add(tar, name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def as_it_is(name, content):
    yield name, content


def rows_of(table, edit):
    """Change the lines of a table."""

    def change(name, content):
        if name == f"rows/{table}.jsonl.gz":
            content = gzip.compress(edit(gzip.decompress(content)))
        yield name, content

    return change


def _one_more(lines):
    row = json.loads(lines.splitlines()[0])
    return lines + json.dumps([str(uuid4()), f"x{row[1]}", *row[2:]]).encode() + b"\n"


def _more(table):
    return lambda manifest: {**manifest, "tables": {**manifest["tables"], **table(manifest["tables"])}}


def _counted(tables):
    return {"people": {**tables["people"], "rows": tables["people"]["rows"] + 1}}


def _column(tables):
    return {"people": {**tables["people"], "columns": [*tables["people"]["columns"], ["crafted", "plain"]]}}


def _without(table):
    return lambda manifest: {**manifest, "tables": {n: t for n, t in manifest["tables"].items() if n != table}}


def _drop(table):
    return lambda name, content: [] if name == f"rows/{table}.jsonl.gz" else [(name, content)]


def _another_table(name, content):
    yield name, content
    if name == "rows/people.jsonl.gz":
        yield "rows/crafted.jsonl.gz", content


def _twice(name, content):
    yield name, content
    if name.startswith("rows/people"):
        yield name, content


def _other_bytes(name, content):
    yield name, content + b"x" if name.startswith("files/original") else content


CRAFTED = {
    "a row that is no JSON": (rows_of("people", lambda lines: b'["\n' + lines), None),
    "a row that is too short": (rows_of("people", lambda lines: b"[1]\n" + lines), None),
    "a row of another kind": (rows_of("people", lambda lines: lines.replace(b'["', b'[[{}],"', 1)), None),
    "a row nested without end": (rows_of("people", lambda lines: b"[" * 100_000 + b"\n"), None),
    "more rows than were named": (rows_of("people", _one_more), None),
    "a line that unpacks without end": (rows_of("people", lambda _: b"x" * 17_000_000), None),
    "rows that are not packed": (lambda name, content: [(name, b"x" if name.startswith("rows/p") else content)], None),
    "a table that is missing": (_drop("people"), _without("people")),
    "a table that is not ours": (_another_table, _more(lambda tables: {"crafted": tables["people"]})),
    "a table that comes twice": (_twice, None),
    "a column that is not ours": (as_it_is, _more(_column)),
    "a photo that is another": (_other_bytes, None),
    "a manifest that is no JSON": (as_it_is, lambda _: b"{"),
    "a manifest of nothing": (as_it_is, lambda _: {"format": 2}),
    "a manifest of another kind": (as_it_is, lambda manifest: {**manifest, "tables": {"people": 3}}),
    "a manifest without measure": (as_it_is, lambda manifest: {**manifest, "x": "x" * archive.MANIFEST_MOST}),
}


def assert_nothing_stayed(app, folder):
    with app.app_context():
        assert table_names() == []
        assert list(here().root.glob("*/*/*/*")) == []
        assert restoration.stage() is None
        db.engine.dispose()
    assert not (folder / "citizen.key").exists()


def assert_one_sentence(said, why):
    assert said.exit_code == 1, (why, said.output)
    assert "Traceback" not in said.output, why
    assert said.exception is None or isinstance(said.exception, SystemExit), (why, said.exception)


def test_a_crafted_file_is_refused_in_a_sentence_and_nothing_of_it_stays(app, county, elsewhere, tmp_path):
    good = tmp_path / "good.tar"
    save(app, good)
    target, folder = elsewhere("sqlite"), tmp_path / "elsewhere"
    for number, (why, (change, about)) in enumerate(CRAFTED.items()):
        crafted = rebuilt(good, tmp_path / f"{number}.tar", change, about or (lambda manifest: manifest))
        assert_one_sentence(run(target, cli.restore, crafted, "--unverified"), why)
        assert_nothing_stayed(target, folder)
    said = run(target, cli.restore, rebuilt(good, tmp_path / "same.tar", as_it_is), "--unverified")
    assert said.exit_code == 0, said.output


def test_a_member_that_is_no_plain_file_is_refused(app, elsewhere, tmp_path):
    bomb = tarfile.TarInfo("pax")
    bomb.type, bomb.size = tarfile.XHDTYPE, archive.HEADER_MOST + 1
    link = tarfile.TarInfo("files/original/" + "0" * 64)
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    target = elsewhere("sqlite")
    for number, info in enumerate((bomb, link)):
        file = tmp_path / f"{number}.tar"
        file.write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + b"x" * 102_400)
        assert_one_sentence(run(target, cli.restore, file, "--unverified"), info.name)
        assert_nothing_stayed(target, tmp_path / "elsewhere")


def test_nobody_adds_an_administrator_to_a_backup_unseen(app, county, elsewhere, passphrase, tmp_path):
    good, sealed = tmp_path / "good.tar", ("--passphrase-file", passphrase)
    fingerprint = save(app, good, *sealed).partition("fingerprint: ")[2].split()[0]
    forged = rebuilt(good, tmp_path / "forged.tar", rows_of("people", _one_more), _more(_counted))
    older = rebuilt(
        good, tmp_path / "older.tar", rows_of("people", _one_more),
        lambda manifest: {n: v for n, v in (_more(_counted)(manifest) | {"format": 1}).items() if n != "seal"},
    )  # fmt: skip
    target, folder = elsewhere("sqlite"), tmp_path / "elsewhere"
    for file, options in (
        (good, ()),
        (good, ("--fingerprint", "0" * 64)),
        (forged, ()),
        (forged, sealed),
        (forged, ("--fingerprint", fingerprint)),
        (older, sealed),
    ):
        assert_one_sentence(run(target, cli.restore, file, *options), options)
        assert_nothing_stayed(target, folder)
    assert run(target, cli.restore, good, "--fingerprint", fingerprint.upper()).exit_code == 0
    seen = elsewhere("sqlite", "seen")
    assert "审计中已写明" in run(seen, cli.restore, older, *sealed, "--unverified").output
    with seen.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.RESTORED_UNPROVEN)).one()
        assert (entry.data["reason"], len(entry.data["fingerprint"])) == ("unverified", 64)


def added_behind(good, target, *names):
    """Add members behind the last one as `tar -r` does; what a seal is over stays."""
    shutil.copy(good, target)
    with tarfile.open(good) as old:
        contents = {name: old.extractfile(name).read() for name in names}
    with tarfile.open(target, "a") as file:
        for name, content in contents.items():
            _add(file, name, content)
    return target


def added_before(good, target, *names):
    """Add members between the sums and the manifest, all of whose bytes stay."""
    with tarfile.open(good) as old, tarfile.open(target, "w") as new:
        for info in old:
            for name in names if info.name == "manifest.json" else ():
                _add(new, name, old.extractfile(name).read())
            _add(new, info.name, old.extractfile(info).read())
    return target


def behind_the_end(good, target):
    """Add a whole second archive behind the end of the first."""
    target.write_bytes(good.read_bytes() * 2)
    return target


def test_nothing_is_added_to_a_backup_beside_what_its_seal_is_over(app, county, elsewhere, passphrase, tmp_path):
    good, sealed = tmp_path / "good.tar", ("--passphrase-file", passphrase)
    fingerprint = save(app, good, *sealed).partition("fingerprint: ")[2].split()[0]
    rows = "rows/role_permissions.jsonl.gz"
    with tarfile.open(good) as file:
        photo = next(name for name in file.getnames() if name.startswith("files/"))
    target, folder = elsewhere("sqlite"), tmp_path / "elsewhere"
    for number, (add, *names) in enumerate((
        (added_behind, rows),
        (added_behind, photo),
        (added_behind, archive.KEYS),
        (added_behind, "manifest.json"),
        (added_behind, "manifest.json", rows),
        (added_behind, "SHA256SUMS", "manifest.json"),
        (added_before, rows),
        (added_before, photo),
        (added_before, archive.KEYS),
        (added_before, "SHA256SUMS"),
        (added_before, "manifest.json"),
        (behind_the_end,),
    )):  # fmt: skip
        forged = add(good, tmp_path / f"{number}.tar", *names)
        for proof in (sealed, ("--fingerprint", fingerprint), ("--unverified",)):
            assert_one_sentence(run(target, cli.restore, forged, *proof), (add.__name__, names))
            assert_nothing_stayed(target, folder)


def test_a_file_put_in_the_place_of_a_checked_one_is_not_read(app, county, elsewhere, tmp_path):
    good, other = tmp_path / "good.tar", tmp_path / "other.tar"
    fingerprint = save(app, good).partition("fingerprint: ")[2].split()[0]
    other.write_bytes(b"x" * good.stat().st_size)
    target = elsewhere("sqlite")
    with target.app_context():

        def swap():  # once the first rows have come
            if other.exists():
                other.replace(good)

        restored = recovery.restore(good, recovery.Trust(fingerprint=fingerprint), swap)
        assert (good.read_bytes()[:1], restored.files > 0) == (b"x", True)
        db.engine.dispose()


def _name_of_somebody(name, content):
    """Give somebody another user name: as many rows, and every one of them readable."""
    if name == "rows/people.jsonl.gz":
        first, *others = gzip.decompress(content).splitlines(keepends=True)
        row = json.loads(first)
        content = gzip.compress(b"".join([json.dumps([row[0], "intruder", *row[2:]]).encode() + b"\n", *others]))
    yield name, content


def _other_thumb(name, content):
    yield name, content[:-1] + b"x" if name.startswith("files/thumb") else content


@pytest.mark.parametrize("change", [_name_of_somebody, _other_thumb, _drop("absences")])
def test_what_is_written_into_a_file_while_it_is_restored_is_not_taken(app, county, elsewhere, tmp_path, change):
    good = tmp_path / "good.tar"
    fingerprint = save(app, good).partition("fingerprint: ")[2].split()[0]
    forged = rebuilt(good, tmp_path / "forged.tar", change).read_bytes()
    target, wrote = elsewhere("sqlite"), []
    with target.app_context():

        def write_into():  # once the first rows have come
            if not wrote:
                wrote.append(good.stat().st_ino)
                good.write_bytes(forged)

        with pytest.raises(CommandError, match="changed while"):
            recovery.restore(good, recovery.Trust(fingerprint=fingerprint), write_into)
        assert wrote == [good.stat().st_ino]
        db.engine.dispose()
    assert_nothing_stayed(target, tmp_path / "elsewhere")


def test_a_seal_that_would_take_this_machine_for_ever_is_refused(app, county, elsewhere, passphrase, tmp_path):
    good = tmp_path / "good.tar"
    save(app, good, "--passphrase-file", passphrase)
    target = elsewhere("sqlite")
    costly = {"salt": base64.b64encode(b"x" * 16).decode(), "cost": 2**40, "mac": "x", "token": "x"}
    for number, worse in enumerate((costly, {**costly, "cost": True}, {**costly, "salt": 3}, {"cost": 4}, 7)):
        sealed = rebuilt(
            good, tmp_path / f"seal{number}.tar", as_it_is, lambda manifest, seal=worse: {**manifest, "seal": seal}
        )
        assert_one_sentence(run(target, cli.restore, sealed, "--passphrase-file", passphrase), worse)
        key = json.dumps(worse).encode()
        keyed = rebuilt(
            good, tmp_path / f"key{number}.tar", lambda n, c, key=key: [(n, key if n == archive.KEYS else c)]
        )
        with keyed.open("rb") as file:
            fingerprint = archive.check(file, io.BytesIO()).fingerprint
        options = ("--passphrase-file", passphrase, "--fingerprint", fingerprint)
        assert_one_sentence(run(target, cli.restore, keyed, *options), worse)
        assert_nothing_stayed(target, tmp_path / "elsewhere")


def lines_of(page):
    """The lines of a manual by which a backup is made and comes back."""
    manual = (ROOT / page).read_text(encoding="utf-8").split("\n## ")
    chapter = next(part for part in manual if "./gezhi backup /backup/" in part and "./gezhi restore" in part)
    return [line.strip() for line in chapter.splitlines() if line.startswith("    ")]


def test_the_very_lines_of_the_manual_work_without_a_citizens_key(sqlite_template, tmp_path):
    (tmp_path / "srv/gezhi").mkdir(parents=True)
    (tmp_path / "backup").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "srv/gezhi/gezhi.sqlite3").write_bytes(sqlite_template.file.read_bytes())
    lines = lines_of("docs/operations.md")
    assert lines == lines_of("docs/operations.zh-CN.md")
    assert len(lines) == 3
    gezhi = " ".join(GEZHI)
    for line in lines:
        here_line = line.replace("./gezhi ", f"{gezhi} ")
        for folder in ("/srv/", "/backup/", "/root/"):
            here_line = here_line.replace(f" {folder}", f" {tmp_path}{folder}").replace(
                f"={folder}", f"={tmp_path}{folder}"
            )
        done = subprocess.run(["sh", "-c", here_line], env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert "All sound" in done.stdout
    assert os.stat(tmp_path / "root/gezhi-passphrase").st_mode & 0o077 == 0
    assert sys.executable in gezhi


def test_what_was_restored_with_faults_is_served_only_when_they_are_accepted(app, county, elsewhere, tmp_path):
    with app.app_context():
        next(iter(sorted(here().root.glob("original/*/*/*")))).unlink()
    run(app, cli.backup, tmp_path / "county.tar")
    target = elsewhere("sqlite")
    assert "restore --accept" in run(target, cli.restore, tmp_path / "county.tar", "--unverified").output
    told = target.test_client().get("/readyz")
    assert (told.status_code, told.get_json()["parts"]["database"]["word"]) == (503, "half_restored")
    assert run(target, cli.restore, "--accept").exit_code == 0
    told = target.test_client().get("/readyz").get_json()["parts"]
    assert told["database"]["status"] == "ok"
    assert (told["attachments"]["word"], told["attachments"]["figure"]) == ("missing", 1)
    assert run(target, cli.restore, "--accept").exit_code == 1
    with target.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM audit_log WHERE tag = 'restore:unproven'")) == 2
