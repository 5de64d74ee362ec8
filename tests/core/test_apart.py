"""Work in processes of their own: an answer comes or `ProcessDied`, no settings are known there, the next is served."""

import os
import signal
import sys
import threading
import time
from typing import Any

import pytest

from app.core import apart
from app.core.apart import Apart, ProcessDied
from app.core.errors import Busy
from tests.support.until import at_once, until

HERE = "tests.core.test_apart"
MEMORY = 2048 * 1_048_576


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What the helper does in these tests, by the name of what is wanted."""
    match question["want"]:
        case "environment":
            return {"names": sorted(os.environ), "input": sys.stdin.closed, "files": len(os.listdir("/dev/fd"))}
        case "end":
            os._exit(3)
        case "memory":
            return {"bytes": len(bytearray(4 * MEMORY))}
        case "sleep":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "mark":
            with open(question["path"], "w"):
                pass
            until(lambda: not os.path.exists(question["path"]), "the mark is taken away")
    return {"pid": os.getpid(), "of": os.getppid(), "text": question.get("text")}


def helpers(at_once: int = 1, cpu_seconds: int = 30, wait_seconds: int = 60) -> Apart:
    return Apart(HERE, at_once, MEMORY, cpu_seconds, wait_seconds)


def test_every_question_has_a_process_of_its_own_and_one_helper_serves_them_all() -> None:
    some = helpers()
    first, second = (some.ask({"want": "", "text": "格治 😀\n"}) for _ in range(2))
    assert first["text"] == second["text"] == "格治 😀\n"
    assert first["pid"] != second["pid"]
    assert first["of"] == second["of"] != os.getpid()


def test_it_knows_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert (
        {"PATH", "PYTHONPATH"}
        <= set(helpers().ask({"want": "environment"})["names"])
        <= {
            *("PATH", "PYTHONPATH", "LC_CTYPE")  # the last is Python's own doing in the C locale
        }
    )


@pytest.mark.parametrize(
    ("want", "seconds", "ended_by"),
    [("end", 60, 0), ("memory", 60, signal.SIGABRT), ("spin", 60, signal.SIGXCPU), ("sleep", 2, signal.SIGKILL)],
)
def test_whatever_ends_it_is_named_and_the_next_question_is_answered(want: str, seconds: int, ended_by: int) -> None:
    some = helpers(cpu_seconds=1, wait_seconds=seconds)
    with pytest.raises(ProcessDied) as died:
        some.ask({"want": want})
    assert died.value.signal_number == ended_by
    assert some.ask({"want": ""})["pid"]


def test_a_helper_that_hangs_itself_or_was_killed_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    some = helpers()
    before = some.ask({"want": ""})["of"]
    os.kill(before, 9)
    until(lambda: not some._idle[os.getpid()][-1].lives(), "it has ended")
    assert some.ask({"want": ""})["of"] != before
    monkeypatch.setattr(apart, "LATE_SECONDS", 0.0)
    deaf = helpers()
    helper = deaf.ask({"want": ""})["of"]
    deaf._idle[os.getpid()][-1]._line.settimeout(1)  # of this one alone: another needs longer to begin
    os.kill(helper, 19)  # it can no longer keep the time: we do
    with pytest.raises(ProcessDied):
        deaf.ask({"want": ""})
    assert deaf.ask({"want": ""})["of"] != helper


def test_no_more_work_at_once_than_was_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    some, mark = helpers(), str(tmp_path / "mark")
    monkeypatch.setattr(apart, "TURN_SECONDS", 0.0)
    at_work = threading.Thread(target=some.ask, args=({"want": "mark", "path": mark},))
    at_work.start()
    until(lambda: os.path.exists(mark), "it is at work")
    with pytest.raises(Busy):
        some.ask({"want": ""})
    os.unlink(mark)
    at_work.join()
    monkeypatch.setattr(apart, "TURN_SECONDS", 60.0)
    assert len({one["pid"] for one in at_once([lambda: some.ask({"want": ""})] * 4)}) == 4
