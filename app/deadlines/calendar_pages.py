"""The pages of working calendars: hours, a year day by day, and what the county sets itself."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import Response, redirect, request, url_for

from app.catalogue import queries as catalogue
from app.catalogue.rights import may_change, require
from app.catalogue.service import Comparison, carry_out
from app.catalogue.words import WEEKDAYS
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.schemas import Schema
from app.core.transaction import transaction
from app.deadlines import queries, service, year
from app.deadlines.calendar import WorkingCalendar, library_knows
from app.deadlines.calendar_documents import Calendars
from app.deadlines.queries import MovedLimits
from app.deadlines.schemas import FIRST_YEAR, LAST_YEAR, ConfirmIn, OverrideIn, SettledIn, YearIn
from app.departments.queries import directory
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids.queries import grid_name

bp = Pages("calendars_admin", "app.deadlines", url_prefix="/admin/calendars")
bp.app_context_processor(lambda: {"page_of_documents": {queries.KIND: partial(url_for, "calendars_admin.calendars")}})


@bp.get("/")
@needs(Permission.CATALOGUE_IMPORT)
def calendars() -> Response:
    """List the calendars."""
    known = _known()
    return render(
        "deadlines/calendars.html",
        known=known,
        unknown=queries.unknown_years() if known else (),
        used_by=_used_by(known) if known else {},
        weeks={code: _weeks(each) for code, each in known.by_code.items()} if known else {},
        weekdays=list(WEEKDAYS.values()),
        year=_today().year,
        recounts=queries.last_recounts(),
    )


@bp.get("/<code>")
@needs(Permission.CATALOGUE_IMPORT)
def calendar(code: str) -> Response:
    """Show one calendar, a year of it, and the forms by which days are set."""
    return _calendar(code)


@bp.post("/<code>/overrides")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def add_override(code: str) -> Response:
    """Set days."""
    return _do(code, "override", OverrideIn(), lambda data: _add(code, data))


@bp.post("/<code>/overrides/<day>/remove")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def remove_override(code: str, day: str) -> Response:
    """Let a day be as it would be."""
    return _do(code, "remove", ConfirmIn(), lambda _: service.remove_override(code, _day(day)))


@bp.post("/<code>/years")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def settle_year(code: str) -> Response:
    """Say that a year was entered whole."""
    return _do(code, "year", SettledIn(), lambda data: service.settle_year(code, **data))


@bp.post("/<code>/years/<int:settled>/remove")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def unsettle_year(code: str, settled: int) -> Response:
    """Take that back."""
    return _do(code, "remove", ConfirmIn(), lambda _: service.unsettle_year(code, settled))


def _do(code: str, form: str, schema: Schema, act: Callable[[dict[str, Any]], Comparison]) -> Response:
    try:
        sent = forms.read(schema)
        confirmed, counted = sent.pop("confirm"), sent.pop("counted")
        compared = act(sent)
        if not confirmed:
            moved = _moved(compared, counted or "")
            if moved.limits or counted or not moved.is_whole:
                return _calendar(code, moved=moved, form_data=forms.form_data())
        with transaction():
            carry_out(compared, by=current_person())
    except Invalid as refused:
        return _calendar(code, 422, wrong={form: refused}, form_data=forms.form_data())
    year = sent.get("year") or (sent["day"].year if "day" in sent else request.args.get("year"))
    response: Response = redirect(url_for("calendars_admin.calendar", code=code, year=year, done=form), 303)  # type: ignore[assignment]
    return response


def _moved(compared: Comparison, counted: str) -> MovedLimits:
    """Return how many running limits a change moves, or how far the counting is."""
    (document,) = compared.documents or (None,)
    return queries.moved_by(document.content, MovedLimits.from_mark(counted)) if document else MovedLimits()


def _add(code: str, data: dict[str, Any]) -> Comparison:
    days = {"day": data["day"], "until": data.get("until")}
    return service.add_override(code, **{**data, **days})


def _calendar(code: str, status: int = 200, **more: Any) -> Response:
    known = _known()
    working_calendar = known.by_code.get(code) if known else None
    if working_calendar is None or known is None:
        raise service.CalendarUnknown
    page_year = _year()
    return render(
        "deadlines/calendar.html",
        status,
        calendar=working_calendar,
        is_default=working_calendar is known.default,
        departments=_used_by(known).get(code, []),
        centres=[grid_name(centre) for centre, each in known.of_centres.items() if each is working_calendar],
        week=_weeks(working_calendar),
        weekdays=list(WEEKDAYS.values()),
        year=page_year,
        years=[each for each in (page_year - 1, page_year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        months=year.year_of(working_calendar, page_year),
        words=year,
        unknown=working_calendar.unknown_years(date(page_year, 1, 1), date(page_year, 12, 31)),
        library=library_knows(page_year),
        settled=_settled(code),
        to_come=list(catalogue.to_come(queries.KIND, queries.KIND)),
        may_change=may_change(current_person()),
        done=request.args.get("done"),
        recounts=queries.last_recounts(1),
        **{"wrong": {}, "form_data": {}, "moved": None, **more},
    )


def _year() -> int:
    year = forms.load_args(YearIn(), request.args).get("year")
    return int(year or _today().year)


def _known() -> Calendars | None:
    try:
        return queries.calendars()
    except KeyError:
        return None


def _weeks(working_calendar: WorkingCalendar) -> list[tuple[str, list[str]]]:
    """Write the hours of each season's week: since when, and the hours of each day."""
    return [
        (f"{season.since[0]:02}-{season.since[1]:02}", [year.hours_text(day) if day else "" for day in season.week])
        for season in working_calendar.seasons
    ]


def _used_by(known: Calendars) -> Mapping[str, list[str]]:
    """Name the departments by the calendar they keep."""
    users: dict[str, list[str]] = {}
    for entry in directory().valid(clock.now()):
        code = entry.calendar if entry.calendar in known.by_code else known.default.code
        users.setdefault(code, []).append(entry.name)
    return users


def _settled(code: str) -> list[dict[str, Any]]:
    document = catalogue.catalogue().others[queries.KIND, queries.KIND]
    row: dict[str, Any] = next((one for one in document["calendars"] if one["code"] == code), {})
    return list(row.get("settled_years", ()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _today() -> date:
    return clock.local(clock.now()).date()
