"""Redis restarted or emptied has forgotten who works: whoever works tells it again, and nobody has to do anything."""

import signal

import pytest
from redis import Redis

from tests.support.until import until

pytestmark = pytest.mark.own_database


def workers(town):
    return town.client.get("/readyz").get_json()["parts"]["workers"]


def empty(town):
    with Redis.from_url(town.house.settings["REDIS_URL"]) as redis:
        redis.flushall()


def restart(town):
    town.house.kill("valkey")
    town.house.start("valkey")


@pytest.mark.parametrize("forget", [empty, restart])
def test_the_worker_is_known_again_by_itself(town, forget):
    town.house.start("worker")
    assert workers(town)["status"] == "ok"
    town.house.send("worker", signal.SIGSTOP)  # or it might be known again before we look
    forget(town)
    until(lambda: workers(town)["word"] == "none", "it is forgotten")
    town.house.send("worker", signal.SIGCONT)
    assert town.worker.report().status_code == 201  # rings, so that it need not be waited for
    until(lambda: workers(town) == {"status": "ok", "word": "", "figure": 1}, "it is known again")
