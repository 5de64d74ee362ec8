"""Departments are found by what people call them, and phones keep the list."""

from datetime import timedelta

import pytest

from app.core.transaction import transaction
from app.departments import queries, service
from app.departments.kinds import DepartmentKind
from app.departments.queries import DepartmentUnknown
from tests.factories.departments import department
from tests.factories.identity import acting

URL = "/api/v1/departments"


def test_a_department_is_found_by_code_name_and_alias(app_context):
    department(aliases=("住建局", "建设局"))
    for text in ("D-HOUSING", "县住建局", "住建局", " 建设局 "):
        assert queries.directory().find(text).code == "D-HOUSING"
    assert queries.directory().find("水利局") is None


def test_a_name_that_two_departments_bear_finds_neither(app_context):
    department("E-A", "供水公司", DepartmentKind.ENTERPRISE)
    department("E-B", "供水公司", DepartmentKind.ENTERPRISE)
    assert queries.directory().find("供水公司") is None
    assert queries.directory().find("E-B").name == "供水公司"


def test_the_township_of_a_ground_is_known(app_context):
    department("T-YUEYANG", "岳阳镇", DepartmentKind.TOWNSHIP, grid_code="141025100")
    department("T-TEAM", "岳阳镇综合行政执法队", DepartmentKind.ENFORCEMENT_TEAM, grid_code="141025100")
    assert queries.directory().township_of("141025100").code == "T-YUEYANG"
    assert queries.directory().township_of("141025101") is None


def test_a_code_is_given_once(app_context):
    department()
    with pytest.raises(service.DepartmentExists), transaction():
        service.create("D-HOUSING", "另一个局", DepartmentKind.COUNTY_BUREAU)


def test_an_alias_belongs_to_one_department(app_context):
    department(aliases=("城管局",))
    department("D-URBAN", "县城管局")
    with pytest.raises(service.AliasTaken), transaction():
        service.add_alias("城管局", "D-URBAN")
    with transaction():
        service.add_alias("城管局", "D-HOUSING")


def test_the_list_gives_code_name_and_kind(app_context, client):
    department()
    answer = client.get(URL, headers=acting())
    assert answer.json == {"items": [{"code": "D-HOUSING", "name": "县住建局", "kind": "county_bureau"}]}


def test_the_list_is_sent_again_only_when_it_has_changed(app_context, client):
    headers = acting()
    department()
    first = client.get(URL, headers=headers)
    held = {**headers, "If-None-Match": first.headers["ETag"]}
    assert client.get(URL, headers=held).status_code == 304
    department("D-WATER", "县水利局")
    again = client.get(URL, headers=held)
    assert (again.status_code, len(again.json["items"])) == (200, 2)


def test_a_department_that_begins_later_appears_then_without_a_write(app_context, client, clock):
    headers = acting()
    department()
    department("D-NEW", "县数据局", valid_from=clock.tick() + timedelta(minutes=10))
    first = client.get(URL, headers=headers)
    assert len(first.json["items"]) == 1
    clock.tick(minutes=11)
    assert len(client.get(URL, headers={**headers, "If-None-Match": first.headers["ETag"]}).json["items"]) == 2


def test_a_department_that_has_ended_takes_no_work_and_keeps_its_name(app_context, client):
    department()
    with transaction():
        service.end("D-HOUSING")
    with pytest.raises(DepartmentUnknown):
        queries.directory().require("D-HOUSING")
    assert queries.directory().name_of("D-HOUSING") == "县住建局"
    assert client.get(URL, headers=acting()).json["items"] == []


def test_the_list_is_not_for_strangers(client):
    assert client.get(URL).status_code == 401


def test_the_list_costs_one_statement_beside_the_first_look(app_context, client, query_count):
    headers = acting()
    department()
    client.get(URL, headers=headers)
    with query_count() as seen:
        client.get(URL, headers=headers)
    assert len(seen) == 1
