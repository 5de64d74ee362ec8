"""Read working calendars from a plain document, as `app/catalogue/seed/calendars.yaml` has it.

    version: 1
    default: office
    warning: {share: 0.8, source: …}
    regulation:                                                days off in every year; left out: as shipped
      fixed: [{day: "01-01", name, name_en}]                   off also before a year's notice
      moving: [{name, name_en, since, until}]                  between which days of the year they can lie
      source
    calendars:
      - code, name
        centres: [codes of grids]                              whose centres work by this calendar; each in one at most
        shifts: [{code, name, name_en, since, until, source}]  who is on duty when: also through midnight
        statutory: true | false                                keeps statutory holidays and make-up workdays
        hours: [{since: "01-01", days: [mon, …], windows: ["08:00-12:00", …], source}]
        overrides: [{date, working, windows?, reason, source}]
        settled_years: [{year, source}]                        years whose whole notice the overrides hold

Rows of `hours` with the same `since` make one season. Every figure names its source.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app import catalogue
from app.catalogue.yaml_reader import read_yaml
from app.core.errors import Invalid, InvalidField
from app.core.schemas import ENDS_EARLY, Schema, Text
from app.deadlines.calendar import CalendarYearUnknown, Override, Season, WorkingCalendar
from app.deadlines.daytable import MINUTE, Hours
from app.deadlines.regulation import MovingHoliday, Regulation
from app.deadlines.shifts import Shift
from workflows.words import Words

_SHIPPED = Path(str(catalogue.__file__)).parent / "seed" / "calendars.yaml"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_SEASON = re.compile(r"(\d\d)-(\d\d)")


class CalendarsRefused(Invalid):
    """工作日历文件有误，请按提示修改后重新导入。"""

    code = "calendars_refused"
    en = "There are faults in the file of calendars: mend them as shown and import it again."


@dataclass(frozen=True)
class Calendars:
    """Hold the calendars of a county: by code, with the one used where none is named, and the share to warn at."""

    version: int
    default: WorkingCalendar
    warn_share: float
    by_code: Mapping[str, WorkingCalendar]
    of_centres: Mapping[str, WorkingCalendar]  # those that have one of their own

    def get(self, code: str | None) -> WorkingCalendar:
        """Return the calendar of that code; the default for None; KeyError for a code not in the document."""
        return self.default if code is None else self.by_code[code]

    def of_centre(self, centre: str) -> WorkingCalendar:
        """Return the calendar by which a centre works; the default where it has none of its own."""
        return self.of_centres.get(centre, self.default)

    def shifts_of(self, centre: str) -> tuple[Shift, ...]:
        """Return the shifts of a centre."""
        return self.shifts_in(self.of_centre(centre))

    def shifts_in(self, calendar: WorkingCalendar) -> tuple[Shift, ...]:
        """Return the shifts of a calendar, else those of the county, else those that are shipped."""
        if calendar.shifts:
            return calendar.shifts
        return next((each.shifts for each in self.by_code.values() if each.shifts), None) or _shipped_shifts()

    def warnings(self, since: date, until: date) -> tuple[CalendarYearUnknown, ...]:
        """Name every calendar and year between two days that is counted without its statutory holidays."""
        return tuple(unknown for each in self.by_code.values() for unknown in each.unknown_years(since, until))


def load(document: Mapping[str, Any]) -> Calendars:
    """Make calendars from a plain document; raise CalendarsRefused naming each field that is wrong."""
    try:
        data = _CalendarsDocument().load(document)
        _unique(
            (each["code"] for each in data["calendars"]), "calendars", Words("日历编码重复", "Calendars with one code")
        )
        regulation = _regulation(data.get("regulation") or _shipped_regulation())
        by_code = {each["code"]: _calendar(each, regulation) for each in data["calendars"]}
        _unique(
            (centre for each in data["calendars"] for centre in each["centres"]),
            "centres",
            Words("一个中心只能用一个日历", "A centre works by one calendar"),
        )
        if data["default"] not in by_code:
            raise InvalidField(Words("默认日历不在 calendars 之列", "The default is none of the calendars"), "default")
    except ValidationError as refused:
        raise CalendarsRefused(fields=refused.normalized_messages()) from refused
    of_centres = {centre: by_code[each["code"]] for each in data["calendars"] for centre in each["centres"]}
    share = data["warning"]["share"]
    return Calendars(
        data["version"], by_code[data["default"]], share, MappingProxyType(by_code), MappingProxyType(of_centres)
    )


def _calendar(data: dict[str, Any], regulation: Regulation) -> WorkingCalendar:
    overrides = data["overrides"]
    _unique((each["date"] for each in overrides), data["code"], Words("调整日重复", "A day is set twice"))
    return WorkingCalendar(
        code=data["code"],
        name=data["name"],
        seasons=_seasons(data["code"], data["hours"]),
        statutory=data["statutory"],
        overrides={
            each["date"]: Override(each["working"], each["reason"], each["source"], each["windows"])
            for each in overrides
        },
        settled_years=frozenset(each["year"] for each in data["settled_years"]),
        regulation=regulation,
        shifts=_shifts(data),
    )


def _shifts(data: Mapping[str, Any]) -> tuple[Shift, ...]:
    _unique((each["code"] for each in data["shifts"]), data["code"], Words("班次编码重复", "Shifts with one code"))
    return tuple(
        Shift(each["code"], Words(each["name"], each["name_en"]), each["since"], each["until"])
        for each in sorted(data["shifts"], key=lambda each: int(each["since"]))
    )


def _regulation(data: Mapping[str, Any]) -> Regulation:
    fixed = {each["day"]: Words(each["name"], each["name_en"]) for each in data["fixed"]}
    moving = (
        MovingHoliday(Words(each["name"], each["name_en"]), each["since"], each["until"]) for each in data["moving"]
    )
    return Regulation(MappingProxyType(fixed), tuple(moving))


@cache
def _shipped_shifts() -> tuple[Shift, ...]:
    """Return the shifts as they are shipped: older documents have none."""
    rows = _CalendarsDocument().load(read_yaml(_SHIPPED.read_bytes()))["calendars"]
    return next(_shifts(row) for row in rows if row["shifts"])


@cache
def _shipped_regulation() -> Mapping[str, Any]:
    """Return the regulation as it is shipped: older documents do not name one."""
    document = read_yaml(_SHIPPED.read_bytes())
    shipped: Mapping[str, Any] = _RegulationDocument().load(document["regulation"])
    return shipped


def _seasons(code: str, rows: list[dict[str, Any]]) -> tuple[Season, ...]:
    """Join the rows of each season into a week."""
    _unique(
        ((row["since"], day) for row in rows for day in row["days"]),
        code,
        Words("同一季节内同一星期几的工作时间重复", "A day of the week has two sets of hours in one season"),
    )
    weeks: dict[tuple[int, int], dict[str, Hours]] = {}
    for row in rows:
        weeks.setdefault(row["since"], {}).update(dict.fromkeys(row["days"], row["windows"]))
    return tuple(Season(since, tuple(week.get(day) for day in _WEEKDAYS)) for since, week in weeks.items())


def _unique(values: Iterable[Any], where: str, text: Words) -> None:
    if any(count > 1 for count in Counter(values).values()):
        raise InvalidField({where: [text]})


_FEW = validate.Length(0, 30, error=Words("最多 30 项", "At most 30"))
_CENTRES_MOST = validate.Length(0, 1000, error=Words("最多 1000 个", "At most 1000"))
_WRONG_FORM = Words("格式不正确", "This has not the right form")
_SAY: dict[str, Any] = {
    "required": Words("必须填写", "Required"),
    "null": Words("不能为空", "Must not be empty"),
    "invalid": _WRONG_FORM,
    "type": _WRONG_FORM,
    "too_large": Words("数值过大", "This number is too large"),
}


def _text(most: int, **more: Any) -> Text:
    return Text(most, minimum=1, required=True, error_messages=_SAY, **more)


class _DocumentDay(fields.Date):
    """Take a date as text or, from YAML, as a date."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return super()._deserialize(value, attr, data, **kwargs)


