"""Years of campaigns, written without the interface: copies of the one that runs, each with its rounds, all over."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, text

from app.campaigns.models import Campaign, CampaignGround
from app.core.db import db
from app.rounds.models import RoundRow
from tests.factories import campaigns
from tests.factories.history import carry_along
from tests.factories.round_history import ended
from tests.factories.town import Town
from workflows.round_terms import RoundState

CASES_A_CAMPAIGN = 20
YEARS = 20
DAY = timedelta(days=1)
TIMES = ("begins_at", "opened_at", "made_at")


def begin_campaign(town: Town) -> None:
    """Open a check-up of the county (`campaign_id`) whose rounds wait, and let whoever is behind be reminded."""
    town.campaign_id = campaigns.opened(town.duty, ends_on=campaigns.day(2))
    campaigns.remind(town)


def lengthen_campaigns(app: Any, count: int) -> None:
    """Bring about a campaign for every twenty of `count`, one a day, that are closed and summed up."""
    with app.app_context(), db.engine.begin() as connection:
        (running,) = connection.execute(select(Campaign.__table__)).mappings().all()
        rounds = connection.execute(select(RoundRow.__table__).filter_by(origin_id=running["campaign_id"])).mappings()
        own = rounds.all()
        copies = [(days, _closed(running, days)) for days in range(1, count // CASES_A_CAMPAIGN)]
        connection.execute(insert(Campaign), [new for _, new in copies])
        pairs = [(running["campaign_id"], new["campaign_id"]) for _, new in copies]
        carry_along(connection, pairs, [CampaignGround], "campaign_id")
        connection.execute(
            insert(RoundRow),
            [
                {**ended(row, days, RoundState.DONE), "origin_id": new["campaign_id"]}
                for days, new in copies
                for row in own
            ],
        )
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _closed(row: Any, days: int) -> dict[str, Any]:
    at = {name: row[name] - days * DAY for name in TIMES}
    on = {name: row[name] - days * DAY for name in ("begins_on", "ends_on")}
    over = at["opened_at"] + DAY
    years, number = days % YEARS, days // YEARS  # of the same round there is one a year; the rest are others
    named = {"year": row["year"] - 1 - years, "round_code": f"check_up_{number}" if number else row["round_code"]}
    return {**row, **at, **on, **named, "campaign_id": uuid4(), "closed_at": over, "settled_at": over}
