"""What comes in with a report, a synchronisation, and the acts before filing."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate, validates_schema

from app.cases.schemas.parts import camera_hashes, either_point_or_grid, uuids, without_nulls_of_place
from app.core.errors import InvalidField
from app.core.field_texts import OBJECT, ONE_OF, REQUIRED
from app.core.hints import HintedMoment, HintedSchema
from app.core.schemas import BoundedInteger, Degrees, JsonObject, Moment, Name, Schema, Telephone, Text, about, choice
from app.grids.coordinates import Crs
from app.grids.schemas import QueryDegrees
from app.intake.sync_table import OperationType, doors, streams
from workflows.case_terms import CaseSource
from workflows.ticket_terms import TicketKind
from workflows.words import Words, listed

OPERATIONS_MOST = 100
_NAME_SHOWN = 40  # letters of a name that is not ours
AS_SENT = "as_sent"  # under this name a loaded report keeps what it was loaded from


class ReporterIn(Schema):
    """The citizen behind a report; kept encrypted, and only with consent unless anonymous."""

    name = Name(60)
    phone = Telephone(**about("电话，可带区号、分机；“-----”视为没有。A telephone number; “-----” is none."))
    anonymous = fields.Boolean(load_default=False)
    consent = fields.Boolean(load_default=False, **about("本人同意保存。The citizen agrees to being kept."))

    @validates_schema
    def _consented(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("name") or data.get("phone")) and not data["consent"] and not data["anonymous"]:
            raise InvalidField(
                Words("保存上报人信息须征得本人同意。", "Name and number are kept only with the caller's consent."),
                "consent",
            )


class ReportIn(HintedSchema):
    """A report (上报). Only class (or null for "don't know"), description and place are required."""

    class_ = Text(
        20, minimum=1, data_key="class", attribute="class", required=True, allow_none=True,
        **about("类别代码，不清楚填 null。The class; null for “don't know”."),
    )  # fmt: skip
    description = Text(2000, minimum=1, required=True, **about("看到了什么。What was seen."))
    lon = Degrees(180, **about("经度；与纬度一起，或只填网格。Longitude: with lat, or else grid alone."))
    lat = Degrees(90)
    grid = Text(
        24, minimum=1,
        **about("只知道在某个网格内时，填网格代码，任何一级都可以。A grid of any level: somewhere in it."),
    )  # fmt: skip
    crs = choice(*Crs, load_default="wgs84", **about("经纬度的坐标系。The system of lon and lat."))
    address = Text(200, load_default="")
    found_at = HintedMoment("何时发现。When it was found.")
    attachments = uuids(load_default=list, **about("照片编号，可以先于或晚于照片。Photos, come or still to come."))
    originals = camera_hashes()
    source = choice(
        *CaseSource, load_default=None,
        **about("从哪里来；不填为本人岗位。From where it came; by default what the reporter is."),
    )  # fmt: skip
    fixed = fields.Boolean(load_default=False, **about("已自行处置。Fixed on the spot."))
    drill = fields.Boolean(**about("演练：照常办理，不计入统计；由受理员登记。A drill, which no statistic counts."))
    external_no = Text(60, allow_none=True, **about("外部编号。Its number elsewhere."))
    external_due = Moment(allow_none=True, **about("外部要求的期限。By when others want it."))
    ticket_kind = choice(*TicketKind, **about("诉求类型。What its sender wants."))
    secret = fields.Boolean(**about("对承办单位保密来源。Departments do not see who sent it."))
    reply_wanted = fields.Boolean(
        **about("来源要求答复；热线、信访、上级的有编号即要求。A reply is wanted: by default where it has a number.")
    )
    reporter = fields.Nested(ReporterIn, allow_none=True)
    object_ = Text(
        40, minimum=1, data_key="object", attribute="object", allow_none=True,
        **about("所报对象的编号或对象号，须属于该类别。The object it is about: its identifier or id, of the class."),
    )  # fmt: skip
    form = JsonObject(load_default=dict, **about("类别表单的填写内容。The answers to the class's form."))
    phone_at = HintedMoment("手机上提交的时间。When the phone says it was done.")
    phone_now = HintedMoment("手机此刻的时间。What time the phone has now.")

    @pre_load
    def _drop_nulls(self, sent: Any, **_: Any) -> Any:
        return without_nulls_of_place(sent)

    @post_load(pass_original=True)
    def _keep_as_sent(self, data: dict[str, Any], sent: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Keep beside it what was sent: a repeat may have to be read as an earlier version read it."""
        return {**data, AS_SENT: sent}

    @validates_schema
    def _one_place(self, data: dict[str, Any], **_: Any) -> None:
        either_point_or_grid(data)
        missing = [name for name in ("lon", "lat") if name not in data]
        if "grid" not in data and missing:
            raise InvalidField(
                {
                    name: [
                        Words(
                            "请填写经纬度；没有定位时，只填写所在的网格。",
                            "Give longitude and latitude; or, where they are not known, the grid alone.",
                        )
                    ]
                    for name in missing
                }
            )

    @post_load
    def _no_system_without_degrees(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "grid" in data:
            del data["crs"]
        return data


class _KnownType(validate.OneOf):
    """One of the types that rooms have entered; those of this schema are its choices."""

    def __call__(self, value: Any) -> Any:
        if value not in doors():
            raise InvalidField(ONE_OF.format(choices=", ".join(doors())))
        return value


class OperationIn(HintedSchema):
    """One thing a phone did: a report or an act. What is in it is judged on its own, so that it cannot block others."""

    type = fields.String(validate=_KnownType(tuple(OperationType), error=ONE_OF), required=True)
    case_id = fields.UUID(required=True)
    body = fields.Dict(keys=Text(60))
    op_id = fields.UUID()
    action = Text(40)
    seen = BoundedInteger(0, 1_000_000, allow_none=True)
    data = fields.Dict(keys=Text(60))
    phone_at = HintedMoment("手机上办理的时间。When the phone says it was done.")

    @validates_schema
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        wanted = ("body",) if data.get("type") == OperationType.REPORT else ("op_id", "action")
        missing = {name: [REQUIRED] for name in wanted if data.get(name) is None}
        if missing:
            raise InvalidField(missing)


class StreamIn(Schema):
    """How far a phone has read of a stream."""

    cursor = fields.Raw(
        load_default=None, allow_none=True,
        **about("上次回答中这一路的 cursor；读不了的从头读（reset）。That of the last answer; if not read: reset."),
    )  # fmt: skip


class StreamsField(fields.Field[Any]):
    """How far a phone has read of each stream that it follows; a stream that nobody has entered is refused by name."""

    default_error_messages = {"invalid": OBJECT}  # noqa: RUF012 - marshmallow reads it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        cursors: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for name, entry in value.items():
            try:
                if name not in streams():
                    raise InvalidField(_no_stream(name))
                cursors[name] = StreamIn().load(entry)["cursor"]
            except ValidationError as error:
                faults[name] = error.messages
        if faults:
            raise InvalidField(faults)
        return cursors


def _no_stream(name: str) -> Words:
    known = listed(sorted(streams())) if streams() else Words("无", "none")
    return Words(
        "这里没有名为“{}”的一路变化，请从 streams 中去掉；可以跟随的有：{}。",
        "There is no stream “{}” here: leave it out of streams. What can be followed: {}.",
    ).format(name[:_NAME_SHOWN], known)


class SyncIn(HintedSchema):
    """A phone's operations, in order, and how far it has read."""

    cursor = fields.Raw(
        load_default=None, allow_none=True,
        **about("上次回答的 cursor；读不了的从头读（reset）。That of the last answer; if not read: reset."),
    )  # fmt: skip
    operations = fields.List(
        fields.Raw(allow_none=True),  # what is in it is judged on its own
        load_default=list,
        validate=validate.Length(
            max=OPERATIONS_MOST, error=Words("一次最多 {} 项。", "At most {} at once.").format(OPERATIONS_MOST)
        ),
    )
    phone_now = HintedMoment("手机此刻的时间。What time the phone has now.")
    streams = StreamsField(
        load_default=dict, allow_none=True,
        **about("案件之外还要跟随的变化，按名称。What else the phone follows beside the cases, by name."),
    )  # fmt: skip


class NearIn(Schema):
    """A place and a class: is the same trouble known there?"""

    lon = QueryDegrees(180, required=True)
    lat = QueryDegrees(90, required=True)
    crs = choice(*Crs, load_default="wgs84")
    class_ = Text(20, minimum=1, data_key="class", attribute="class", required=True)


class RevealNamedIn(Schema):
    """Whom somebody has to know whom an answer names, and why."""

    field = Text(40, minimum=1, required=True, **about("表单中的哪一题。Which question: its field in the form."))
    reason = Text(200, minimum=2, required=True)


class RevealIn(Schema):
    """Why somebody has to know; kept in the audit, so without the citizen's own data."""

    reason = Text(200, minimum=2, required=True)
