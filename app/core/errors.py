"""Every error a caller may meet: a stable code, a status, and a docstring that is its default text."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeAlias

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from workflows.words import Words

# what is wrong with fields: texts by the field's name, and by place or name within what a field holds
Faults: TypeAlias = "Words | Sequence[Words] | Mapping[str, Faults] | Mapping[int, Faults]"


class Problem(Exception):
    """服务暂时无法完成，请稍后再试。"""

    code = "problem"
    status = 500
    en = "This cannot be done at the moment. Please try again later."  # of the docstring; every class has its own
    text = Words(__doc__, en)

    def __init_subclass__(cls) -> None:
        """Take a class's own text from its docstring and `en`, unless it names one that stands elsewhere already."""
        cls.text = vars(cls).get("text") or Words(cls.__doc__ or "", vars(cls)["en"])

    def __init__(self, detail: Words | None = None, fields: Mapping[str, Faults] | None = None, **extra: Any) -> None:
        self.detail = detail or self.text
        super().__init__(self.detail)
        self.fields = dict(fields or {})
        self.extra = extra

    @classmethod
    def at(cls, field: str, text: Words) -> Self:
        """Say what is wrong with one field."""
        return cls(fields={field: [text]})


class InvalidField(ValidationError):
    """Say what is wrong with a field, in both languages."""

    def __init__(self, message: Faults, field_name: str = SCHEMA) -> None:
        super().__init__(message, field_name)  # type: ignore[arg-type] # it takes any mapping and sequence as well


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


OF_THE_FRAMEWORK = {  # what the framework itself refuses: status, our code, text
    405: (
        "method_not_allowed",
        Words("此地址不支持这种请求方法。", "This address does not take requests of this kind."),
    ),
    406: ("not_acceptable", Words("无法给出所要求的格式。", "It cannot be given in that form.")),
    411: ("length_required", Words("请求缺少长度。", "The request does not say how long it is.")),
    412: ("precondition_failed", Words("前提条件不满足。", "What was required beforehand does not hold.")),
    413: (
        "too_large",
        Words("内容过大，请压缩或分段上传。", "This is too large: send less at once, or smaller files."),
    ),
    415: (
        "unsupported_media_type",
        Words("内容类型不对，请按接口说明发送。", "This kind of content cannot be read here."),
    ),
    416: ("range_not_satisfiable", Words("请求的范围不存在。", "There is no such part of the file.")),
    431: ("headers_too_large", Words("请求头过大。", "The request's headers are too large.")),
}
