"""Closings that are looked at again: the draw, the rules as data, what supervisors said."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from marshmallow import ValidationError

from app.board import audit, rules
from tests.board.boards import RULE, as_person, closed, county_rules, forced, put_in_force
from tests.factories.catalogue import seed_content
from tests.factories.grids import EAST, WEST
from tests.factories.town import HOUSING, WAGES

pytestmark = pytest.mark.one_database
DAY = date(2026, 11, 23)


def closing(number=1, **said):
    """A closing as rules see it."""
    plain = {"forced": False, "self_fixed": False, "minutes": 90, "class_code": "0102", "department": HOUSING}
    return rules.Closing(UUID(int=number), said.pop("day", DAY), **{**plain, **said})


@pytest.fixture
def town(town, tmp_path):
    (tmp_path / "data").mkdir(exist_ok=True)
    return town


def test_the_draw_is_the_same_for_everybody_and_takes_about_its_share():
    document = seed_content("audit", "audit")
    tenth = {**RULE, "percent": {"value": 10, "source": "example"}}
    document["audit"]["rules"] = [tenth]
    county = rules.load(document)
    drawn = [number for number in range(5000) if county.drawn_by(closing(number))]
    assert drawn == [number for number in range(5000) if rules.load(document).drawn_by(closing(number))]
    assert 420 < len(drawn) < 580
    tomorrow = [number for number in range(5000) if county.drawn_by(closing(number, day=DAY + timedelta(days=1)))]
    assert len(set(drawn) & set(tomorrow)) < 100  # another day is another draw


@pytest.mark.parametrize(
    ("when", "fits", "fits_not"),
    [
        ({"forced": True}, {"forced": True}, {}),
        ({"self_fixed": True}, {"self_fixed": True}, {}),
        ({"minutes": {"value": 30, "source": "example"}}, {"minutes": 30}, {"minutes": 31}),
        ({"minutes": {"value": 30, "source": "example"}}, {"minutes": 0}, {"minutes": None}),
        ({"classes": ["0102"]}, {}, {"class_code": "0508"}),
        ({"departments": [HOUSING]}, {}, {"department": None}),
        ({"forced": True, "classes": ["0102"]}, {"forced": True}, {"forced": True, "class_code": None}),
    ],
)
def test_a_rule_draws_what_all_its_lines_say(when, fits, fits_not):
    county = rules.load(county_rules(("one", when)))
    assert county.drawn_by(closing(**fits))
    assert not county.drawn_by(closing(**fits_not))


def test_a_share_of_nothing_draws_nothing_and_of_all_everything():
    nothing = county_rules(("one", {}))
    nothing["audit"]["rules"][0]["percent"] = {"value": 0, "source": "example"}
    assert not any(rules.load(nothing).drawn_by(closing(number)) for number in range(500))
    assert all(rules.load(county_rules(("one", {}))).drawn_by(closing(number)) for number in range(500))


@pytest.mark.parametrize(
    "change",
    [
        {"days": {"value": 0, "source": "example"}},
        {"days": {"value": 7}},
        {"rules": []},
        {"rules": [{**RULE, "percent": {"value": 101, "source": "example"}}]},
        {"rules": [{**RULE, "when": {"who": "me"}}]},
        {"rules": [{**RULE, "when": {"forced": False}}]},
        {"rules": [RULE, RULE]},
        {
            "rules": [
                {"code": "a", "zh": "甲", "en": "A", "percent": {"value": 1, "source": "x"}, "when": {"who": "me"}}
            ]
        },
    ],
)
def test_rules_that_cannot_be_are_refused(change):
    document = county_rules(("one", {}))
    document["audit"].update(change)
    with pytest.raises(ValidationError):
        rules.load(document)


def test_shipped_rules_are_read_and_marked_as_examples():
    county = rules.load(seed_content("audit", "audit"))
    assert {rule.code for rule in county.rules} >= {"overall", "classes", "departments", "self_fixed", "forced", "fast"}
    assert all(rule.is_example for rule in county.rules)


def test_the_sample_holds_what_the_rules_draw_with_their_reasons(app, town, query_count):
    put_in_force(town, county_rules(("force", {"forced": True}), ("wages", {"classes": [WAGES]})))
    ended = forced(town)
    closed(town)
    with app.app_context():
        person = as_person(town.supervisor)
        county = audit.rules_in_force()
        with query_count() as statements:
            found = audit.sample(person, county)
        assert len(statements) <= 3
        assert found.closings == 2
        assert [(str(one.case.case_id), [rule.code for rule in one.reasons]) for one in found.cases] == [
            (ended["case_id"], ["force"])
        ]
        assert [rule.code for rule in audit.reasons_of(found.cases[0].case, county)] == ["force"]
        assert audit.sample(person, county, DAY - timedelta(days=1)).closings == 0


def test_whoever_is_quick_is_looked_at(app, town, clock):
    put_in_force(town, county_rules(("fast", {"minutes": {"value": 10, "source": "example"}})))
    quick = closed(town)
    slow = town.handling()
    clock.tick(minutes=11)
    slow = town.housing.act(slow, "finish", result="已清理", attachments=[town.photo()])
    place = {"lon": slow["lon"], "lat": slow["lat"]}
    slow = town.worker.act(slow, "pass_check", attachments=[town.photo()], **place)
    town.bring_photos(slow)
    town.duty.act(slow, "close")
    with app.app_context():
        found = audit.sample(as_person(town.supervisor), audit.rules_in_force())
    assert (found.closings, [str(one.case.case_id) for one in found.cases]) == (2, [quick["case_id"]])


def test_everybody_sees_the_same_sample_of_his_own_ground(app, town):
    put_in_force(town, county_rules(("all", {})))
    case = closed(town)
    west, east = (town.hire("supervisor", "grid", code) for code in (WEST, EAST))
    with app.app_context():
        county = audit.rules_in_force()
        drawn = [[str(one.case.case_id) for one in audit.sample(as_person(who), county).cases]
                 for who in (town.supervisor, west, east)]  # fmt: skip
    assert drawn == [[case["case_id"]], [case["case_id"]], []]


def test_what_a_supervisor_found_stands_beside_the_closing(app, town):
    put_in_force(town, county_rules(("all", {})))
    case = closed(town)
    with app.app_context():
        assert audit.sample(as_person(town.supervisor), audit.rules_in_force()).waiting
    town.supervisor.act(case, "spot_check", solved=True)
    with app.app_context():
        found = audit.sample(as_person(town.supervisor), audit.rules_in_force())
        assert not found.waiting
        assert found.cases[0].second_look.solved
    town.supervisor.act(case, "spot_check", solved=False)
    with app.app_context():
        assert not audit.sample(as_person(town.supervisor), audit.rules_in_force()).cases[0].second_look.solved
