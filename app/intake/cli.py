"""Commands about reports: take in what a broken phone could no longer send."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import orjson
from marshmallow import EXCLUDE, ValidationError, fields, validate

from app.attachments import queries as attachments
from app.attachments import service
from app.attachments.schemas import TusMetadataIn
from app.cases import queries as cases
from app.cases.service import Phone
from app.core.commands import DRY_RUN, CommandError, echo, progress_bar
from app.core.errors import Forbidden, Invalid, NotFound, Problem
from app.core.hints import DROPPED
from app.core.permissions import Permission, Person
from app.core.schemas import Schema, Text
from app.core.transaction import transaction
from app.frame.forms import flat
from app.identity import queries as identity
from app.intake import sync
from app.intake.ticket_commands import tickets
from workflows.forms import Purpose
from workflows.words import Words, plain

FORMAT, VERSION = "gezhi-queue", 1
ACCEPTED, KNOWN, REFUSED = Words("收下", "taken"), Words("早已收到", "known"), Words("未收下", "refused")
_UPLOAD = ("case_id", "purpose", "taken_at", "lon", "lat")
_AT_FAULT: Mapping[str, Words] = {
    "required": Words("没有填写", "is missing"),
    "null": Words("为空", "is empty"),
    "invalid": Words("格式不对", "has not the right form"),
    "invalid_uuid": Words("应为 UUID", "should be a UUID"),
    "validator_failed": Words("不是能用的值", "has a value that means nothing here"),
}
_OPTIONAL: dict[str, Any] = {"error_messages": _AT_FAULT}
_WANTED: dict[str, Any] = {**_OPTIONAL, "required": True}
_FILE: Words = Words("文件", "The file")
_PHOTOS_ALONE: Words = Words(
    "收回或改派他人之后才到，结论没有采用，只收下照片。",
    "It came after it had been called back or given to another: its photos alone are kept.",
)
_NOTHING: Words = Words("没有导入任何内容。", "Nothing was imported.")


class QueuedKind(StrEnum):
    """Say what waited on the phone."""

    REPORT = "report"
    ACT = "act"
    ROUND = "round"
    PHOTO = "photo"


_KINDS: Mapping[QueuedKind, Words] = {
    QueuedKind.REPORT: Words("上报", "Reports"),
    QueuedKind.ACT: Words("办理", "Acts"),
    QueuedKind.ROUND: Words("巡查", "Rounds"),
    QueuedKind.PHOTO: Words("照片", "Photos"),
}


_STEP = ("op_id", "action", "seen", "data")
_SENT: Mapping[str, tuple[str, ...]] = {
    QueuedKind.REPORT: ("case_id", "body"),
    QueuedKind.ACT: ("case_id", *_STEP),
    QueuedKind.ROUND: ("round_id", *_STEP),
}


class _Item(Schema):
    """What every entry of the file says."""

    class Meta:
        """The file may say more: it is judged where it is used."""

        unknown = EXCLUDE

    case_id = fields.UUID(**_WANTED)
    person_id = fields.UUID(**_WANTED)


class QueuedOperationIn(_Item):
    """A report, an act or a step of a round, as it waited on the phone."""

    kind = fields.String(
        validate=validate.OneOf(
            tuple(_SENT),
            error=Words("应为 report、act 或 round 之一。", "One of report, act or round, please."),
        ),
        **_WANTED,
    )
    body = fields.Dict(**_OPTIONAL)
    round_id = fields.UUID(**_OPTIONAL)
    op_id = fields.UUID(**_OPTIONAL)
    action = Text(40, **_OPTIONAL)
    seen = fields.Integer(**_OPTIONAL)
    data = fields.Dict(**_OPTIONAL)


class PhotoIn(_Item):
    """A photo with its bytes."""

    id = fields.UUID(**_WANTED)
    base64 = fields.String(**_WANTED)


class FileIn(Schema):
    """The file that the phone page's `导出到文件` writes."""

    format = fields.String(
        validate=validate.Equal(FORMAT, error=Words("应为 {}。", "This has to be “{}”.").format(FORMAT)), **_WANTED
    )
    version = fields.Integer(**_WANTED)
    made_at = fields.Raw()  # for people who read the file
    username = Text(80, **_WANTED)
    operations = fields.List(fields.Dict(**_OPTIONAL), **_WANTED)
    photos = fields.List(fields.Dict(**_OPTIONAL), **_WANTED)


@dataclass(frozen=True)
class Outcome:
    """What became of one entry: which it was, and why it was refused, or taken as photos alone."""

    kind: QueuedKind
    person: Person
    came: Words
    detail: Words | None = None


@click.group("intake")
def intake() -> None:
    """上报：收下手机导出的待发送内容。Reports: take what phones have exported."""


@intake.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DRY_RUN
def import_queue(file: Path, dry_run: bool) -> None:
    """收下手机“导出到文件”得到的上报、办理和照片；可以重复导入，已收到的不会重复。Take a phone's file."""
    content = _read(file)
    people = _people([*content["operations"], *content["photos"]])
    text = Words("上报和办理 {} 项，照片 {} 张，涉及 {} 人。", "{} reports and acts, {} photos, of {} people.")
    summary = text.format(len(content["operations"]), len(content["photos"]), len(people))
    if dry_run:
        echo(Words("检查通过，未写入。{}", "Checked, nothing written. {}").format(summary))
        return
    echo(summary)
    length = len(content["operations"]) + len(content["photos"])
    with progress_bar(Words("导入", "taking in"), length, iterable=_take_in(content, people)) as outcomes:
        done = list(outcomes)
    _tell(done)


