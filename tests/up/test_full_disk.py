"""A disk that other programs fill to its last byte: people read and sign in, and what was answered is there."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from app.core.db import db
from app.factory import create_app
from app.identity.models import PersonRow
from tests.attachments.pictures import jpeg
from tests.factories.identity import PASSWORD
from tests.factories.town import HERE, Town
from tests.plugins.application import CHEAP
from tests.support import small_disk
from tests.support.processes import free_port
from tests.support.remote import Remote
from tests.support.until import until

ROUNDS = 20  # far more than there are processes
FIGURES = {
    "GEZHI_DISK_LEAST_MB": "6", "GEZHI_DISK_RESERVE_MB": "8", "GEZHI_LOG_LEVEL": "WARNING",
    "GEZHI_ARGON2_MEMORY_KIB": "8", "GEZHI_ARGON2_ROUNDS": "1",
}  # fmt: skip


@pytest.fixture
def county(sqlite_template, clock, tmp_path):
    """A data folder with a small county in it, and the name under which its worker signs in."""
    folder = tmp_path / "county"
    folder.mkdir()
    shutil.copy(sqlite_template.file, folder / "gezhi.sqlite3")
    app = create_app({"DATA_DIR": str(folder), "DATABASE_URL": None, "REDIS_URL": None, **CHEAP})
    town = Town(app)
    with app.app_context():
        name = db.session.get_one(PersonRow, town.worker.id).username
        db.engine.dispose()
    return folder, name


class Worker:
    """A grid worker's phone."""

    def __init__(self, remote, name):
        self.remote, self.name = remote, name
        self.sign_in()

    def sign_in(self):
        said = {"username": self.name, "password": PASSWORD, "device": "phone"}
        self.opened = self.called("post", "auth/login", json=said)
        self.headers = {"Authorization": f"Bearer {self.opened['access_token']}"}

    def refresh(self):
        self.opened = self.called("post", "auth/refresh", json={"refresh_token": self.opened["refresh_token"]})
        self.headers = {"Authorization": f"Bearer {self.opened['access_token']}"}

    def called(self, method, path, **more):
        answer = getattr(self.remote, method)(f"/api/v1/{path}", **more)
        assert answer.status_code == 200, answer.data
        return answer.get_json()

    def report(self, case_id):
        said = {"class": "0102", "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
        return self.remote.put(f"/api/v1/cases/{case_id}", json=said, headers=self.headers)

    def upload(self, case_id):
        path = f"/api/v1/cases/{case_id}/attachments/{uuid4()}?purpose=before"
        return self.remote.put(path, data=jpeg(), content_type="image/jpeg", headers=self.headers)


def answers(remote):
    try:
        return remote.get("/healthz").status_code == 200
    except OSError:
        return False


def children(process):
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def test_nothing_dies_or_is_lost_on_a_full_disk(county, tmp_path):
    folder, name = county
    if small_disk.how() is None:
        pytest.skip("no mounts are allowed here; tests/core/test_full_disk.py bounds SQLite and the storage instead")
    port = free_port()
    remote = Remote(port)
    with small_disk.running(tmp_path / "disk", "48m", folder, "web", "--port", port, "--workers", 2, **FIGURES) as disk:
        until(lambda: answers(remote) and len(children(disk.process)) == 2, "the server answers")
        serving, worker, kept = children(disk.process), Worker(remote, name), str(uuid4())
        assert worker.report(kept).status_code == 201
        disk.fill(leave_bytes=5 * 1_048_576)
        for waiting in (worker.report(uuid4()), worker.upload(kept)):
            assert (waiting.status_code, waiting.get_json()["code"]) == (507, "storage_full")
            assert int(waiting.headers["Retry-After"]) > 0
        disk.fill()
        for _ in range(ROUNDS):
            worker.sign_in()
            worker.refresh()
            for path in ("/api/v1/me", "/api/v1/cases", f"/api/v1/cases/{kept}", "/healthz", "/metrics"):
                assert remote.get(path, headers=worker.headers).status_code == 200
            assert worker.report(uuid4()).status_code == 507
        assert not (disk.folder / "reserve").exists(), "this was written on the room of the reserve"
        assert remote.get("/readyz").get_json()["parts"]["disk"]["word"] == "full"
        assert children(disk.process) == serving, "no process of the server has died"
        disk.empty()
        assert worker.report(uuid4()).status_code == 201
        assert worker.upload(kept).status_code == 201
