"""Whatever happens to cases and people: a phone that keeps up holds what a new one would read."""

import random
from uuid import uuid4

import pytest

from app.cases import jobs
from app.departments.kinds import DepartmentKind
from app.intake import sync
from tests.factories.departments import department
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING, NEXT_GRID, TEAM, THERE, WATER
from tests.support.phone import Phone

ACTS, MOST = 60, 6
ASIDES = {"comment", "correct", "refuse", "withdraw_dispatch", "recall_verify", "reopen", "whistle", "drop_assist"}
SWEEPERS = "C-SWEEP"
WAGES = "CY-900301"  # a confidential class


def photos():
    """The name of a photo that never comes."""
    return [str(uuid4())]


class Life:
    """A town in which people do whatever they are offered, and the phones of some of them."""

    def __init__(self, town, clock, chance):
        self.town, self.clock, self.chance = town, clock, chance
        with town.app.app_context():
            department(SWEEPERS, "洁城环卫公司", DepartmentKind.CONTRACTOR)
        sweepers = town.hire("contractor", "department", SWEEPERS)
        others = town.hire("auxiliary", "grid", GRID), town.hire("handler", "department", HOUSING)
        self.actors = [
            town.worker, town.next_worker, town.acceptor, town.duty, town.dispatcher, town.leader, town.township,
            town.housing, town.water, town.team, *others,
        ]  # fmt: skip
        self.actors.append(sweepers)
        carried = (town.worker, town.next_worker, town.housing, town.water, sweepers, town.acceptor, *others)
        self.phones = [Phone(actor) for actor in carried]
        self.cases = [town.handling(assist=[WATER]), town.handled()]

    def happen(self):
        """Let somebody report, or do one of the things that some case offers; return what was done."""
        if len(self.cases) < MOST and self.chance.random() < 0.2:
            return self.report()
        case = self.chance.choice(self.cases)
        words = self.words()
        asides = self.chance.random() < 0.35
        for actor in self.chance.sample(self.actors, len(self.actors)):
            offered = self.offered(actor, case)
            wanted = [one for one in offered if one["action"] in words and (one["action"] in ASIDES) == asides]
            if wanted:
                return self.act(actor, case, self.chance.choice(wanted), words)
        return None

    def act(self, actor, case, chosen, words):
        """Take the step that was chosen, for one of the tasks it is offered for; it may be refused for its data."""
        task = {"task": self.chance.choice(chosen["tasks"])} if chosen["tasks"] else {}
        answer = actor.try_act(case, chosen["action"], **words[chosen["action"]], **task)
        assert answer.status_code in (201, 403, 409, 422), answer.get_json()
        return chosen["action"] if answer.status_code == 201 else None

    def offered(self, actor, case):
        """What a case offers to an actor: nothing to whoever does not see it."""
        answer = actor.get(f"cases/{case['case_id']}")
        return answer.get_json()["actions"] if answer.status_code == 200 else []

    def report(self):
        """Report something in one of two grids."""
        reporter, place = self.chance.choice([(self.actors[0], HERE), (self.actors[1], THERE), (self.actors[-3], HERE)])
        source = {"source": "auxiliary"} if reporter.name == "auxiliary" else {}
        case = reporter.report(at=place, **source)
        assert case.status_code == 201, case.get_json()
        self.cases.append(case.get_json())
        return "report"

    def words(self):
        """What to say with each act; those left out would end cases too soon."""
        chance, spot = self.chance, {"lon": HERE[0], "lat": HERE[1], "attachments": photos()}
        return {
            "accept": {},
            "file": {"class": GARBAGE, "condition": "1"},
            "dispatch": {"lead": chance.choice([HOUSING, WATER]), "assist": [TEAM]},
            "withdraw_dispatch": {"reason": "派错了"},
            "add_assist": {"assist": [chance.choice([WATER, HOUSING])]},
            "drop_assist": {"assist": [chance.choice([WATER, HOUSING, TEAM])]},
            "sign": {},
            "assign": {"contractor": chance.choice([SWEEPERS, SWEEPERS])},
            "ask_return": {"reason": "不归我们管", "reason_code": "not_ours"},
            "grant_return": {},
            "finish": {"result": "已清理", "attachments": photos()},
            "pass_check": spot,
            "fail_check": spot | {"tasks": [1]},
            "close": {},
            "refuse": {"reason": "不属网格事项"},
            "correct": chance.choice(
                [
                    {"grid": GRID},
                    {"grid": NEXT_GRID},
                    {"class": WAGES, "condition": "1"},
                    {"class": GARBAGE, "condition": "1"},
                ]
            ),
            "comment": {"text": "看过"},
            "whistle": {"called": [WATER]},
            "arrive": {},
            "verify": {"verifier": str(self.actors[chance.choice([0, 1])].id)},
            "recall_verify": {},
            "confirm_true": spot,
            "reopen": {"reason": "未解决"},
        }


@pytest.mark.parametrize("seed", [3])
def test_a_phone_that_keeps_up_holds_what_a_new_one_would_read(town, clock, monkeypatch, seed):
    monkeypatch.setattr(sync, "PAGE", 4)  # so that pages matter
    life, done = Life(town, clock, random.Random(seed)), []  # noqa: S311 - the same walk each time
    for _ in range(ACTS):
        done.append(life.happen())
        clock.tick(seconds=life.chance.choice([0, 0, 1, 20, 61, 600]))
        if life.chance.random() < 0.05:
            with life.town.app.app_context():
                jobs.sweep_clocks()
        phone = life.chance.choice(life.phones)
        phone.sync()
        if life.chance.random() < 0.3:
            assert phone.has() == phone.fresh(), (seed, done, phone.actor.name)
    for phone in life.phones:
        phone.sync()
        assert phone.has() == phone.fresh(), (seed, done, phone.actor.name)
    assert len(set(done)) > 10, sorted(map(str, set(done)))
