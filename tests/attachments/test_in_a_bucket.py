"""Photos in a bucket: what people and commands see of it, and what they see when it is away."""

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from app.attachments import cleanup
from app.attachments.models import Attachment
from app.backup import cli as backup
from app.cases.proof import cli as cases
from app.core import storage
from app.core.transaction import transaction
from tests.attachments.pictures import jpeg
from tests.support import processes

pytestmark = pytest.mark.own_database  # a backup's snapshot is a connection of its own
PHOTO = jpeg(640, 480)


@pytest.fixture
def town(bucket_server, make_app, database):
    return database.contents.moved_to(make_app())


def run(app, command, *arguments):
    with app.app_context():
        return CliRunner().invoke(command, [str(each) for each in arguments])


def test_a_photo_is_kept_shown_verified_and_swept(town, bucket_server, later):
    case = town.worker.report().get_json()
    attachment_id, sent = town.worker.upload(case, PHOTO, purpose="before")
    assert sent.status_code == 201
    where = f"cases/{case['case_id']}/attachments/{attachment_id}"
    town.worker.act(case, "attach", attachments=[attachment_id])
    with town.worker.get(where, size="original") as shown:
        assert shown.data == PHOTO
    for size in ("public", "thumb"):
        with town.worker.get(where, size=size) as shown:
            assert shown.mimetype == "image/jpeg"
    assert town.worker.upload(case, PHOTO, attachment_id=attachment_id)[1].status_code == 200
    kept = [f"{kind}/{sent.get_json()['sha256']}" for kind in ("original", "public", "thumb")]
    assert bucket_server.objects() == kept
    town.drain()
    assert "附件 1 个" in run(town.app, cases.verify).output
    with town.app.app_context(), transaction() as session:
        session.execute(delete(Attachment))
    later(cleanup.ORPHANS_KEPT_SECONDS + 60)
    with town.app.app_context():
        assert cleanup.orphans() == 3
    assert bucket_server.objects() == []


def test_a_backup_made_from_a_bucket_comes_back_in_a_folder(town, make_app, tmp_path):
    case = town.worker.report().get_json()
    town.worker.upload(case, PHOTO, purpose="before")
    file = tmp_path / "county.tar"
    saved = run(town.app, backup.backup, file)
    assert saved.exit_code == 0, saved.output
    home = tmp_path / "elsewhere"
    settings = {"DATABASE_URL": f"sqlite:///{home}.sqlite3", "DATA_DIR": str(home), "STORAGE_URL": home.as_uri()}
    restored = make_app(**settings)
    brought = run(restored, backup.restore, file, "--unverified")
    assert brought.exit_code == 0, brought.output
    with restored.app_context():
        (key,) = storage.here().keys("original", -1)
        with storage.here().open("original", key) as stream:
            assert stream.read() == PHOTO


def test_a_command_that_needs_a_bucket_that_is_away_says_so_in_a_sentence(town, database, tmp_path):
    case = town.worker.report().get_json()
    town.worker.upload(case, PHOTO, purpose="before")
    settings = {"DATABASE_URL": database.url, "GEZHI_DATA_DIR": str(tmp_path / "data"), "STORAGE_URL": "s3://county/x"}
    code, said = processes.run("verify", **settings, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert (code, "Traceback" in said) == (1, False), said
    assert "附件存储暂时无法使用" in said


def test_while_the_bucket_is_away_people_report_and_photos_are_asked_for_again(town, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    case = town.worker.report()
    assert case.status_code == 201
    _, sent = town.worker.upload(case.get_json(), PHOTO, purpose="before")
    assert (sent.status_code, sent.get_json()["code"]) == (503, "unavailable")
    assert "附件存储" in sent.get_json()["detail"]
    assert int(sent.headers["Retry-After"]) > 0
    ready = town.client.get("/readyz").get_json()
    assert ready["parts"]["storage"] == {"status": "degraded", "word": "unreachable", "figure": None}
