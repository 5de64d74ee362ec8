"""`gezhi up` as people run it."""

import http.client
import json
import os
import resource
import signal
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from app.core.doorbell import Doorbell
from app.up import guard
from app.up.data_folder import lock
from tests.support.processes import LIMIT_SECONDS, READY, forked, free_port, lines_until, run, started
from tests.support.until import until


def pids(lines):
    """Which process runs which part, from the log lines of the supervisor."""
    said = [json.loads(line) for line in lines if line.startswith("{")]
    return {line["part"]: line["pid"] for line in said if line["event"] == "part.started"}


def seconds_of_work():
    """How long processors have worked for children that have ended: unlike the clock, it minds no neighbours."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/openapi.json")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def beats(url):
    """How many schedulers show that they live."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM heartbeats WHERE name = 'scheduler'"))


@pytest.mark.own_database
def test_it_serves_on_the_database_it_is_given_and_stops_when_asked(database, tmp_path):
    port = free_port()
    with started("up", "--empty", "--port", port, "--data", tmp_path / "data", DATABASE_URL=database.url) as up:
        said = lines_until(up, READY)
        assert answers(port)
        assert Doorbell(f"unix://{tmp_path}/data/valkey.sock").ring()
        until(lambda: beats(database.url), "the scheduler has begun")
        up.send_signal(signal.SIGTERM)
        rest, _ = up.communicate(timeout=LIMIT_SECONDS)  # returns when every child has ended
    assert up.returncode == 0, rest
    assert "part.died" not in "".join(said) + rest
    assert not beats(database.url), "what must not run beside it may begin at once"
    with pytest.raises(ConnectionRefusedError):
        answers(port)


def test_a_part_that_dies_comes_back_and_nothing_outlives_a_killed_supervisor(tmp_path):
    arguments = ["up", "--empty", "--port", free_port(), "--data", tmp_path / "data"]
    with started(*arguments) as up:
        first = pids(lines_until(up, READY))
        assert set(first) == {"valkey", "web", "worker", "scheduler"}
        os.kill(first["valkey"], signal.SIGKILL)
        again = pids(lines_until(up, '"part": "valkey", "pid"'))
        assert again["valkey"] != first["valkey"]
        up.send_signal(signal.SIGKILL)
        up.communicate(timeout=LIMIT_SECONDS)  # returns when every child has ended
    begun = seconds_of_work()
    with started(*arguments) as up:
        lines_until(up, READY)
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=LIMIT_SECONDS)
    assert up.returncode == 0
    assert seconds_of_work() - begun < 20  # two programs that load everything


def children_of(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not guard.ON_LINUX, reason="elsewhere they notice within a second")
def test_when_the_web_server_alone_is_killed_its_processes_end_with_it_and_it_serves_again(tmp_path):
    port = free_port()
    with forked("up", "--empty", "--port", port, "--data", tmp_path / "data") as up:
        web = pids(lines_until(up, READY))["web"]
        processes = children_of(web)
        assert processes
        os.kill(web, signal.SIGKILL)
        rest = lines_until(up, '"part": "web", "pid"')  # it would die again if the port were still taken
        until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in processes), "they have ended")
        rest += lines_until(up, "Booting worker")
        until(lambda: answers_at_all(port), "it serves again")
        up.send_signal(signal.SIGTERM)
        said, _ = up.communicate(timeout=LIMIT_SECONDS)
    assert ("".join(rest) + said).count('"part.died"') == 1


def answers_at_all(port):
    try:
        return answers(port)
    except OSError:
        return False


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = run("up", "--port", port, "--data", tmp_path / "data")
    assert code == 1
    assert_one_sentence(said, f"端口 {port}")


def test_an_unwritable_folder_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()  # root may write anywhere but below a file
    code, said = run("up", "--port", free_port(), "--data", tmp_path / "file" / "data")
    assert code == 1
    assert_one_sentence(said, "无法写入")


def test_a_folder_in_use_is_said_in_one_sentence(tmp_path):
    with lock(tmp_path):
        code, said = run("up", "--port", free_port(), "--data", tmp_path)
    assert code == 1
    assert_one_sentence(said, "正被另一个")


def test_a_newer_database_is_said_in_one_sentence_and_not_touched(tmp_path):
    file = tmp_path / "gezhi.sqlite3"
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9')"
    )
    connection.close()
    code, said = run("up", "--port", free_port(), "--data", tmp_path)
    assert code == 1
    assert_one_sentence(said, "比本程序新")


def assert_one_sentence(said, words):
    (line,) = [line for line in said.splitlines() if not line.startswith("{")]
    assert words in line


@pytest.mark.parametrize("command", ["up", "web"])
def test_what_a_restore_has_not_brought_to_its_end_is_not_served(tmp_path, command):
    (tmp_path / "restore-unfinished").write_text("loading")
    options = ["--data", tmp_path] if command == "up" else []
    code, said = run(command, "--port", free_port(), *options, GEZHI_DATA_DIR=str(tmp_path))
    assert code == 1
    assert_one_sentence(said, "恢复")


def test_a_database_of_another_program_is_not_touched(tmp_path):
    connection = sqlite3.connect(tmp_path / "gezhi.sqlite3")
    connection.execute("CREATE TABLE of_another_program (id INTEGER)")
    connection.close()
    code, said = run("up", "--port", free_port(), "--data", tmp_path)
    assert code == 1
    assert_one_sentence(said, "不属于格治")
