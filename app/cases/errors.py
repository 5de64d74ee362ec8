"""What may go wrong when a case is changed or read."""

from typing import Any
from uuid import UUID

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class CaseNotFound(NotFound):
    """没有找到此案件，或它不在您的查看范围内。"""

    code = "case_not_found"


class ActForbidden(Forbidden):
    """您没有办理这一步的权限，请转有权限的人员办理。"""

    code = "act_forbidden"


class Refused(Conflict):
    """此刻不能这样办理，请刷新后按给出的操作办理。"""

    def __init__(self, case_id: UUID, detail: str | None = None, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.case_id = case_id


class Stale(Refused):
    """案件在您查看之后已有变化，请看过最新情况再办理。"""

    code = "stale"


class MoveNotAllowed(Refused):
    """案件当前状态下不能这样办理，请刷新后按给出的操作办理。"""

    code = "move_not_allowed"


class OperationDiffers(Refused):
    """此操作编号已用于另一内容；如确需再次办理，请重新提交。"""

    code = "operation_differs"


class CaseDiffers(Conflict):
    """此案件编号已用于另一份上报；请作为新的上报重新提交。"""

    code = "case_differs"


class DataMissing(Invalid):
    """还缺少这一步必须填写的内容，请补充后提交。"""

    code = "data_missing"
