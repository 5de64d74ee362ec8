"""A first start that is killed goes on at the next one, wherever it was: no county is left half made, or unmade."""

import re
import signal
import sqlite3

from tests.support.processes import LIMIT_SECONDS, READY, forked, free_port, lines_until
from tests.support.remote import Remote
from tests.support.until import until


def has_rows(file, table):
    """Whether another process has committed rows of a table."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608 - our own word
    except sqlite3.OperationalError:
        return False  # being made
    finally:
        connection.close()


def kill(up):
    up.send_signal(signal.SIGKILL)
    up.communicate(timeout=LIMIT_SECONDS)  # returns when every child has ended


def test_one_killed_while_migrating_and_again_while_seeding_ends_with_the_demo_county(tmp_path):
    data, port = tmp_path / "data", free_port()
    arguments = ["up", "--port", port, "--data", data]
    with forked(*arguments) as up:
        lines_until(up, "Running upgrade 0003")
        kill(up)
    assert not has_rows(data / "gezhi.sqlite3", "departments")
    with forked(*arguments) as up:
        until(lambda: has_rows(data / "gezhi.sqlite3", "departments"), "a part of the county is made", seconds=600)
        kill(up)
    with forked(*arguments) as up:
        said = "".join([*lines_until(up, READY), *lines_until(up, "password")])
        password = re.search(r"password: (\S+)", said)[1]
        login = {"username": "worker1", "password": password, "device": "phone"}
        assert Remote(port).post("/api/v1/auth/login", json=login).status_code == 200
        kill(up)