class _SeasonStart(fields.Field[tuple[int, int]]):
    """Take "MM-DD" as (month, day)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[int, int]:
        match = _SEASON.fullmatch(value) if isinstance(value, str) else None
        try:
            day = date(2001, *map(int, match.groups())) if match else None
        except ValueError:
            day = None
        if day is None:
            raise InvalidField(Words("应为“月-日”，如 05-01", "Month and day, like 05-01"))
        return day.month, day.day


class Windows(fields.Field[Hours]):
    """Take a list of "HH:MM-HH:MM" as the hours of a day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Hours:
        rows = value if isinstance(value, list) else []
        matches = [_WINDOW.fullmatch(row) if isinstance(row, str) else None for row in rows]
        times = [tuple(map(int, match.groups())) for match in matches if match]
        try:
            if len(times) != len(rows):
                raise ValueError("not a time span")
            return Hours(tuple(((a * 60 + b) * MINUTE, (c * 60 + d) * MINUTE) for a, b, c, d in times))
        except ValueError as wrong:
            text = Words(
                "应为一天之内依次排列、互不重叠的时段，如 08:00-12:00、14:30-18:00",
                "Hours of one day, in order and apart, like 08:00-12:00 14:30-18:00",
            )
            raise InvalidField(text) from wrong


class _Strict(Schema):
    """Refuse fields that the document does not define."""

    error_messages = {  # noqa: RUF012 - marshmallow reads it so
        "unknown": Words("没有这个字段", "There is no such field"),
        "type": _WRONG_FORM,
    }


