"""`gezhi demo` alone: on an empty folder it makes what it needs; a folder that another holds is left alone."""

import sqlite3

from app.up.data_folder import lock
from tests.support.processes import run
from tests.up.test_up import assert_one_sentence


def test_an_empty_folder_gets_database_county_and_play(tmp_path):
    data = tmp_path / "data"
    code, said = run("demo", "--days", "1", GEZHI_DATA_DIR=str(data))
    assert code == 0, said
    assert "password of the demo accounts" in said
    connection = sqlite3.connect(data / "gezhi.sqlite3")
    try:
        assert connection.execute("SELECT count(*) FROM cases").fetchone()[0] > 10
    finally:
        connection.close()
    assert not (data / "demo-unfinished").exists()


def test_a_folder_in_use_is_said_in_one_sentence_and_not_touched(tmp_path):
    with lock(tmp_path):
        code, said = run("demo", "--days", "90", GEZHI_DATA_DIR=str(tmp_path))
    assert code == 1
    assert_one_sentence(said, "正被另一个")
    assert not (tmp_path / "gezhi.sqlite3").exists()
