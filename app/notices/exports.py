"""One's own messages as a file; telephone numbers that stand in addresses stay in the house."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.core import clock, telephones
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.notices import notice_rules, queries
from app.notices.models import Notice
from app.notices.schemas import NoticePageIn
from workflows.forms import NO, YES
from workflows.words import Words


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(NoticePageIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[int]:
    page = queries.page(person, unread=wanted["unread"], before=None, limit=most, which=wanted["which"])
    return [one.id for one in page.items]


def _rows(person: Person, ids: Sequence[int]) -> Iterator[list[str]]:
    rules = notice_rules.rules()
    for one in queries.some(person, ids):
        yield [
            clock.minute(one.created_at), rules[one.kind].name if one.kind in rules else one.kind, _text(one),
            YES if one.urgent else NO, clock.minute(one.read_at) if one.read_at else "",
        ]  # fmt: skip


def _text(one: Notice) -> Words:
    return Words(telephones.without_numbers(one.text), telephones.without_numbers(one.text_en))


MESSAGES = ExportTable(
    name="notices", title=Words("消息", "Messages"), permission=Permission.NOTICE_READ,
    columns=(
        (Words("时间", "When"), 17), (Words("种类", "Kind"), 18), (Words("消息", "Message"), 80),
        (Words("急要件", "Urgent"), 8), (Words("已读", "Read"), 17),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip
TABLES = (MESSAGES,)
