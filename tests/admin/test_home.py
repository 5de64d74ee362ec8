"""Where administration begins: everybody sees the parts that are theirs, and what stands open in them."""

import pytest

from app.admin import remarks
from app.frame.pages import Section
from app.rooms import ADMINISTRATION
from tests.board.boards import page
from tests.factories.grids import COUNTY
from tests.support.elements import elements, texts_of
from workflows.words import Words

pytestmark = pytest.mark.one_database


@pytest.fixture
def town(town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    return town


def shown(answer):
    headings = [link.attributes["href"] for one in elements(answer.text, "h2") for link in one.all("a")]
    return [section.path for section in ADMINISTRATION if section.path in headings]


def test_an_administrator_sees_every_part(town):
    assert shown(page(town, town.admin, "/admin/")) == [section.path for section in ADMINISTRATION]


def test_a_supervisor_sees_the_roster_the_rounds_the_audit_and_which_photos_lack_alone(town):
    seen = ["/admin/roster/", "/admin/rounds/", "/admin/photos/", "/admin/audit/"]
    assert shown(page(town, town.supervisor, "/admin/")) == seen


def test_nobody_else_comes_in(town):
    for actor in (town.worker, town.duty, town.housing):
        assert page(town, actor, "/admin/").status_code == 403


def test_every_part_answers_and_leads_back(town):
    for section in ADMINISTRATION:
        answer = page(town, town.admin, section.path)
        assert answer.status_code == 200, section.path
        assert section.name in texts_of(answer.text, "a", href=section.path, aria_current="page"), section.path


def test_what_stands_open_is_told_beside_its_part(town, monkeypatch):
    part: Section = ADMINISTRATION[0]
    remark = remarks.Remark(Words("有一件事", "One thing"), part.path)
    monkeypatch.setattr(remarks, "_looks", {part.path: lambda person: [remark]})
    assert texts_of(page(town, town.admin, "/admin/").text, "p", class_="remark") == ["⚠ 有一件事"]
    assert texts_of(page(town, town.admin, "/admin/?lang=en").text, "p", class_="remark") == ["⚠ One thing"]
