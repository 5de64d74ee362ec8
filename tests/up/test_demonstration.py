"""`gezhi demo` alone: on an empty folder it makes what it needs; a folder that another holds is left alone."""

import json
import signal
import sqlite3
from contextlib import closing, suppress

from app.core.db import LOCK_LIMIT_MS
from app.up.data_folder import lock
from tests.support.busy import writing_for
from tests.support.processes import LIMIT_SECONDS, forked, run
from tests.support.until import until
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


def reached(data):
    """Up to when a play has come, by its own notes; nothing while there are none."""
    with suppress(FileNotFoundError):
        return json.loads((data / "demo-playing.json").read_text())["reached"]


def test_a_play_waits_for_a_busy_database_and_one_that_is_killed_is_gone_on_with(tmp_path):
    data = tmp_path / "data"
    with forked("demo", "--days", "2", GEZHI_DATA_DIR=str(data)) as play:
        beginning = until(lambda: reached(data), "the play begins", seconds=LIMIT_SECONDS)
        until(lambda: reached(data) != beginning, "the play goes on", seconds=LIMIT_SECONDS)
        writing_for(data / "gezhi.sqlite3", LOCK_LIMIT_MS / 1000 + 1)
        stood = reached(data)
        until(lambda: reached(data) != stood, "the play has waited", seconds=LIMIT_SECONDS)
        play.send_signal(signal.SIGKILL)
        play.communicate(timeout=LIMIT_SECONDS)
    stood = reached(data)
    code, said = run("demo", GEZHI_DATA_DIR=str(data))
    assert code == 0, said
    assert "从那里继续" in said
    assert reached(data) is None
    with closing(sqlite3.connect(data / "gezhi.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL").fetchone() == (0,)
        assert connection.execute("SELECT max(at) FROM case_steps").fetchone()[0] > stood.replace("T", " ")[:19]
        assert connection.execute("SELECT count(*) FROM case_steps WHERE action = 'set_back'").fetchone() == (0,)
    code, said = run("verify", "--all", GEZHI_DATA_DIR=str(data))
    assert code == 0, said
