"""Campaigns as a county opens them: a service with a census and a check-up, opened and made through the interface."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.campaigns import jobs, reminders
from app.core import clock
from app.core.db import db
from app.rounds.models import RoundRow
from tests.factories import rounds
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, HERE

YEARLY = {"per": "year", "times": 1, "source": "example"}
INDICATORS = [
    {"field": "parking", "label": "停车缺口", "type": "integer", "required": True, "minimum": 0, "maximum": 9000,
     "unit": "个"},
    {"field": "access", "label": "通道畅通", "type": "yes_no", "required": True},
    {"field": "content", "label": "居民评价", "type": "choice", "choices": ["满意", "不满意"]},
    {"field": "lacks", "label": "缺少", "type": "many", "choices": ["车位", "路灯"]},
    {"field": "remark", "label": "说明", "type": "text"},
]  # fmt: skip
REPORT = {"class": GARBAGE, "description": "楼道里堆着垃圾", "lon": HERE[0], "lat": HERE[1]}
GOOD = {"parking": 12, "access": True, "content": "满意", "lacks": ["车位", "路灯"]}
BAD = {"parking": 30, "access": False, "content": "不满意", "lacks": ["车位"], "remark": "差"}


def check_up(**changes):
    """The plain data of a round that is asked for once a year, of every grid."""
    more = {"name": "城市体检", "name_en": "Check-up", "kind": "campaign", "frequency": YEARLY, "form": INDICATORS,
            "finding_classes": [GARBAGE]}  # fmt: skip
    return rounds.plan("check_up", **{**more, **changes})


def census(**changes):
    """The plain data of a census of every component."""
    more = {"name": "井盖普查", "kind": "campaign", "frequency": YEARLY, "form": []}
    return rounds.plan("census", subject="component", finding_classes=[GARBAGE], **{**more, **changes})


def day(after=0):
    """A day, so many days after today."""
    return (clock.local(clock.now()).date() + timedelta(days=after)).isoformat()


def body(**changes):
    """What opens a check-up of the county from today for some days."""
    return {
        "kind": "check_up", "title": "2026年城市体检", "service": "urban", "round": "check_up", "grids": [COUNTY],
        "begins_on": day(), "ends_on": day(10), **changes,
    }  # fmt: skip


def put(actor, campaign_id=None, **changes):
    """Open a campaign; return its id and the answer, whatever it is."""
    campaign_id = campaign_id or str(uuid4())
    return campaign_id, actor.send("PUT", f"campaigns/{campaign_id}", body(**changes))


def opened(actor, **changes):
    """Open a campaign that must be taken, and let its rounds be made and fall due; return its id."""
    campaign_id, answer = put(actor, **changes)
    assert answer.status_code == 201, answer.get_json()
    sweep(actor.town)
    rounds.later(actor.town.app)
    return campaign_id


def sweep(town):
    """Let the periodic work of campaigns be done once; return how many rounds it made or lifted."""
    with town.app.app_context():
        return jobs.sweep()


def remind(town):
    """Let whoever is behind be reminded; return how many were."""
    with town.app.app_context():
        return reminders.sweep()


def read(actor, campaign_id):
    """A campaign that must be visible."""
    answer = actor.get(f"campaigns/{campaign_id}")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def mine(actor, code="check_up"):
    """The rounds of campaigns that somebody has to do, whole."""
    items = rounds.listed(actor, mine="true", round=code)
    return [rounds.read(actor, one) for one in items]


def fill_in(actor, one, stop=1, **answers):
    """Do a round that is due, with these answers at its one stop."""
    one = rounds.take(actor, one, "start")
    one = rounds.take(actor, one, "visit", stop=stop, answers=answers)
    return rounds.take(actor, one, "finish")


def close(actor, campaign_id):
    """Close a campaign, and let what follows happen; return the answer."""
    answer = actor.send("POST", f"campaigns/{campaign_id}/close", {})
    sweep(actor.town)
    return answer


def count(app, campaign_id):
    """How many rounds a campaign has."""
    with app.app_context():
        own = select(func.count()).select_from(RoundRow).where(RoundRow.origin_id == UUID(campaign_id))
        return db.session.scalar(own)
