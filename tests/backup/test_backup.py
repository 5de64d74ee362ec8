"""Backup and restore: everything comes back, on either database, and nothing is overwritten or half done."""

import io
import json
import tarfile

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from app.backup import cli, rows
from app.core import encryption, outbox
from app.core.db import db
from app.core.storage import here
from app.core.transaction import transaction
from app.intake import citizens
from app.intake.models import Citizen
from tests.factories.lively import closed

pytestmark = pytest.mark.own_database  # a snapshot is a connection of its own
NAME, PHONE = "欧阳修远", "13812345678"
PASSPHRASE = "三处保管 各不相同 2026"


@pytest.fixture
def county(town):
    """A town with a case that has ended, one that runs and one that a citizen reported."""
    told = {"name": NAME, "phone": PHONE, "anonymous": False, "consent": True}
    town.acceptor.report(source="hotline", reporter=told, form={"层数": 3, "约": 0.5})
    closed(town), town.dispatched()
    return town


@pytest.fixture
def passphrase(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return file


@pytest.fixture
def elsewhere(make_app, tmp_path, request):
    """An application on an empty database of a kind, with a data folder of its own."""

    def make(kind, name="elsewhere", **more):
        folder = tmp_path / name
        url = f"sqlite:///{tmp_path / name}.sqlite3"
        if kind == "postgres":
            template = request.getfixturevalue("postgres_template")
            empty = template._create()
            request.addfinalizer(lambda: template._drop(empty))
            url = template._address(empty)
        return make_app(DATABASE_URL=url, DATA_DIR=str(folder), STORAGE_URL=(folder / "storage").as_uri(), **more)

    return make


def run(app, command, *arguments):
    with app.app_context():
        try:
            return CliRunner().invoke(command, [str(each) for each in arguments])
        finally:
            db.session.remove()
            db.engine.dispose()


def save(app, file, *options):
    said = run(app, cli.backup, file, *options)
    assert said.exit_code == 0, said.output
    return said.output


def everything(app):
    """All rows of all tables, and the names of all files."""
    with app.app_context():
        with db.engine.connect() as connection:
            found = {
                table.name: [
                    tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))
                ]
                for table in rows.tables()
            }
        root = here().root
        found["files"] = sorted(str(path.relative_to(root)) for path in root.glob("*/*/*/*"))
        db.engine.dispose()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_everything_comes_back_on_the_same_database_or_the_other(app, county, elsewhere, passphrase, tmp_path, kind):
    file = tmp_path / "county.tar"
    before = everything(app)
    assert len(before["files"]) == 6
    save(app, file, "--passphrase-file", passphrase)
    restored = elsewhere(kind)
    said = run(restored, cli.restore, file, "--passphrase-file", passphrase)
    assert said.exit_code == 0, said.output
    assert "核对无误：案件 3 件" in said.output
    assert "密钥" not in said.output
    assert everything(restored) == before
    with restored.app_context():
        citizen = db.session.scalar(select(Citizen.id))
        assert citizens._open(citizen).phone == PHONE


def test_work_goes_on_where_it_was_restored(app, county, elsewhere, tmp_path):
    save(app, tmp_path / "county.tar")
    restored = elsewhere("postgres" if db_kind(app) == "postgres" else "sqlite")
    assert run(restored, cli.restore, tmp_path / "county.tar", "--unverified").exit_code == 0
    with restored.app_context(), transaction():
        outbox.put("case.ended", "x", {})  # its number comes from the database's own counter
    with restored.app_context():
        assert db.session.scalar(select(func.count()).select_from(outbox.OutboxRow)) > 1


def db_kind(app):
    with app.app_context():
        return "postgres" if db.engine.dialect.name == "postgresql" else "sqlite"


def test_the_citizens_key_never_lies_open_in_the_file(app, county, elsewhere, passphrase, tmp_path):
    with app.app_context():
        key = encryption.key_path().read_text().partition(":")[2]
    assert "citizen.key" in save(app, tmp_path / "plain.tar")
    save(app, tmp_path / "sealed.tar", "--passphrase-file", passphrase)
    for name in ("plain.tar", "sealed.tar"):
        content = (tmp_path / name).read_bytes()
        assert key.encode() not in content
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    restored = elsewhere("sqlite")
    said = run(restored, cli.restore, tmp_path / "plain.tar", "--unverified")
    assert (said.exit_code, "缺少密钥" in said.output) == (0, True)
    with restored.app_context(), pytest.raises(encryption.KeyMissing):
        citizens.masked(db.session.scalar(select(Citizen.id)))


def test_another_passphrase_restores_nothing(app, county, elsewhere, passphrase, tmp_path):
    save(app, tmp_path / "county.tar", "--passphrase-file", passphrase)
    passphrase.write_text("another passphrase", encoding="utf-8")
    restored = elsewhere("sqlite")
    said = run(restored, cli.restore, tmp_path / "county.tar", "--passphrase-file", passphrase)
    assert (said.exit_code, "口令不对" in said.output) == (1, True)
    with restored.app_context():
        assert table_names() == []


