"""The roster: who serves which grid as what; appoint and dismiss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from app.core import clock
from app.core.errors import Invalid, NotFound, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids import coverage, leaves, queries, rosters, service
from app.grids.levels import Duty, Level
from app.grids.roster_schemas import LeaveEndOfIn, LeaveOfIn
from app.grids.rosters import RosterLine
from app.grids.schemas import AppointIn, DismissIn, RosterIn
from app.identity import queries as identity
from app.identity import register
from app.identity.models import Absence
from app.identity.people_forms import day_after
from app.identity.queries import PersonName
from workflows.words import Words

bp = Pages("roster_admin", "app.grids", url_prefix="/admin/roster")

PAGE = 50
CANDIDATES = 20
LONGEST_BACK, LONGEST_AHEAD = timedelta(days=366), timedelta(days=366)
DONE = {
    "appointed": Words("已安排，立即生效。", "The appointment holds at once."),
    "already": Words("此人已经在这个岗位上。", "This person serves as this already."),
    "later": Words("已安排，到日生效。", "The appointment will hold from its day."),
    "dismissed": Words("已免去；安排错了可以重新安排。", "The service has ended; it can begin again."),
    "away": Words("已登记请假。", "The leave is entered."),
    "back": Words("请假已收回，此人恢复在岗。", "The leave is taken back: they are there again."),
    "no_leave": Words("这段请假已经结束或已销假。", "This leave is over, or was taken back already."),
    "gone": Words("此人已经不在这个岗位上。", "This person did not serve as this any more."),
}


@bp.get("/")
@needs(Permission.GRID_ROSTER_READ)
def roster() -> Response:
    """List the grids with who serves them; those that lack somebody first."""
    person, args = current_person(), _args()
    lines = rosters.lines(person, rosters.filter_of(args))
    start = next((place + 1 for place, one in enumerate(lines) if one.grid.code == args["after"]), 0)
    page, carried = lines[start : start + PAGE], _carried(args)
    needed = coverage.NEEDED[Level.GRID]
    return render(
        "grids/roster.html",
        search=args,
        lines=page,
        total=len(lines),
        lacking={duty: sum(duty in one.lacking for one in lines) for duty in needed},
        without_role=_without_role(page),
        townships=_townships(person),
        township_word=Level.TOWNSHIP.words,
        duties=[duty for duty in Duty if duty in needed or any(duty in one.served for one in page)],
        levels=rosters.LISTED,
        first=url_for(".roster", **carried) if start else None,
        following=url_for(".roster", **carried, after=page[-1].grid.code) if lines[start + PAGE :] else None,
        carried=carried,
        filtered=bool(carried),
    )


@bp.get("/<code>")
@needs(Permission.GRID_ROSTER_READ)
def grid(code: str) -> Response:
    """Show who serves one grid."""
    return _grid(code)


@bp.post("/<code>")
@needs(Permission.GRID_ROSTER)
def appoint(code: str) -> Response:
    """Let a person serve a grid; where a name means several, show them to choose from."""
    person = current_person()
    queries.managed(code, person, Permission.GRID_ROSTER)
    candidates: Sequence[PersonName] = ()
    try:
        form_data = forms.read(AppointIn())
        since = _moment(form_data["since"])
        candidates = identity.matching(form_data["who"], person, Permission.GRID_ROSTER, CANDIDATES)
        chosen = _chosen(candidates, form_data["chosen"] or form_data["who"])
        serving = {(one.person_id, one.duty) for one in rosters.of(code) if one.begun}
        with transaction():
            service.appoint(code, chosen.id, form_data["duty"], since, by=person)
    except Invalid as refused:
        return _grid(code, refused, candidates)
    if (chosen.id, form_data["duty"]) in serving:
        return _to(code, "already")
    return _to(code, "later" if since and since > clock.now() else "appointed")


@bp.post("/<code>/leave")
@needs(Permission.GRID_LEAVE)
def enter_leave(code: str) -> Response:
    """Enter the leave of somebody who serves a grid, and who stands in."""
    person = current_person()
    queries.managed(code, person, Permission.GRID_LEAVE)
    serving = {one.username: one.person_id for one in rosters.of(code)}
    try:
        form_data = forms.read(LeaveOfIn())
        if form_data["person"] not in serving:
            return _to(code, "gone")
        with transaction():
            away = serving[form_data["person"]]
            until = day_after(form_data["until"])
            leaves.enter(away, form_data["since"], until, form_data["substitute"] or None, by=person)
    except Invalid as refused:
        return _grid(code, refused)
    return _to(code, "away")


@bp.post("/<code>/leave/end")
@needs(Permission.GRID_LEAVE)
def end_leave(code: str) -> Response:
    """Take the leave of somebody who serves a grid back."""
    person = current_person()
    queries.managed(code, person, Permission.GRID_LEAVE)
    serving = {one.username: one.person_id for one in rosters.of(code)}
    try:
        form_data = forms.read(LeaveEndOfIn())
        if form_data["person"] not in serving:
            return _to(code, "gone")
        with transaction():
            leaves.take_back(serving[form_data["person"]], form_data["since"], by=person)
    except Invalid as refused:
        return _grid(code, refused)
    except NotFound:
        return _to(code, "no_leave")
    return _to(code, "back")


@bp.post("/<code>/dismiss")
@needs(Permission.GRID_ROSTER)
def dismiss(code: str) -> Response:
    """Let a person serve a grid no longer."""
    person = current_person()
    queries.managed(code, person, Permission.GRID_ROSTER)
    form_data = forms.read(DismissIn())
    serving = {one.username: one.person_id for one in rosters.of(code)}
    with transaction():
        gone = form_data["person"] in serving and service.dismiss(
            code, serving[form_data["person"]], form_data["duty"], by=person
        )
    return _to(code, "dismissed" if gone else "gone")


def _grid(code: str, refused: Problem | None = None, candidates: Sequence[PersonName] = ()) -> Response:
    line = rosters.line(code, current_person())
    return render(
        "grids/roster_grid.html",
        422 if refused else 200,
        line=line,
        grid=line.grid,
        past=rosters.past(code),
        may_appoint=current_person().reaches(Permission.GRID_ROSTER, line.grid.path),
        leaves=_leaves(line),
        without_role=_without_role([line]),
        candidates=candidates,
        most=CANDIDATES,
        duties=[(str(duty), duty.words) for duty in Duty],
        typed=forms.form_data() if refused else {"duty": line.lacking[0] if line.lacking else ""},
        today=clock.local(clock.now()).date(),
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
    )


@dataclass(frozen=True, slots=True)
class _LeaveOffer:
    """Who could stand in for somebody, and what leave of theirs can be taken back."""

    candidates: Sequence[PersonName]
    absences: Sequence[Absence]


def _leaves(line: RosterLine) -> dict[str, _LeaveOffer]:
    """Return by account what is offered for whoever serves a grid to those who enter leave there."""
    if not current_person().reaches(Permission.GRID_LEAVE, line.grid.path):
        return {}
    served = {one.username: one.person_id for several in line.served.values() for one in several if one.begun}
    return {
        username: _LeaveOffer(leaves.candidates(person_id), register.absences(person_id))
        for username, person_id in served.items()
    }


def _chosen(candidates: Sequence[PersonName], text: str) -> PersonName:
    """Return the one person who is meant: by their account, or by a whole name that only one bears."""
    by_account = [one for one in candidates if one.username == text.lower()]
    matches = by_account or [one for one in candidates if one.name == text]
    if len(matches) == 1:
        return matches[0]
    if not candidates:
        text = Words(
            "没有找到这个人。请核对姓名或账号；还没有账号的，先到“人员与任职”登记。",
            "Nobody is found by this. Whoever has no account yet is first entered under “People”.",
        )
    else:
        text = Words("找到下面这些人，请选一位。", "These are found: please choose one.")
    raise Invalid.at("who", text)


def _moment(since: date | None) -> datetime | None:
    """Return the beginning of a day; None for today, which begins now."""
    today = clock.local(clock.now()).date()
    if since is None or since == today:
        return None
    if not today - LONGEST_BACK <= since <= today + LONGEST_AHEAD:
        text = Words("起始日期应在前后一年以内。", "A day within a year, please.")
        raise Invalid.at("since", text)
    return clock.midnight(since)


def _args() -> dict[str, Any]:
    """Read what the address asks; what cannot be read asks nothing."""
    known = {name: request.args[name] for name in RosterIn().fields if name in request.args}
    try:
        return forms.read(RosterIn(), known)
    except Invalid:
        return forms.read(RosterIn(), {})


def _carried(args: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: str(args[name]) for name in ("under", "lacking", "q", "level") if args[name]}
    return {name: value for name, value in chosen.items() if (name, value) != ("level", Level.GRID)}


def _without_role(lines: Sequence[RosterLine]) -> set[tuple[str, UUID]]:
    """Return who serves a grid but holds no role there, and so sees none of its cases: pairs of grid and person."""
    served = [(line.grid, one) for line in lines for several in line.served.values() for one in several]
    paths = {
        one.person_id: [held.scope_path for held in one.assignments if held.scope_path]
        for one in identity.people(list({one.person_id for _, one in served}))
    }
    return {
        (node.code, one.person_id)
        for node, one in served
        if not any(node.path.startswith(path) or path.startswith(node.path) for path in paths.get(one.person_id, ()))
    }


def _townships(person: Person) -> list[tuple[str, str]]:
    tree = queries.grid_tree()
    roots = queries.managed_roots(person, Permission.GRID_ROSTER_READ)
    townships = [one for root in roots for one in (tree.children(root.code) if root.level is Level.COUNTY else (root,))]
    return [(one.code, one.name) for one in townships]


def _to(code: str, done: str) -> Response:
    return make_response(redirect(url_for(".grid", code=code, done=done), 303))
