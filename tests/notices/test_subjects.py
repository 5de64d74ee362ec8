"""A message about no case leads to what it is about, on every face, and obeys the same rules as any other."""

from copy import deepcopy
from uuid import uuid4

import pytest

from app.core.permissions import Permission
from app.grids.levels import Duty
from app.notices import notice_rules
from app.warnings import jobs
from tests.board.boards import put_in_force
from tests.desk.browser import Desk
from tests.factories import campaigns, rounds
from tests.factories.catalogue import seed_documents
from tests.factories.grids import COUNTY
from tests.factories.identity import role
from tests.factories.town import GRID
from tests.support.exports import order, write
from workflows.case_notices import TABLE
from workflows.notices import PLAIN_KINDS

YEARLY = {"per": "year", "times": 1, "source": "example"}
STORM = {
    "kind": "forest_fire",
    "level": "red",
    "grid": COUNTY,
    "issuer": "县气象台",
    "number": "2026-8",
    "text": "未来六小时有大风。",
}
PHONE = "/m/#/rounds"


@pytest.fixture
def asked(app, town):
    """A town whose service answers to warnings and has a check-up."""
    receipt = rounds.plan("receipt", kind="warning", frequency=YEARLY, form=[], finding_classes=[])
    rounds.provide(app, campaigns.check_up())
    rounds.provide(app, receipt, code="forest")
    return town


def give(town):
    """Let the centre give a warning; return its id."""
    warning_id = str(uuid4())
    assert town.duty.send("PUT", f"warnings/{warning_id}", STORM).status_code == 201
    for _ in range(2):  # the messages that the first effect owes
        town.drain()
    return warning_id


def messages(actor, kind):
    """Somebody's messages of a kind, the newest first."""
    return [one for one in actor.get("notices").get_json()["items"] if one["kind"] == kind]


def opened(app, actor, kind):
    """Where one click on the newest message of a kind leads; there is something to see."""
    desk, (newest, *_) = Desk(app, actor), messages(actor, kind)
    address = desk.post(f"/notices/{newest['id']}/open", {}).headers["Location"]
    assert desk.get(address).status_code == 200
    return address


def put_rules_in_force(town, **changes):
    """Let the county have the shipped rules with other values for some kinds."""
    [document] = [deepcopy(dict(one.content)) for one in seed_documents() if one.kind == "messages"]
    for row in document["messages"]:
        row.update(changes.get(row["code"], {}))
    put_in_force(town, document, "messages")


def go_without(actor, *kinds):
    """Let somebody choose to go without some kinds."""
    assert actor.send("PUT", "notices/choices", {"off": kinds}).status_code == 200


def test_every_kind_of_message_is_about_a_case_or_leads_somewhere():
    of_cases = {template.kind for templates in TABLE.values() for template in templates}
    assert set(notice_rules.shipped()) == of_cases | set(PLAIN_KINDS)
    assert not of_cases & set(PLAIN_KINDS)
    for code, kind in PLAIN_KINDS.items():
        assert kind.to in notice_rules.shipped()[code].to, code


def test_a_click_on_a_warning_leads_to_it_at_the_desk_and_to_ones_receipts_on_the_phone(app, asked, clock):
    town, warning_id = asked, give(asked)
    assert opened(app, town.worker, "warning_given") == PHONE
    (message,) = messages(town.worker, "warning_given")
    assert (message["case_id"], message["subject"], message["subject_id"]) == (None, "warning", warning_id)
    clock.tick(minutes=61)
    with town.app.app_context():
        for _ in range(3):
            jobs.sweep_calls()
    town.drain()
    assert opened(app, town.township, "warning_silent") == f"/desk/warnings/{warning_id}"


def test_a_click_on_a_reminder_leads_to_what_is_to_be_done_or_to_the_campaign(app, asked):
    town = asked
    campaign_id = campaigns.opened(town.duty, ends_on=campaigns.day(2))
    town.also(town.next_worker, "township_leader", "grid", COUNTY)
    assert campaigns.remind(town) == 2
    town.drain()
    assert opened(app, town.worker, "campaign_behind") == PHONE
    assert opened(app, town.next_worker, "campaign_behind") == f"/board/campaigns/{campaign_id}"


def test_a_click_on_a_finished_file_leads_to_it(app, town):
    town.worker.report()
    order(Desk(app, town.acceptor), "desk_cases")
    write(app)
    town.drain()
    assert opened(app, town.acceptor, "export_ready") == "/exports/"


def test_nobody_goes_without_an_urgent_warning_or_what_has_become_fixed(asked):
    town = asked
    put_rules_in_force(town, warning_given={"optional": True})
    go_without(town.worker, "warning_given", "campaign_behind")
    give(town)
    assert len(messages(town.worker, "warning_given")) == 1, "it is urgent and theirs to do"
    campaigns.opened(town.duty, ends_on=campaigns.day(2))
    put_rules_in_force(town, campaign_behind={"optional": False})
    campaigns.remind(town)
    town.drain()
    assert len(messages(town.worker, "campaign_behind")) == 1, "it has become fixed since"


def test_who_reads_no_messages_and_whom_the_county_does_not_want_told_are_told_nothing(app, asked):
    town = asked
    with app.app_context():
        role("mute", permissions=[Permission.ROUND_READ])
    mute = town.hire("mute", "grid", GRID, duty=Duty.FULL_TIME)
    give(town)
    with app.app_context():
        role("mute", permissions=[Permission.ROUND_READ, Permission.NOTICE_READ])
    assert (len(messages(town.worker, "warning_given")), messages(mute, "warning_given")) == (1, [])
    put_rules_in_force(town, warning_given={"to": ["above"]})
    give(town)
    assert len(messages(town.worker, "warning_given")) == 1
