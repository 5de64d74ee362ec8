"""Every error a caller may meet: a stable code, a status, and a docstring that is its default text."""

from typing import Any


class Problem(Exception):
    """服务暂时无法完成，请稍后再试。"""

    code = "problem"
    status = 500
    en = "This cannot be done at the moment. Please try again later."  # the same in English; every class has its own

    def __init__(
        self, detail: str | None = None, fields: dict[str, Any] | None = None, en: str | None = None, **extra: Any
    ) -> None:
        super().__init__(detail or type(self).__doc__)
        self.detail: str = detail or type(self).__doc__ or ""
        if en is not None:
            self.en = en
        self.fields = fields or {}
        self.extra = extra


class Malformed(Problem):
    """请求内容不是有效的 JSON，请检查后重发。"""

    code, status = "malformed", 400
    en = "What was sent is not valid JSON: please check it and send it again."


class BodyCut(Problem):
    """内容没有传完连接就断了，请重新发送。"""

    code, status = "body_cut", 400
    en = "The connection broke before all had come: please send it again."


class Unauthenticated(Problem):
    """登录已失效，请重新登录。"""

    code, status = "unauthenticated", 401
    en = "You are not signed in any more: please sign in again."


class Forbidden(Problem):
    """您没有办理此事项的权限，请联系管理员。"""

    code, status = "forbidden", 403
    en = "You may not do this: ask the administrator if you should."


class NotFound(Problem):
    """没有找到，或不在您的查看范围内。"""

    code, status = "not_found", 404
    en = "There is no such thing, or it is not yours to see."


class Conflict(Problem):
    """内容已被他人更新，请查看最新情况后再办理。"""

    code, status = "conflict", 409
    en = "Somebody else has changed this meanwhile: look at it again, then act."


class Invalid(Problem):
    """填写内容有误，请按提示修改后重新提交。"""

    code, status = "invalid", 422
    en = "Something is not filled in rightly: please mend it and send it again."


class TooSlow(Problem):
    """网络太慢或已中断，请求没有完整收到，请稍后重试。"""

    code, status = "too_slow", 408
    en = "The line is too slow or was cut: the request did not come whole. Please try again shortly."


class TooMany(Problem):
    """操作过于频繁，请稍后再试。"""

    code, status = "too_many", 429
    en = "That was too often: please wait a little and try again."


class Busy(Problem):
    """系统正忙，请稍后重试；已提交的内容不会丢失。"""

    code, status = "busy", 503
    en = "The system is busy: please try again shortly. Nothing you have sent is lost."


class Unavailable(Problem):
    """系统暂时无法使用，请稍后重试；未得到答复的内容请重新提交，不会重复。"""

    code, status = "unavailable", 503
    en = "The system cannot be used just now: try again shortly. What was not answered may be sent again."
