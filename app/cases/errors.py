"""What may go wrong when a case is changed or read."""

from typing import Any
from uuid import UUID

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from workflows.engine import FORBIDDEN
from workflows.words import Words

STEP_NEEDS = Words("这一步必须填写。", "This step needs it: please fill it in.")


class CaseNotFound(NotFound):
    """没有找到此案件，或它不在您的查看范围内。"""

    code = "case_not_found"
    en = "There is no such case, or it is not yours to see."


class ActForbidden(Forbidden):
    """Refuse an act as the machine refuses a move."""

    code = "act_forbidden"
    text = FORBIDDEN


class CaseConflict(Conflict):
    """此刻不能这样办理，请刷新后按给出的操作办理。"""

    en = "This cannot be done now: reload the page and take one of the steps offered."

    def __init__(self, case_id: UUID, detail: Words | None = None, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.case_id = case_id


class Stale(CaseConflict):
    """案件在您查看之后已有变化，请看过最新情况再办理。"""

    code = "stale"
    en = "The case has changed since you looked at it: look at it as it is now, then act."


class MoveNotAllowed(CaseConflict):
    """案件当前状态下不能这样办理，请刷新后按给出的操作办理。"""

    code = "move_not_allowed"
    en = "The case is not at the point where this can be done: reload the page and take one of the steps offered."


class OperationDiffers(CaseConflict):
    """此操作编号已用于另一内容；如确需再次办理，请重新提交。"""

    code = "operation_differs"
    en = "This operation's id was used for something else: send it anew if you mean to do it again."


class CaseDiffers(Conflict):
    """此案件编号已用于另一份上报；请作为新的上报重新提交。"""

    code = "case_differs"
    en = "This case's id was used for another report: send it as a new report."


class DataMissing(Invalid):
    """还缺少这一步必须填写的内容，请补充后提交。"""

    code = "data_missing"
    en = "Something that this step needs is missing: please fill it in and send it again."
