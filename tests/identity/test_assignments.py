"""What people hold, where and until when."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core import clock as core_clock
from app.core.db import db
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.identity import queries, scopes, service
from app.identity.cli import SEED
from app.identity.models import Absence, AssignmentRow
from tests.factories.identity import assignment, bearer, person, role, token_for
from workflows.case import CASE

ME = "/api/v1/me"


@pytest.fixture
def someone(app_context):
    role()
    return person()


@pytest.fixture
def places(monkeypatch):
    """Scopes that are known while the test runs."""
    known = {"grid": {"141025": "141025/"}, "department": {"D-HOUSING": ""}, "centre": {"141025": "141025/"}}
    monkeypatch.setattr(scopes, "_resolvers", {kind: codes.get for kind, codes in known.items()})


def test_a_signed_in_request_is_one_statement(someone, client, query_count):
    assignment(someone)
    assignment(someone, role=role("second"), scope_kind="department", scope_code="D-HOUSING")
    headers = bearer(token_for(someone))
    client.get(f"{ME}/sessions", headers=headers)
    token = headers["Authorization"].split()[1]
    with query_count() as seen:
        found = queries.authenticate(token)
    assert len(seen) == 1
    assert [held.role for held in found.assignments] == ["second", "tester"]
    assert found.departments(Permission.CASE_ACT) == {"D-HOUSING"}


def test_who_is_transferred_loses_access_with_the_next_request(someone, client):
    row = assignment(someone)
    headers = bearer(token_for(someone))
    assert client.get(ME, headers=headers).status_code == 200
    with transaction():
        service.end_assignment(row.id)
    assert client.get(ME, headers=headers).status_code == 403


def test_an_assignment_counts_from_its_first_to_its_last_moment(someone, clock):
    start = core_clock.now() + timedelta(hours=1)
    assignment(someone, valid_from=start, valid_to=start + timedelta(hours=1))
    held = []
    for moment in (start - timedelta(seconds=1), start, start + timedelta(minutes=59), start + timedelta(hours=1)):
        clock.set(moment)
        held.append(len(queries.assignments(someone.id)))
    assert held == [0, 1, 1, 0]


def test_what_a_role_may_do_changes_for_everybody_at_once(someone, client):
    assignment(someone)
    headers = bearer(token_for(someone))
    assert client.get(ME, headers=headers).status_code == 200
    role(permissions=[Permission.CASE_READ])
    assert client.get(ME, headers=headers).status_code == 403


def test_my_grids_are_grids_and_neither_villages_nor_micro_grids(someone, client):
    for code, path in (
        ("v", "141025/t/v/"),
        ("g2", "141025/t/v/g2/"),
        ("g1", "141025/t/v/g1/"),
        ("m", "141025/t/v/g1/m/"),
    ):
        assignment(someone, scope_code=code, scope_path=path)
    assert client.get(ME, headers=bearer(token_for(someone))).json["grids"] == ["g1", "g2"]


def test_a_role_is_given_only_where_it_is_held_and_where_there_is_something(someone, places):
    for kind, code, error in (
        ("grid", "999", scopes.ScopeUnknown),
        ("department", "D-HOUSING", service.RoleElsewhere),
    ):
        with pytest.raises(error), transaction():
            service.assign(someone.id, "tester", kind, code)
    with pytest.raises(service.RoleUnknown), transaction():
        service.assign(someone.id, "no such role", "grid", "141025")
    with transaction():
        service.assign(someone.id, "tester", "grid", "141025")
    (held,) = queries.assignments(someone.id)
    assert (held.scope_code, held.scope_path) == ("141025", "141025/")


def test_scopes_follow_a_grid_that_moves_and_no_other(someone):
    for path in ("141025/t1/", "141025/t1/v/", "141025/t10/", "141025/"):
        assignment(someone, scope_code=path.split("/")[-2], scope_path=path)
    with transaction():
        service.rewrite_scope_paths("141025/t1/", "141025/t2/")
    paths = {held.scope_path for held in queries.assignments(someone.id)}
    assert paths == {"141025/t2/", "141025/t2/v/", "141025/t10/", "141025/"}


def test_an_account_is_given_once(someone):
    with pytest.raises(service.UsernameTaken), transaction():
        service.create_person(someone.username.upper(), "李四", password_hash="x")


def test_the_shipped_roles_name_permissions_that_exist(app_context):
    with transaction():
        assert service.load_roles(SEED, CASE.permissions()) == len(queries.roles().names)
    assert Permission.CASE_REPORT in queries.roles().permissions["grid_worker"]
    assert all(Permission.IDENTITY_OWN in held for held in queries.roles().permissions.values())


def test_a_role_file_with_an_unknown_permission_changes_nothing(someone, tmp_path: Path):
    file = tmp_path / "roles.yaml"
    file.write_text("roles:\n- {code: tester, zh: 甲, en: A, scope: grid, permissions: [case:row:reed]}\n")
    with pytest.raises(service.PermissionUnknown, match="case:row:reed"), transaction():
        service.load_roles(file)
    assert Permission.CASE_READ in queries.roles().permissions["tester"]


def test_a_role_that_the_file_no_longer_names_allows_nothing(someone, tmp_path: Path):
    assignment(someone)
    file = tmp_path / "roles.yaml"
    file.write_text("roles:\n- {code: other, zh: 甲, en: A, scope: grid, permissions: [case:row:read]}\n")
    with transaction():
        service.load_roles(file)
    assert queries.person(someone.id).permissions == frozenset()


def test_an_ended_assignment_stays_as_a_row(someone):
    row = assignment(someone)
    with transaction():
        service.end_assignment(row.id)
    assert db.session.scalar(select(AssignmentRow.valid_to).where(AssignmentRow.id == row.id)) == core_clock.now()


def test_the_nearest_holders_come_first(someone):
    near = person()
    assignment(someone, scope_code="141025", scope_path="141025/")
    assignment(near, scope_code="v", scope_path="141025/t/v/")
    assignment(person(), role=role("reader", permissions=[Permission.CASE_READ]))
    assert queries.holders(Permission.CASE_ACT, "141025/t/v/g/") == [near.id, someone.id]
    assert queries.holders(Permission.CASE_ACT, "141025/other/") == [someone.id]


def test_who_is_away_or_has_left_is_not_present(someone, clock):
    now = core_clock.now()
    left, away = person(active=False), person()
    with transaction() as session:
        session.add(Absence(person_id=away.id, since=now, until=now + timedelta(days=1)))
    everybody = [away.id, someone.id, left.id]
    assert [one.person_id for one in queries.present(everybody)] == [someone.id]
    clock.tick(days=1)
    assert [one.person_id for one in queries.present(everybody)] == [away.id, someone.id]