class _HoursRow(_Strict):
    since = _SeasonStart(required=True, error_messages=_SAY)
    days = fields.List(
        fields.String(
            validate=validate.OneOf(_WEEKDAYS, error=Words("应为 mon 至 sun", "One of mon to sun")), error_messages=_SAY
        ),
        required=True,
        validate=validate.Length(1, 7, error=Words("应列出一至七天", "One to seven days")),
        error_messages=_SAY,
    )
    windows = Windows(required=True, error_messages=_SAY)
    source = _text(200)


class _OverrideRow(_Strict):
    date = _DocumentDay(required=True, error_messages=_SAY)
    working = fields.Boolean(required=True, error_messages=_SAY)
    windows = Windows(load_default=None, error_messages=_SAY)
    reason = _text(200)
    source = _text(200)


class _FixedRow(_Strict):
    day = _SeasonStart(required=True, error_messages=_SAY)
    name = _text(50)
    name_en = _text(50)


class _MovingRow(_Strict):
    since = _SeasonStart(required=True, error_messages=_SAY)
    until = _SeasonStart(required=True, error_messages=_SAY)
    name = _text(50)
    name_en = _text(50)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["until"] < data["since"]:
            raise InvalidField(ENDS_EARLY, "until")


class _RegulationDocument(_Strict):
    fixed = fields.List(
        fields.Nested(_FixedRow, error_messages=_SAY), required=True, validate=_FEW, error_messages=_SAY
    )
    moving = fields.List(
        fields.Nested(_MovingRow, error_messages=_SAY), required=True, validate=_FEW, error_messages=_SAY
    )
    source = _text(200)


class _SettledYear(_Strict):
    year = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(2000, 2200, error=Words("年份不合理", "This year is out of reach")),
        error_messages=_SAY,
    )
    source = _text(200)


class _TimeOfDay(fields.Field[int]):
    """Take "HH:MM" as minutes after midnight."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
        if match is None:
            raise InvalidField(Words("应为“时:分”，如 08:00", "Hour and minute, like 08:00"))
        return int(match.group(1)) * 60 + int(match.group(2))


class _ShiftRow(_Strict):
    code = _text(20)
    name = _text(50)
    name_en = _text(50)
    since = _TimeOfDay(required=True, error_messages=_SAY)
    until = _TimeOfDay(required=True, error_messages=_SAY)
    source = _text(200)


class _CalendarRow(_Strict):
    centres = fields.List(_text(20), load_default=list, validate=_CENTRES_MOST, error_messages=_SAY)
    shifts = fields.List(
        fields.Nested(_ShiftRow, error_messages=_SAY), load_default=list, validate=_FEW, error_messages=_SAY
    )
    code = _text(20)
    name = _text(50)
    statutory = fields.Boolean(required=True, error_messages=_SAY)
    hours = fields.List(
        fields.Nested(_HoursRow, error_messages=_SAY),
        required=True,
        validate=validate.Length(1, 100, error=Words("至少列出一行工作时间", "At least one row of hours")),
        error_messages=_SAY,
    )
    overrides = fields.List(fields.Nested(_OverrideRow, error_messages=_SAY), load_default=list, error_messages=_SAY)
    settled_years = fields.List(
        fields.Nested(_SettledYear, error_messages=_SAY), load_default=list, error_messages=_SAY
    )


class _Warning(_Strict):
    share = fields.Float(
        required=True,
        validate=validate.Range(0, 1, error=Words("应在 0 与 1 之间", "Between 0 and 1")),
        error_messages=_SAY,
    )
    source = _text(200)


class _CalendarsDocument(_Strict):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 1_000_000, error=Words("版本号不合理", "This version is out of reach")),
        error_messages=_SAY,
    )
    default = _text(20)
    warning = fields.Nested(_Warning, required=True, error_messages=_SAY)
    regulation = fields.Nested(_RegulationDocument, error_messages=_SAY)
    calendars = fields.List(
        fields.Nested(_CalendarRow, error_messages=_SAY),
        required=True,
        validate=validate.Length(1, 100, error=Words("至少列出一个日历", "At least one calendar")),
        error_messages=_SAY,
    )