def table_names():
    with db.engine.connect() as connection:
        return connection.dialect.get_table_names(connection)


def test_a_short_passphrase_is_refused(app, tmp_path):
    (tmp_path / "short").write_text("123456")
    said = run(app, cli.backup, tmp_path / "county.tar", "--passphrase-file", tmp_path / "short")
    assert said.exit_code == 1
    assert not (tmp_path / "county.tar").exists()


def test_a_database_or_storage_that_holds_something_is_not_restored_into(app, county, elsewhere, tmp_path):
    file = tmp_path / "county.tar"
    save(app, file)
    before = everything(app)
    said = run(app, cli.restore, file, "--unverified")
    assert (said.exit_code, "不是空的" in said.output) == (1, True)
    assert everything(app) == before
    other = elsewhere("sqlite")
    (tmp_path / "elsewhere/storage/original/aa/bb").mkdir(parents=True)
    (tmp_path / "elsewhere/storage/original/aa/bb/aabb").write_bytes(b"x")
    assert "附件文件夹不是空的" in run(other, cli.restore, file, "--unverified").output


def test_a_backup_is_never_written_over_another_file(app, county, tmp_path):
    (tmp_path / "county.tar").write_bytes(b"last week's")
    assert run(app, cli.backup, tmp_path / "county.tar").exit_code == 1
    assert (tmp_path / "county.tar").read_bytes() == b"last week's"
    assert run(app, cli.backup, tmp_path / "no-such-folder" / "county.tar").exit_code == 1


def altered(source, target, change):
    """Copy a backup, changing its members: name and content in, name and content (or None) out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            name, content = change(info.name, old.extractfile(info).read())
            if content is not None:
                info.name, info.size = name, len(content)
                new.addfile(info, io.BytesIO(content))


def _flip(name, content):
    return name, bytes([content[0] ^ 1]) + content[1:] if name.startswith("files/original") else content


def _drop_last(name, content):
    return name, None if name == "manifest.json" else content


def _escape(name, content):
    return name.replace("files/thumb/", "files/thumb/../../../"), content


def _lose_steps(name, content):
    return name, None if "case_steps" in name else content


def _newer(name, content):
    if name == "manifest.json":
        return name, json.dumps({**json.loads(content), "revision": "9999"}).encode()
    return name, content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_flip, "备份文件已损坏"),
        (_drop_last, "缺少结尾的清单"),
        (_escape, "不认识的内容"),
        (_lose_steps, "备份文件已损坏"),
        (_newer, "比本程序新"),
    ],
)
def test_a_file_that_is_damaged_or_newer_restores_nothing(app, county, elsewhere, tmp_path, change, says):
    save(app, tmp_path / "county.tar")
    altered(tmp_path / "county.tar", tmp_path / "altered.tar", change)
    restored = elsewhere("sqlite")
    said = run(restored, cli.restore, tmp_path / "altered.tar", "--unverified")
    assert (said.exit_code, says in said.output) == (1, True), said.output
    with restored.app_context():
        assert table_names() == []


def test_a_file_cut_off_or_of_another_kind_is_refused(app, county, elsewhere, tmp_path):
    save(app, tmp_path / "county.tar")
    content = (tmp_path / "county.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.tar").write_text("hello")
    for name in ("cut.tar", "text.tar"):
        assert run(elsewhere("sqlite", name[:3]), cli.restore, tmp_path / name, "--unverified").exit_code == 1


def test_a_lost_photo_does_not_stop_the_backup_and_is_said(app, county, elsewhere, tmp_path):
    with app.app_context():
        lost = next(iter(sorted(here().root.glob("original/*/*/*"))))
    lost.unlink()
    said = run(app, cli.backup, tmp_path / "county.tar")
    assert (said.exit_code, lost.name in said.output) == (1, True)
    restored = run(elsewhere("sqlite"), cli.restore, tmp_path / "county.tar", "--unverified")
    assert (restored.exit_code, "原件丢失" in restored.output) == (1, True)


def test_what_was_written_while_the_backup_ran_is_not_in_it_by_half(app, county, tmp_path):
    with app.app_context():
        with rows.snapshot() as connection:
            before = connection.scalar(text("SELECT count(*) FROM case_steps"))
            county.worker.report()
            assert connection.scalar(text("SELECT count(*) FROM case_steps")) == before
        with rows.snapshot() as connection:
            assert connection.scalar(text("SELECT count(*) FROM case_steps")) == before + 1


def test_the_sums_can_be_checked_without_us(app, county, tmp_path):
    save(app, tmp_path / "county.tar")
    with tarfile.open(tmp_path / "county.tar") as tar:
        names = tar.getnames()
        sums = tar.extractfile("SHA256SUMS").read().decode().splitlines()
        manifest = json.loads(tar.extractfile("manifest.json").read())
    assert [line.split("  ")[1] for line in sums] == names[:-2]
    assert manifest["tables"]["cases"]["rows"] == 3
    assert NAME not in (tmp_path / "county.tar").read_bytes().decode(errors="replace")
