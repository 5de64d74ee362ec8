"""Walks, entered beside the cases, and the phones that follow them."""

from uuid import uuid4

import pytest

from app.core.transaction import transaction
from app.intake import sync_table
from tests.factories import walk


class Walker:
    """A phone that follows walks beside its cases."""

    def __init__(self, actor):
        self.actor, self.cursor, self.walks = actor, None, {}

    def exchange(self, *operations, **more):
        """Send operations and read one page of walks; return results, and what was answered of the walks."""
        body = {"operations": list(operations), "streams": {walk.STREAM: {"cursor": self.cursor}}, **more}
        answer = self.actor.send("POST", "sync", body)
        assert answer.status_code == 200, answer.get_json()
        walks = answer.get_json()["streams"][walk.STREAM]
        if walks["reset"]:
            self.walks.clear()
        self.walks |= {one["walk_id"]: one for one in walks["changes"]}
        for walk_id in walks["gone"]:
            self.walks.pop(walk_id, None)
        self.cursor = walks["cursor"]
        return answer.get_json()["results"], walks

    def sync(self, *operations):
        """Send operations and read until nothing is left; return what came of them."""
        results, walks = self.exchange(*operations)
        while walks["more"]:
            _, walks = self.exchange()
        return [(one["status"], one["body"]) for one in results]

    def has(self):
        """What the phone holds, as (walk_id, seq)."""
        return {(one["walk_id"], one["seq"]) for one in self.walks.values()}

    def begin(self, path, walk_id=None):
        """Begin a walk; return its id."""
        walk_id = walk_id or str(uuid4())
        ((status, body),) = self.sync(step(walk_id, "begin", grid_path=path))
        assert status == 201, body
        return walk_id


def step(walk_id, action, seen=None, op_id=None, **more):
    """One step of a walk as an operation."""
    said = {"seen": seen} if seen is not None else {}
    one = {"type": walk.OPERATION, "walk_id": walk_id, "op_id": op_id or str(uuid4()), "action": action}
    return one | said | more


@pytest.fixture
def walks(town, monkeypatch):
    """The town, in which phones may walk."""
    with town.app.app_context(), transaction() as session:
        walk.Base.metadata.create_all(session.connection())
    monkeypatch.setitem(sync_table._doors, walk.OPERATION, walk.DOOR)
    monkeypatch.setitem(sync_table._streams, walk.STREAM, walk.WALKS)
    return town
