"""What the pages of calendars are asked by their addresses and forms."""

import re
from typing import Any

from marshmallow import fields, pre_load, validate, validates_schema

from app.core.errors import InvalidField
from app.core.schemas import ENDS_EARLY, WRONG_YEAR, Schema, Text
from app.deadlines.calendar_documents import Windows
from workflows.words import Words

FIRST_YEAR, LAST_YEAR = 2000, 2200
DAYS_MOST = 62
MARK_MOST = 100  # letters of how far a counting is
_ONE: dict[str, Any] = {
    "invalid": Words("应为日期，例如 2026-12-31。", "A date, please, like 2026-12-31."),
}
_SPACES = re.compile(r"[\s,，、；;]+")


def _year(**options: Any) -> fields.Integer:
    bounds = validate.Range(FIRST_YEAR, LAST_YEAR, error=WRONG_YEAR)
    return fields.Integer(
        validate=bounds,
        error_messages={
            "invalid": Words("应为年份。", "A year, please."),
        },
        **options,
    )


class YearIn(Schema):
    """Which year to show."""

    year = _year()


class ConfirmIn(Schema):
    """Whether somebody has seen which running limits move; while they are counted, how far that is."""

    confirm = fields.Boolean(truthy={"true"}, falsy={"false", ""}, load_default=False)
    counted = Text(MARK_MOST, load_default=None)


class OverrideIn(ConfirmIn):
    """Days that are worked or not whatever the law's calendar says; `windows` are hours as people write them."""

    day = fields.Date(required=True, format="%Y-%m-%d", error_messages=_ONE)
    until = fields.Date(format="%Y-%m-%d", error_messages=_ONE)
    working = fields.Boolean(
        required=True,
        truthy={"true"},
        falsy={"false"},
        error_messages=dict.fromkeys(("required", "invalid"), Words("请选择。", "Please choose.")),
    )
    windows = Windows()
    reason = Text(200, minimum=1, required=True)
    source = Text(200, minimum=1, required=True)

    @pre_load
    def cut(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Cut the hours as they were typed into windows."""
        typed = data.get("windows")
        if not isinstance(typed, str):
            return data
        rows = [row for row in _SPACES.split(typed.replace("：", ":").replace("—", "-").replace("–", "-")) if row]
        return {**data, "windows": rows}

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an end before the beginning, long stretches, years out of reach, and hours of days off."""
        last = data.get("until", data["day"])
        if last < data["day"]:
            raise InvalidField(ENDS_EARLY, "until")
        if (last - data["day"]).days >= DAYS_MOST:
            raise InvalidField(Words("一次最多 {} 天。", "At most {} days at once.").format(DAYS_MOST), "until")
        if not FIRST_YEAR <= data["day"].year <= last.year <= LAST_YEAR:
            raise InvalidField(WRONG_YEAR, "day")
        if "windows" in data and not data["working"]:
            raise InvalidField(
                Words("不上班的日子不必填写时段。", "Days that are not worked have no hours."), "windows"
            )


class SettledIn(ConfirmIn):
    """A year whose whole notice was entered, and which notice."""

    year = _year(required=True)
    source = Text(200, minimum=1, required=True)
