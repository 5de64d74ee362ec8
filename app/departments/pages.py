"""Administration of departments: find, make, rename, end and revive them; their other names and calendars."""

from itertools import groupby
from typing import Any

from flask import Response, make_response, redirect, request, url_for

from app.core import clock
from app.core.errors import Conflict, Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.departments import providers, queries, service
from app.departments.kinds import DepartmentKind
from app.departments.schemas import AliasIn, DepartmentChangeIn, DepartmentSearchIn, EstablishIn
from app.frame import forms
from app.frame.pages import Pages, render
from workflows.words import Words

bp = Pages("departments_admin", "app.departments", url_prefix="/admin/departments")

PAGE = 100
REFUSED = (Invalid, Conflict)
DONE = {
    "created": Words("部门已建立。", "The department is made."),
    "changed": forms.CHANGED,
    "unchanged": forms.UNCHANGED,
    "alias_added": Words("别名已添加。", "The other name is added."),
    "alias_removed": Words("别名已删除；删错了可以再添加。", "The other name is gone; it can be added again."),
    "ended": Words("部门已撤销；可以随时恢复。", "The department has ended; it can be revived at any time."),
    "revived": Words("部门已恢复。", "The department exists again."),
}


@bp.get("/")
@needs(Permission.DEPARTMENT_MANAGE)
def departments() -> Response:
    """List departments by kind; those that have ended apart."""
    try:
        args = forms.read(DepartmentSearchIn(), request.args)
    except Invalid:
        args = DepartmentSearchIn().load({})
    matches = queries.search(current_person(), args["q"], args["kind"])
    start = next((place + 1 for place, one in enumerate(matches) if one.code == args["after"]), 0)
    page = matches[start : start + PAGE]
    return render(
        "departments/departments.html",
        search=args,
        groups=[(kind, list(entries)) for kind, entries in groupby(page, key=lambda one: one.kind)],
        total=len(matches),
        carried=_carried(args),
        first=url_for(".departments", **_carried(args)) if start else None,
        following=url_for(".departments", **_carried(args), after=page[-1].code) if matches[start + PAGE :] else None,
        ended=queries.search(current_person(), args["q"], args["kind"], ended=True)[:PAGE],
        **_known(),
    )


@bp.get("/new")
@needs(Permission.DEPARTMENT_MANAGE)
def new() -> Response:
    """Show the form for a department to be made."""
    return _new()


@bp.post("/new")
@needs(Permission.DEPARTMENT_MANAGE)
def establish() -> Response:
    """Make a department, and lead to it."""
    try:
        form_data = forms.read(EstablishIn())
        with transaction():
            department = service.establish(**form_data, by=current_person())
    except REFUSED as refused:
        return _new(refused)
    return _to(department.code, "created")


@bp.get("/<code>")
@needs(Permission.DEPARTMENT_MANAGE)
def department(code: str) -> Response:
    """Show one department, with what leans on it."""
    return _department(code)


@bp.post("/<code>")
@needs(Permission.DEPARTMENT_MANAGE)
def change(code: str) -> Response:
    """Give a department another name or calendar."""
    person = current_person()
    queries.managed(code, person)
    try:
        form_data = forms.read(DepartmentChangeIn())
        with transaction():
            renamed = service.rename(code, form_data["name"], by=person)
            changed = service.choose_calendar(code, form_data["calendar"], by=person)
    except REFUSED as refused:
        return _department(code, refused)
    return _to(code, "changed" if renamed or changed else "unchanged")


@bp.post("/<code>/aliases")
@needs(Permission.DEPARTMENT_MANAGE)
def add_alias(code: str) -> Response:
    """Let a department be found by another name."""
    queries.managed(code, current_person())
    try:
        form_data = forms.read(AliasIn())
        with transaction():
            service.add_alias(form_data["alias"], code, by=current_person())
    except REFUSED as refused:
        return _department(code, refused)
    return _to(code, "alias_added")


@bp.post("/<code>/aliases/remove")
@needs(Permission.DEPARTMENT_MANAGE)
def remove_alias(code: str) -> Response:
    """Let a department be found by a name no longer."""
    queries.managed(code, current_person())
    try:
        form_data = forms.read(AliasIn())
        with transaction():
            service.remove_alias(form_data["alias"], code, by=current_person())
    except REFUSED as refused:
        return _department(code, refused)
    return _to(code, "alias_removed")


@bp.post("/<code>/end")
@needs(Permission.DEPARTMENT_MANAGE)
def end(code: str) -> Response:
    """End a department."""
    queries.managed(code, current_person())
    with transaction():
        service.end(code, by=current_person())
    return _to(code, "ended")


@bp.post("/<code>/revive")
@needs(Permission.DEPARTMENT_MANAGE)
def revive(code: str) -> Response:
    """Let a department exist again."""
    queries.managed(code, current_person())
    with transaction():
        service.revive(code, by=current_person())
    return _to(code, "revived")


def _new(refused: Problem | None = None) -> Response:
    person = current_person()
    grounds = [one for one in providers.townships().values() if queries.managed_by(person, one.code)]
    return render(
        "departments/new_department.html",
        422 if refused else 200,
        typed=forms.form_data() if refused else {"calendar": "office"},
        refused=refused,
        grounds=[(one.code, one.name) for one in grounds],
        whole_county=queries.managed_by(person, None),
        **_known(),
    )


def _department(code: str, refused: Problem | None = None) -> Response:
    entry = queries.managed(code, current_person())
    typed = {"name": entry.name, "calendar": entry.calendar, **(forms.form_data() if refused else {})}
    over = entry.over(clock.now())
    return render(
        "departments/department.html",
        422 if refused else 200,
        department=entry,
        over=over,
        leaning=[] if over else providers.leaning(entry),
        typed=typed,
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
        **_known(),
    )


def _known() -> dict[str, Any]:
    """Return what every page of departments needs to name things."""
    return {
        "aliases": queries.directory().aliases,
        "calendars": providers.calendars(),
        "kinds": [(kind, kind.words) for kind in DepartmentKind],
        "townships": providers.townships(),
    }


def _carried(args: dict[str, Any]) -> dict[str, Any]:
    return {name: str(args[name]) for name in ("q", "kind") if args[name]}


def _to(code: str, done: str) -> Response:
    return make_response(redirect(url_for(".department", code=code, done=done), 303))
