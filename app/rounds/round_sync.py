"""What a phone does to rounds in an exchange, and the rounds that it follows."""

from collections.abc import Mapping
from typing import Any

from app.cases.service import Phone
from app.core.permissions import Permission, Person
from app.intake.sync_table import Door, Stream
from app.rounds import round_sight, round_views, service
from app.rounds.models import RoundRow
from app.rounds.round_fresh import with_fresh_round
from app.rounds.schemas import RoundActedOut, RoundOperationIn, RoundOut, RoundOwnStepOut


def _act(person: Person, operation: Mapping[str, Any], phone: Phone) -> tuple[bool, dict[str, Any]]:
    with with_fresh_round(person):
        result = service.act(
            operation["round_id"], operation["action"], person, operation["data"], operation["op_id"],
            operation.get("seen"), phone,
        )  # fmt: skip
    return result.created, round_views.acted(result, person)


DOOR = Door("round", "round_id", RoundOperationIn, _act, (RoundActedOut, RoundOwnStepOut))
STREAM = Stream(
    "rounds",
    Permission.ROUND_ACT,
    RoundRow,
    RoundRow.round_id,
    RoundRow.changed_at,
    round_sight.on_phone,
    round_sight.once_on_phone,
    round_sight.mark,
    round_views.wholes,
    RoundOut,
)
