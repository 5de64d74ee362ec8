"""Processes count in shared memory: in few files, which hold their room from the start and go with the server."""

import os
import shutil
import struct

import pytest
from prometheus_client import values

from app.core import metric_files, metrics
from app.up import guard
from tests.support.processes import LIMIT_SECONDS

pytestmark = pytest.mark.one_database
NAME = "PROMETHEUS_MULTIPROC_DIR"
STATUSES = ("200", "400", "401", "403", "404", "409", "422", "429", "503", "507")


def test_no_file_has_to_grow_whatever_is_asked(make_app):
    app = make_app()
    with metrics.counted_together(app), app.app_context():
        folder = app.extensions[metrics._SHARED]
        assert not folder.is_relative_to(app.config["DATA_DIR"])
        for rule in app.url_map.iter_rules():
            for method in rule.methods - {"OPTIONS"}:
                for status in STATUSES:
                    metrics.observe(method, rule.rule, status, 0.1)
        for kind, size in metric_files.SIZES.items():
            file = folder / f"{kind}_0.db"
            assert file.stat().st_size == size
            assert file.stat().st_blocks * 512 >= size, "a page without its room kills who writes to it"
            (used,) = struct.unpack("i", file.read_bytes()[:4])
            assert used < size * 0.8, f"give {kind} more room in SIZES"
    assert not folder.exists()


def test_who_comes_after_a_process_takes_its_place_and_those_of_killed_servers_are_swept():
    with metric_files.folder() as folder:
        places = metric_files.Places(folder)
        assert places.own() == "0"
        for _ in range(2):
            child = guard.fork(lambda: _take(places, folder))
            assert child.wait(LIMIT_SECONDS) == 0
        assert sorted(path.name for path in folder.glob("taken-*")) == ["taken-1"]
    killed = guard.fork(lambda: _die_inside(folder))
    killed.wait(LIMIT_SECONDS)
    left = folder.with_suffix(".left")
    assert os.readlink(left)
    with metric_files.folder():
        assert not left.exists()
    left.unlink()


def _die_inside(folder):
    with metric_files.folder() as mine:
        folder.with_suffix(".left").symlink_to(mine)
        os._exit(9)


def test_without_room_it_serves_and_does_not_count(make_app, monkeypatch):
    monkeypatch.setattr(metric_files, "_furnish", _no_room)
    app = make_app()
    with metrics.counted_together(app):
        assert app.test_client().get("/healthz").status_code == 200
    with metric_files.folder() as folder, pytest.raises(metric_files.NoPlace):
        metric_files.Places(folder).own()


def test_what_is_started_after_a_server_is_led_to_no_folder(make_app, monkeypatch):
    app = make_app()
    for named in (None, "/somebody/elses"):
        monkeypatch.setenv(NAME, named) if named else monkeypatch.delenv(NAME, raising=False)
        with metrics.counted_together(app):
            assert os.environ[NAME] == str(app.extensions[metrics._SHARED])
        assert os.environ.get(NAME) == named


def test_a_folder_that_the_environment_names_is_not_ours(make_app, monkeypatch):
    monkeypatch.setenv(NAME, "/nowhere")
    monkeypatch.setattr(values, "ValueClass", values.MultiProcessValue())  # what the library does with it at its import
    client = make_app().test_client()
    assert client.get("/healthz").status_code == 200
    lines = client.get("/metrics").text.splitlines()
    assert 'gezhi_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in lines


def test_files_that_somebody_tidied_away_cost_no_answer(make_app):
    app = make_app()
    with metrics.counted_together(app):
        shutil.rmtree(app.extensions[metrics._SHARED])
        client = app.test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 200


def _take(places, folder):
    (folder / f"taken-{places.own()}").touch()


def _no_room(file, size):
    raise OSError(28, "No space left on device")
