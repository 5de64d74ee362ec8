"""Every error a caller may meet: a stable code, a status, and a docstring that is its default text."""

from typing import Any


class Problem(Exception):
    """服务暂时无法完成，请稍后再试。"""

    code = "problem"
    status = 500
    en = ""  # its text in English; of a class itself, and not of those made from it; or of one error that says more

    def __init__(self, detail: str | None = None, fields: dict[str, Any] | None = None, **extra: Any) -> None:
        super().__init__(detail or type(self).__doc__)
        self.detail: str = detail or type(self).__doc__ or ""
        self.fields = fields or {}
        self.extra = extra


class Malformed(Problem):
    """请求内容不是有效的 JSON，请检查后重发。"""

    code, status = "malformed", 400


class Unauthenticated(Problem):
    """登录已失效，请重新登录。"""

    code, status = "unauthenticated", 401


class Forbidden(Problem):
    """您没有办理此事项的权限，请联系管理员。"""

    code, status = "forbidden", 403


class NotFound(Problem):
    """没有找到，或不在您的查看范围内。"""

    code, status = "not_found", 404


class Conflict(Problem):
    """内容已被他人更新，请查看最新情况后再办理。"""

    code, status = "conflict", 409


class Invalid(Problem):
    """填写内容有误，请按提示修改后重新提交。"""

    code, status = "invalid", 422
    en = "Something is not filled in rightly: please mend it and send it again."


class TooMany(Problem):
    """操作过于频繁，请稍后再试。"""

    code, status = "too_many", 429


class Busy(Problem):
    """系统正忙，请稍后重试；已提交的内容不会丢失。"""

    code, status = "busy", 503


class Unavailable(Problem):
    """系统暂时无法使用，请稍后重试；未得到答复的内容请重新提交，不会重复。"""

    code, status = "unavailable", 503
