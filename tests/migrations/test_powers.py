"""A standing installation gets the powers of administration apart, and nobody loses or gains what they could do."""

import flask_migrate
import pytest
import yaml

from app.core import revisions
from app.core.db import db
from app.core.transaction import transaction
from app.factory import MIGRATIONS
from app.identity import queries
from app.identity.models import RolePermission
from tests.factories.grids import COUNTY
from tests.factories.identity import assignment, role
from tests.factories.town import ROLES

APART = {"audit_administrator", "security_administrator", "system_administrator"}
FRESH = {"identity:access:reset", "identity:people:read", "identity:role:grant", "identity:security:read"}
LATER = {  # what migrations after that one give
    "case:step:ask_assist", "case:step:reply", "case:step:reply_supervision", "case:step:sender",
    "case:step:take_back",
    "enforcement:post:hold", "grid:leave:enter", "grid:roster:read",
    "object:row:enter", "object:row:read",
    "resident:field:reveal", "resident:row:enter", "resident:row:read",
    "round:ground:read", "round:plan:manage", "round:row:read", "round:step:act",
    "warning:row:give", "warning:row:read",
}  # fmt: skip
KEEPING = {  # of objects to whoever imports grids, of rounds and leave to whoever keeps the roster
    "grid:leave:enter", "grid:roster:read",
    "object:row:enter", "object:row:manage", "object:row:read", "round:ground:read", "round:row:read",
}  # fmt: skip


def _go(command, revision):
    db.session.remove()
    command(directory=str(MIGRATIONS), revision=revision)


def _held():
    with transaction():
        revisions.raise_("roles")  # as in a process that begins
    return {code: set(held) for code, held in queries.roles().permissions.items()}


@pytest.mark.own_database
@pytest.mark.usefixtures("town")
def test_who_managed_people_keeps_all_of_it_and_the_roles_of_the_seed_are_there(app):
    with app.app_context():
        role("clerk", permissions=["identity:people:manage"])
        _go(flask_migrate.downgrade, "0015")
        before = _held()
        assert not before.keys() & APART
        assert not any(FRESH & held for held in before.values())
        _go(flask_migrate.upgrade, "head")
        after = _held()
        assert after["clerk"] == {"identity:people:manage", *FRESH}
        assert after["administrator"] == before["administrator"] | FRESH | KEEPING
        same = before.keys() - {"clerk", "administrator"}
        assert {code: after[code] - LATER for code in same} == {code: before[code] for code in same}
        seed = {each["code"]: set(each["permissions"]) for each in yaml.safe_load(ROLES.read_text("utf-8"))["roles"]}
        assert {code: after[code] for code in APART} == {code: seed[code] for code in APART}


@pytest.mark.own_database
@pytest.mark.usefixtures("town")
def test_roles_that_are_held_survive_the_way_down_and_stay_apart_on_the_way_up(app):
    with app.app_context():
        assignment(role="system_administrator", scope_code=COUNTY)
        before = _held()
        _go(flask_migrate.downgrade, "0015")
        assert "system_administrator" in _held()
        _go(flask_migrate.upgrade, "head")
        assert _held() == before


@pytest.mark.own_database
def test_an_empty_installation_gets_its_roles_from_the_file(app):
    with app.app_context():
        _go(flask_migrate.downgrade, "0015")
        _go(flask_migrate.upgrade, "head")
        assert queries.roles().names == {}
        assert db.session.query(RolePermission).count() == 0
