"""Whoever is behind is reminded of what they can do themselves, once a day."""

from app.grids.levels import Duty
from tests.factories import campaigns, rounds
from tests.factories.campaigns import GOOD
from tests.factories.grids import WEST
from tests.factories.town import GRID


def test_who_is_behind_is_reminded_near_the_end_once_a_day(asked, app, clock):
    town = asked
    campaigns.opened(town.duty)
    campaigns.opened(town.township, grids=[WEST], title="城关镇自查", ends_on=campaigns.day(9))
    assert campaigns.remind(town) == 0, "the end is far"
    clock.tick(days=8)
    for one in campaigns.mine(town.next_worker):
        campaigns.fill_in(town.next_worker, one, **GOOD)
    assert [campaigns.remind(town), campaigns.remind(town)] == [1, 0]
    town.drain()
    (message,) = [one for one in town.worker.get("notices").get_json()["items"] if one["kind"] == "campaign_behind"]
    assert "2026年城市体检" in message["text"]
    assert "城关镇自查" in message["text"]
    assert not [one for one in town.next_worker.get("notices").get_json()["items"] if one["kind"] == "campaign_behind"]
    clock.tick(hours=16)  # one in the morning of the next day: nobody is woken
    assert campaigns.remind(town) == 0
    clock.tick(hours=8)
    assert campaigns.remind(town) == 1


def notices_of(actor):
    """The reminders of campaigns that somebody has got."""
    actor.town.drain()
    return [one["text"] for one in actor.get("notices").get_json()["items"] if one["kind"] == "campaign_behind"]


def test_nobody_is_reminded_of_what_another_has_begun_or_no_decision_admits(app, town, clock):
    decision = {"from": "2026-01-01", "decision": "示例", "source": "example"}
    rounds.provide(app, campaigns.check_up(), admission=decision)
    other = town.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    campaigns.opened(town.duty, grids=[GRID], ends_on=campaigns.day(2))
    rounds.take(other, campaigns.mine(town.worker)[0], "start")
    assert campaigns.remind(town) == 1
    assert (len(notices_of(other)), notices_of(town.worker)) == (1, [])
    clock.tick(days=1)
    rounds.take(other, campaigns.mine(other)[0], "break_off", reason="暴雨")
    rounds.provide(app, campaigns.check_up(), admission={**decision, "until": campaigns.day(-1)})
    assert campaigns.remind(town) == 0


def test_of_many_campaigns_a_reminder_names_three(asked, app, clock):
    town = asked
    for number in range(12):
        title = f"{number:02}" + "长" * 58
        campaigns.put(town.duty, grids=[GRID], title=title, ends_on=campaigns.day(2), drill=number == 0)
    campaigns.sweep(town)
    rounds.later(app)
    campaigns.remind(town)
    (text,) = notices_of(town.worker)
    assert (text.count("还有 1 项任务"), text.endswith("等共 12 项普查。")) == (3, True)
