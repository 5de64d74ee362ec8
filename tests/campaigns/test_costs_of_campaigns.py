"""What a campaign reads is its own: neither other campaigns nor what plans have made."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert, select, text

from app.core.db import db
from app.core.transaction import transaction
from app.rounds.models import RoundRow
from tests.factories import campaigns, rounds
from tests.support.rows_read import rows_read

OTHERS = 3_000


def beside(app):
    """Let there be very many rounds of other origins and of plans on the same grids."""
    with app.app_context():
        rows = db.session.execute(select(*RoundRow.__table__.columns)).mappings().all()
        origins, now = [uuid4() for _ in range(OTHERS // 100)], rows[0]["window_from"]
        with transaction():
            for start in range(0, OTHERS, 500):
                db.session.execute(
                    insert(RoundRow.__table__),
                    [
                        {
                            **rows[number % len(rows)], "round_id": uuid4(),
                            "origin_id": origins[number // 100] if number % 2 else None,
                            "n": 2 + number, "window_from": now - timedelta(days=400),
                        }
                        for number in range(start, start + 500)
                    ],
                )  # fmt: skip
            db.session.execute(text("ANALYZE"))


def cost(look):
    look()
    with rows_read() as read:
        look()
    return read.amount


def test_progress_and_reminders_read_the_rounds_of_the_campaign_alone(app, town, clock):
    rounds.provide(app, campaigns.check_up())
    campaign_id = campaigns.opened(town.duty, ends_on=campaigns.day(2))
    campaigns.remind(town)
    looks = {
        "progress": lambda: campaigns.read(town.supervisor, campaign_id),
        "findings": lambda: town.supervisor.get(f"campaigns/{campaign_id}/findings"),
        "the list": lambda: town.supervisor.get("campaigns"),
        "reminders": lambda: campaigns.remind(town),
        "the sweep": lambda: campaigns.sweep(town),
    }
    before = {name: cost(look) for name, look in looks.items()}
    beside(app)
    after = {name: cost(look) for name, look in looks.items()}
    assert {name: (before[name], after[name]) for name in looks if after[name] > before[name] * 1.5 + OTHERS / 20} == {}
