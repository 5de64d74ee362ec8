"""What may go wrong when residents are entered, changed or read."""

from app.core.errors import Conflict, Forbidden, NotFound


class ResidentUnknown(NotFound):
    """没有这位居民或住户，或不在您的查看范围内。"""

    code = "resident_unknown"
    en = "There is no such resident or household, or it is not yours to see."


class ResidentFieldUnknown(NotFound):
    """没有登记这一项，或您不在它的查看人之内。"""

    code = "resident_field_unknown"
    en = "This field is not kept, or it is not yours to read."


class ResidentStale(Conflict):
    """这份登记在您查看之后已有变化，请看过最新情况再修改。"""

    code = "resident_stale"
    en = "The record has changed since you looked at it: look at it as it is now, then change it."


class ResidentIdTaken(Conflict):
    """这个登记号已用于别的内容，请重新登记。"""

    code = "resident_id_taken"
    en = "This id stands for something else: enter the resident anew."


class ResidentOpTaken(Conflict):
    """这个操作号已用于这份登记的另一次修改，请重新提交。"""

    code = "resident_op_taken"
    en = "The id of this change stands for another change of the record: send it anew."


class ResidentsNotKeptHere(Forbidden):
    """您不能登记或修改这里的居民与住户。"""

    code = "residents_not_kept_here"
    en = "You may not enter or change residents and households here."


class ResidentNotRevealed(Forbidden):
    """您不能在这里查看居民的个人信息。"""

    code = "resident_not_revealed"
    en = "You may not read what is kept of residents here."
