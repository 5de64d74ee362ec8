"""Lists that must agree: permissions and roles, topics and effects, queues and the worker."""

import ast
from itertools import pairwise

import pytest
import yaml

import worker
from app.cases import protocol
from app.core import jobs, outbox
from app.core.doorbell import Doorbell
from app.core.permissions import Permission
from app.factory import create_app
from tests.rules.sources import ROOT, python
from workflows import case as machine
from workflows.case_notices import TABLE

ROLES = ROOT / "app" / "identity" / "seed" / "roles.yaml"


@pytest.fixture(scope="module", autouse=True)
def app(tmp_path_factory):
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})


def held():
    """Every permission that some default role holds."""
    roles = yaml.safe_load(ROLES.read_text(encoding="utf-8"))["roles"]
    return {permission for role in roles for permission in role["permissions"]}


def known():
    return set(Permission) | set(machine.CASE.permissions())


def asked_by_routes(app):
    accesses = (getattr(view, "access", None) for view in app.view_functions.values())
    return {access for access in accesses if isinstance(access, Permission)}


def test_whatever_a_move_or_a_route_asks_for_is_held_by_some_role(app):
    missing = sorted((set(machine.CASE.permissions()) | asked_by_routes(app)) - held())
    assert not missing, f"nobody may ever do this; give it to a role in roles.yaml: {missing}"


def test_roles_hold_nothing_that_nobody_knows():
    assert held() <= known()


def test_permissions_stand_in_the_order_of_the_alphabet():
    assert all(earlier < later for earlier, later in pairwise(each.name for each in Permission))
    assert all(len(each.split(":")) == 3 for each in Permission)


def test_every_action_of_the_machine_has_a_rule_and_every_rule_an_action():
    assert set(protocol.table_of("case").rules) == set(machine.CASE.actions)


def test_every_topic_that_is_owed_has_an_effect():
    topics = {topic for _, tree in python("app") for topic in _topics(tree)}
    topics |= {topic for _, tree in python("migrations") for topic in _owed_by_upgrade(tree)}
    assert topics
    assert topics == set(outbox._effects)


def _topics(tree):
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    puts = (call for call in calls if getattr(call.func, "attr", "") == "put" and call.args)
    return {call.args[0].value for call in puts if getattr(call.func.value, "id", "") == "outbox"}


def _owed_by_upgrade(tree):
    assigned = (node for node in tree.body if isinstance(node, ast.Assign))
    return {node.value.value for node in assigned if getattr(node.targets[0], "id", "") == "TOPIC"}


def test_people_are_told_of_actions_that_exist():
    assert set(machine.CASE.actions) > set(TABLE)


def test_the_worker_works_every_queue_that_is_rung(app, valkey, monkeypatch):
    worked = []
    monkeypatch.setattr(worker.QueueWorker, "work", lambda self, **_: worked.extend(self.queue_names()))
    app.config["REDIS_URL"] = valkey.url
    worker.work(app)
    assert worked == list(jobs.QUEUES)
    assert Doorbell(valkey.url).queue.name in jobs.QUEUES


def test_periodic_work_has_a_name_and_a_pace():
    table = jobs.table()
    assert len({each.name for each in table}) == len(table) > 0
    assert all(1 <= each.every_seconds <= 86_400 for each in table)
