"""The data folder is its owner's alone: whoever made it, and whatever a day of life has put there."""

import os
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from app.core.commands import CommandError
from app.up import file_modes
from tests.support.processes import LIMIT_SECONDS, READY, forked, free_port, lines_until, run
from tests.support.remote import Remote
from tests.up.test_full_disk import FIGURES, Worker, county

__all__ = ["county"]  # a fixture


def wide(top):
    """Whatever others may do something with."""
    every = [top, *(Path(folder) / name for folder, folders, files in os.walk(top) for name in (*folders, *files))]
    return [str(path) for path in every if not path.is_symlink() and path.lstat().st_mode & 0o077]


def open_to_all(top):
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            (Path(folder) / name).chmod(0o777 if name in folders else 0o666)
    top.chmod(0o777)


def test_after_a_day_of_life_nothing_in_it_is_open_to_others(county, tmp_path):
    folder, name = county
    (folder / "storage/original/aa/bb").mkdir(parents=True)
    (folder / "storage/original/aa/bb/aabb").write_bytes(b"of a version before")
    open_to_all(folder)
    before = os.umask(0)
    try:
        code, said = run("migrate", GEZHI_DATA_DIR=str(folder))
        assert (code, wide(folder)) == (0, []), said
        open_to_all(folder)
        port = free_port()
        with forked("up", "--empty", "--port", port, "--data", folder, **FIGURES) as up:
            lines_until(up, READY)
            worker, case_id = Worker(Remote(port), name), uuid4()
            assert worker.report(case_id).status_code == 201
            assert worker.upload(case_id).status_code == 201
            assert wide(folder) == []
            up.terminate()
            up.communicate(timeout=LIMIT_SECONDS)
    finally:
        os.umask(before)
    assert wide(folder) == []


def test_a_folder_of_others_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "thesis.txt").write_text("not ours")
    tmp_path.chmod(0o755)
    code, said = run("up", "--port", free_port(), "--data", tmp_path)
    assert (code, "不是格治的数据文件夹" in said) == (1, True)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    with pytest.raises(CommandError):
        file_modes.tighten(tmp_path / "shared")


def test_what_cannot_be_tightened_is_said_in_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)

    def of_another_user(path, mode):
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", of_another_user)
    with pytest.raises(CommandError, match="属于另一个用户"):
        file_modes.tighten(tmp_path)
