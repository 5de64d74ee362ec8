"""The powers of administration held apart: who keeps the system, who grants, who reads what was done."""

import re
from uuid import UUID, uuid4

import pytest

from app.core.permissions import Permission
from app.identity import queries
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import GRID, ROLES
from tests.identity.administration import LIST, form, of, row_of, shown
from tests.identity.test_import_pages import confirm, look, sealed, sheet
from tests.support.elements import alert, elements, links_of, rows_of, texts_of, tight

PAGES = {  # page: who of the three may open it
    "/admin/people/": {"system", "security"},
    "/admin/people/new": {"system"},
    "/admin/people/import": {"system", "security"},
    "/admin/departments/": {"system"},
    "/admin/grids/": {"system"},
    "/admin/roster/": {"system"},
    "/admin/catalogue/": {"system"},
    "/admin/audit/": {"audit"},
    "/admin/security/": {"security"},
    "/admin/": {"system", "security", "audit"},
}


@pytest.fixture
def three(town):
    """The three of them, each at a desk."""
    return {
        name: Desk(town.app, town.hire(f"{name}_administrator", "grid", COUNTY))
        for name in ("system", "security", "audit")
    }


def test_each_of_the_three_opens_their_own_pages_and_the_undivided_all_of_them(town, desk, three):
    for page, whose in PAGES.items():
        opened = {name for name, each in three.items() if each.get(page).status_code == 200}
        assert opened == whose, page
        assert desk.get(page).status_code == 200, page


def test_each_act_on_an_account_belongs_to_one_of_them(town, three):
    acts = {
        ("close", ()): "system", ("reopen", ()): "system", ("details", (("name", "李雷"),)): "system",
        ("absences", (("since", "2027-01-01"), ("until", "2027-01-02"))): "system",
        ("password", ()): "security", ("sign-out", ()): "security",
        ("roles", (("role", "inspector"), ("scope", GRID))): "security",
    }  # fmt: skip
    for (act, data), whose in acts.items():
        done = {name for name, each in three.items() if each.post(of(town.worker, act), dict(data)).status_code < 400}
        assert done == {whose}, act


def test_only_what_is_ones_own_is_offered(town, three):
    def offered(desk):
        page = desk.get(of(town.worker)).text
        closes, resets = (elements(page, "form", action=of(town.worker, act)) for act in ("close", "password"))
        return bool(closes), bool(resets), of(town.worker, "roles") in links_of(page)

    assert offered(three["system"]) == (True, False, False)
    assert offered(three["security"]) == (False, True, True)


def test_an_account_is_made_by_one_and_gets_its_role_from_another(town, three):
    said = form()
    made = three["system"].post("/admin/people/new", {name: said[name] for name in ("person_id", "name", "username")})
    assert made.status_code == 200
    assert three["system"].post("/admin/people/new", form(person_id=str(uuid4()), username="li")).status_code == 422
    given = three["security"].post(of(said["person_id"], "roles"), {"role": "grid_worker", "scope": GRID})
    assert given.status_code == 303
    assert said["person_id"] in shown(three["security"].get(LIST))


def test_one_sheet_makes_the_accounts_for_one_and_gives_the_roles_for_the_other(town, three):
    content = sheet(("王小明", "wang", "", "网格员", "网格", GRID, "", ""))
    too_early = look(three["security"], content)
    assert [fault for _, _, fault in rows_of(too_early.text, class_="faults") if "请系统管理员先导入" in fault]
    notes = texts_of(look(three["system"], content).text, "p", role="note")
    assert [note for note in notes if note.startswith("您不能授予角色")]
    for name in ("system", "security"):
        confirm(three[name], sealed(look(three[name], content)))
    (person_id,) = set(shown(three["security"].post(LIST, {"text": "wang"})))
    with town.app.app_context():
        given = queries.assignments(UUID(person_id))
    assert [(one.role, one.scope_code) for one in given] == [("grid_worker", GRID)]


def test_nobody_grants_themselves_anything_where_the_powers_are_apart(town, desk, three):
    security = town.people[-2]
    answer = three["security"].post(of(security, "roles"), {"role": "audit_administrator", "scope": COUNTY})
    assert answer.status_code == 403
    assert "不能给自己授予角色" in alert(answer.text)
    own = row_of(town, security)
    by_sheet = look(three["security"], sheet((own.name, own.username, "", "审计管理员", "网格", COUNTY, "", "")))
    assert by_sheet.status_code == 422
    assert [fault for _, _, fault in rows_of(by_sheet.text, class_="faults") if "不能给自己授予角色" in fault]
    assert desk.post(of(town.admin, "roles"), {"role": "inspector", "scope": COUNTY}).status_code == 303


def test_a_sheet_gives_roles_only_where_the_importer_may_grant(town):
    """Who imports people for the county and grants in one township gives nothing elsewhere by a sheet."""
    mixed = town.hire("system_administrator", "grid", COUNTY)
    town.also(mixed, "security_administrator", "grid", WEST)
    rows = [
        ("王小明", "wang", "", "网格员", "网格", GRID, "", ""),
        ("李雷", "li", "", "网格员", "网格", COUNTY, "", ""),
    ]
    page = look(Desk(town.app, mixed), sheet(*rows))
    assert (page.status_code, len(rows_of(page.text, class_="faults"))) == (422, 1)


def test_somebody_who_grants_for_the_whole_is_left(town, desk):
    """The last who may grant anywhere cannot be closed, even where another keeps the people."""
    town.hire("system_administrator", "grid", COUNTY)
    other = town.hire("security_administrator", "grid", COUNTY)
    town.dismiss(town.admin, "administrator")
    town.also(town.admin, "system_administrator", "grid", COUNTY)
    refused = Desk(town.app, town.admin).post(of(other, "close"), {})
    assert refused.status_code == 409
    assert "授予角色" in alert(refused.text)


def test_who_holds_more_than_one_power_is_marked_undivided(town, desk, three):
    roles = tight(desk.get("/admin/people/roles").text)
    marked = {code for code, rest in re.findall(r'id="(\w+)"><div class="card-body"><h2 (.*?)</h2>', roles, re.DOTALL)
              if "三权未分立" in rest}  # fmt: skip
    assert marked == {"administrator"}
    assert "三权未分立" in texts_of(desk.get(of(town.admin)).text, "span", **{"class": "flag"})
    for each in town.people[-3:]:
        assert "三权未分立" not in texts_of(desk.get(of(each)).text, "span", **{"class": "flag"})


def test_the_seed_gives_each_power_to_one_of_the_three():
    text = ROLES.read_text(encoding="utf-8")
    found = dict(re.findall(r"- code: (\w+_administrator)\n.*?permissions: \[([^\]]*)\]", text, re.DOTALL))
    powers = (Permission.PEOPLE_MANAGE, Permission.ROLE_GRANT, Permission.AUDIT_READ)
    assert {name: [power for power in powers if power in held_] for name, held_ in found.items()} == {
        "system_administrator": [Permission.PEOPLE_MANAGE],
        "security_administrator": [Permission.ROLE_GRANT],
        "audit_administrator": [Permission.AUDIT_READ],
    }
