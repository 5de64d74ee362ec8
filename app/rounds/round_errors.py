"""What may go wrong when a round is changed or read."""

from typing import Any
from uuid import UUID

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.engine import FORBIDDEN
from workflows.words import Words


class RoundNotFound(NotFound):
    """没有这次巡查任务，或不在您的查看范围内。"""

    code = "round_not_found"
    en = "There is no such round, or it is not yours to see."


class RoundStopUnknown(NotFound):
    """这次巡查没有这个点，或不在您的查看范围内。"""

    code = "round_stop_unknown"
    en = "The round has no such stop, or it is not yours to see."


class RoundForbidden(Forbidden):
    """Refuse a step as the machine refuses a move."""

    code = "round_forbidden"
    text = FORBIDDEN


class RoundConflict(Conflict):
    """此刻不能这样办理，请刷新这次巡查后再办。"""

    code = "round_conflict"
    en = "This cannot be done now: reload the round, then go on."

    def __init__(self, round_id: UUID, detail: Words | None = None, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.round_id = round_id


class RoundStale(RoundConflict):
    """这次巡查在您查看之后已有变化，请看过最新情况再办理。"""

    code = "round_stale"
    en = "The round has changed since you looked at it: look at it as it is now, then act."


class RoundMoveRefused(RoundConflict):
    """这次巡查当前状态下不能这样办理，请刷新后按给出的操作办理。"""

    code = "round_move_not_allowed"
    en = "The round is not at the point where this can be done: reload it and take one of the steps offered."


class RoundOperationDiffers(RoundConflict):
    """此操作编号已用于这次巡查的另一步；如确需再次办理，请重新提交。"""

    code = "round_operation_differs"
    en = "This operation's id was used for another step of the round: send it anew if you mean to do it again."


class RoundDataMissing(Invalid):
    """还缺少这一步必须填写的内容，请补充后再提交。"""

    code = "round_data_missing"
    en = "Something that this step of the round needs is missing: please fill it in and send it again."