def _read(file: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _refused(
            [
                Words(
                    "这不是手机“导出到文件”得到的文件，或文件不完整。",
                    "A phone has not written this file, or not whole.",
                )
            ]
        )
    if content.get("version") != VERSION:
        newer = Words(
            "文件由另一版本的手机端导出，请先升级本系统。", "Another version of the phone page wrote it: upgrade first."
        )
        raise _refused([newer])
    loaded: dict[str, Any] = _loaded(FileIn(), content, _FILE)
    for schema, name, what in (
        (QueuedOperationIn(), "operations", Words("第 {} 项上报和办理", "The report or act number {}")),
        (PhotoIn(), "photos", Words("第 {} 项照片", "The photo number {}")),
    ):
        for number, one in enumerate(loaded[name], 1):
            _loaded(schema, one, what.format(number))
    return loaded


def _loaded(schema: Schema, content: Any, where: Words) -> Any:
    """Load a part of the file; what is wrong in it stops the import, in sentences."""
    try:
        return schema.load(content)
    except ValidationError as error:
        at_fault = error.normalized_messages().items()
        raise _refused([_sentence(where, str(name), texts) for name, texts in at_fault]) from None


def _sentence(where: Words, name: str, texts: Any) -> Words:
    """Say what is wrong with one field: the first of its faults, however deep it lies."""
    text, *_ = flat(texts)
    if text in _AT_FAULT.values():
        return Words("{}的“{}”{}。", "{}: “{}” {}.").format(where, name, text)
    return Words("{}的“{}”：{}", "{}, “{}”: {}").format(where, name, text)


def _refused(sentences: Sequence[Words]) -> CommandError:
    text = Words("", " ").join([*sentences, _NOTHING])
    return CommandError(text)


def _people(items: list[Mapping[str, Any]]) -> dict[UUID, Person]:
    wanted = list(dict.fromkeys(UUID(one["person_id"]) for one in items))
    people = {one.person_id: one for one in identity.people(wanted) if one.person_id}
    missing = [str(one) for one in wanted if one not in people]
    if missing:
        named = "、".join(missing)
        raise _refused(
            [
                Words("文件中的人员不存在或已停用：{}。", "These people are not there, or not any more: {}.").format(
                    named
                )
            ]
        )
    return people


def _take_in(content: Mapping[str, Any], people: Mapping[UUID, Person]) -> Iterator[Outcome]:
    for one in content["operations"]:
        person = people[UUID(one["person_id"])]
        (result,) = sync.carry_out(person, [_operation(one)], Phone(synchronises=True, is_file=True))
        refused = _words(result["body"]) if result["status"] >= 400 else None
        came = REFUSED if refused else ACCEPTED if result["status"] == 201 else KNOWN
        detail = _PHOTOS_ALONE if result["body"].get("instead") else refused
        yield Outcome(QueuedKind(one["kind"]), person, came, detail)
    for one in content["photos"]:
        person = people[UUID(one["person_id"])]
        try:
            yield Outcome(QueuedKind.PHOTO, person, ACCEPTED if _keep(person, one) else KNOWN)
        except Problem as problem:
            yield Outcome(QueuedKind.PHOTO, person, REFUSED, problem.detail)


def _operation(one: Mapping[str, Any]) -> dict[str, Any]:
    names = _SENT[one["kind"]]
    return {"type": one["kind"], "phone_at": one.get("made_at"), **{name: one[name] for name in names if name in one}}


def _keep(person: Person, photo: Mapping[str, Any]) -> bool:
    """Store one photo as if its owner had sent it whole; tell whether it was new."""
    if person.person_id is None or not person.may(Permission.ATTACHMENT_UPLOAD):
        raise Forbidden
    metadata = {name: photo[name] for name in _UPLOAD if photo.get(name) is not None}
    try:
        offered = TusMetadataIn().load({**metadata, "attachment_id": photo["id"], "filetype": photo.get("type", "")})
        content = base64.b64decode(photo["base64"], validate=True)
    except (ValueError, ValidationError) as error:
        raise Invalid from error
    case_id, attachment_id = offered["case_id"], offered["attachment_id"]
    if cases.exists_for(case_id, person) is False and not attachments.is_from(case_id, attachment_id, person.person_id):
        raise NotFound
    offer = service.Offer(
        case_id,
        attachment_id,
        Purpose.of(offered["purpose"]),
        offered.get("filetype", ""),
        person.person_id,
        offered["capture"],
        offered.get(DROPPED, ()),
    )
    judged = service.receive(offer, [content])
    with transaction():
        stored = service.store(offer, judged)
    stored.raise_if_refused()
    return stored.created


def _words(body: Mapping[str, Any]) -> Words:
    texts = [text for messages in body["fields"].values() if isinstance(messages, list) for text in messages]
    return plain(" ").join([Words(body["detail"], body["detail_en"]), *texts])


def _tell(done: list[Outcome]) -> None:
    counts = Counter((one.kind, one.came) for one in done)
    for kind, name in _KINDS.items():
        totals = [Words("{} {}", "{} {}").format(came, counts[kind, came]) for came in (ACCEPTED, KNOWN, REFUSED)]
        echo(Words("{}：{}。", "{}: {}.").format(name, Words("，", ", ").join(totals)))
    refused = [one for one in done if one.came == REFUSED]
    for number, one in ((number, one) for number, one in enumerate(done, 1) if one.detail):
        text = Words("第 {} 项（{}，{}）：{}", "Entry {} ({}, {}): {}")
        echo(text.format(number, _KINDS[one.kind], one.person.name, one.detail), err=one in refused)
    if refused:
        text = Words(
            "有 {} 项没有收下，原因见上；改正后可以再次导入同一文件。",
            "Refused: {}. Mend them and import the file again.",
        )
        raise CommandError(text.format(len(refused)))


commands = [intake, tickets]
