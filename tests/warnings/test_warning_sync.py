"""Whoever looks after some ground follows its warnings; nobody hears of those of other grounds."""

from tests.factories.grids import EAST, WEST
from tests.warnings.test_warnings import give


class Follower:
    """A phone that follows the warnings."""

    def __init__(self, actor):
        self.actor, self.cursor = actor, None

    def sync(self):
        """Exchange once; return what was answered of warnings."""
        answer = self.actor.send("POST", "sync", {"streams": {"warnings": {"cursor": self.cursor}}})
        assert answer.status_code == 200, answer.get_json()
        stream = answer.get_json()["streams"]["warnings"]
        self.cursor = stream["cursor"]
        return stream

    def numbers(self):
        return sorted(one["number"] for one in self.sync()["changes"])


def test_warnings_are_followed_by_whom_they_concern(warned, clock):
    town = warned
    west, east = (town.hire("township_leader", "grid", code) for code in (WEST, EAST))
    phones = [Follower(one) for one in (town.duty, west, east, town.worker)]
    assert [phone.numbers() for phone in phones] == [[]] * 4
    whole, _ = give(town.duty, number="county")
    give(town.duty, number="west", grid=WEST)
    assert [phone.numbers() for phone in phones] == [["county", "west"], ["county", "west"], ["county"], []]
    clock.tick(minutes=5)
    town.duty.send("POST", f"warnings/{whole}/end", {})
    came = [phone.sync() for phone in phones]
    assert [[one["number"] for one in each["changes"] if one["ended_at"]] for each in came[:3]] == [["county"]] * 3
    assert [each["gone"] for each in came] == [[]] * 4
    clock.tick(days=31)
    assert Follower(town.duty).numbers() == ["west"], "what ended long ago is nobody's to carry"


def test_whoever_has_other_ground_begins_anew(warned):
    town = warned
    west = town.hire("township_leader", "grid", WEST)
    give(town.duty, number="east", grid=EAST)
    phone = Follower(west)
    assert phone.numbers() == []
    town.also(west, "township_leader", "grid", EAST)
    came = phone.sync()
    assert (came["reset"], [one["number"] for one in came["changes"]]) == (True, ["east"])
