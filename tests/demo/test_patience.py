"""A play on a loaded machine waits: what was busy is asked again, longer and longer apart, and not for ever."""

import pytest
from flask import Flask

from app.core.errors import Busy
from app.demo import patience
from app.demo.actors import Actors, PlayBroken


def busy_for(times, then):
    """A call that is refused as busy so many times."""
    left = [times]

    def call():
        left[0] -= 1
        if left[0] >= 0:
            raise Busy
        return then

    return call


def test_it_asks_again_and_waits_longer_each_time():
    waits = []
    assert patience.patient(busy_for(3, "answer"), waits.append) == "answer"
    assert waits == sorted(waits)
    assert len(waits) == 3


def test_it_gives_up_at_last():
    waits = []
    with pytest.raises(Busy):
        patience.patient(busy_for(patience.TRIES, None), waits.append)
    assert len(waits) == patience.TRIES - 1
    assert max(waits) == patience.WAIT_SECONDS_MOST


def test_a_request_that_is_answered_busy_is_sent_again(monkeypatch):
    app, waits = Flask("county"), []
    actors = Actors(app, (), 1, waits.append)
    monkeypatch.setattr(actors, "_access", {"worker1": "token"})
    answers = iter([Busy.status, Busy.status, 200])
    app.before_request(lambda: ("{}", next(answers)))
    assert actors.send("worker1", "GET", "cases")[0] == 200
    assert len(waits) == 2
    assert actors.answers == {200: 1}


def test_a_fault_of_ours_ends_the_play_with_what_was_raised(monkeypatch):
    app = Flask("county")
    actors = Actors(app, (), 1)
    monkeypatch.setattr(actors, "_access", {"worker1": "token"})

    @app.put("/api/v1/cases")
    def fail():
        raise FileNotFoundError("/swept/away")

    with pytest.raises(PlayBroken, match=r"answered 500.*FileNotFoundError.*/swept/away") as broken:
        actors.send("worker1", "PUT", "cases")
    assert isinstance(broken.value.__cause__, FileNotFoundError)
