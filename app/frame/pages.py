"""What every page shares: its frame of functions, its language, and errors that people can read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import flask
from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup, escape

from app.core import clock, connection
from app.core.http import show_problems
from app.core.permissions import Permission, Person, ScopeKind
from app.frame import assets
from app.frame.forms import errors_of
from app.frame.language import LANGUAGE, LANGUAGES, language, t
from workflows.words import Words

A_YEAR = 365 * 86_400


@dataclass(frozen=True)
class MenuEntry:
    """A part of the house in the menu: who may go there, whose home it is by the kind of scope, what explains it."""

    path: str
    name: Words
    permission: Permission
    homes: tuple[ScopeKind, ...]
    handbook: str
    unless: Permission | None = None  # whoever holds this comes there by another part


@dataclass(frozen=True)
class Section:
    """A part of administration: who may go there, and what it is for."""

    path: str
    name: Words
    permission: Permission
    about: Words


@dataclass(frozen=True)
class Entrances:
    """The endpoints to which the frame itself leads people; they belong to later rooms."""

    sign_in: str
    account: str
    first: Mapping[str, str]  # what somebody has to do before anything else, by the code of its problem


_header: list[Callable[[], Markup]] = []  # what later rooms put into the header of every page


def offer(part_of_header: Callable[[], Markup]) -> None:
    """Let a later room put something into the header of every page; offered twice, it stands there once."""
    if part_of_header not in _header:
        _header.append(part_of_header)


class Pages(flask.Blueprint):
    """A room's pages; their templates lie in the room."""

    def __init__(self, name: str, import_name: str, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix, template_folder="templates", static_folder=None)


def init(app: Flask, menu: tuple[MenuEntry, ...], sections: tuple[Section, ...], entrances: Entrances) -> None:
    """Give templates their functions, and people pages instead of problem documents."""
    app.extensions["gezhi_menu"] = menu
    app.extensions["gezhi_sections"] = sections
    app.extensions["gezhi_entrances"] = entrances
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True  # statements on lines of their own leave nothing
    app.context_processor(_functions)
    app.jinja_env.globals |= {"csrf_field": csrf_field, "errors_of": errors_of, "t": t}  # macros have them, too
    app.jinja_env.filters["t"] = t
    app.after_request(_keep_language)
    show_problems(app, _problem_page)


def render(template: str, status: int = 200, **values: object) -> Response:
    """Answer with a page."""
    return make_response(render_template(template, **values), status)


def menu() -> list[MenuEntry]:
    """Return where the person may go."""
    person: Person | None = g.get("person")
    places: tuple[MenuEntry, ...] = current_app.extensions["gezhi_menu"]
    return [
        place
        for place in places
        if person and person.may(place.permission) and not (place.unless and person.may(place.unless))
    ]


def sections() -> list[Section]:
    """Return the parts of administration where the person may go."""
    person: Person | None = g.get("person")
    every: tuple[Section, ...] = current_app.extensions["gezhi_sections"]
    return [section for section in every if person and person.may(section.permission)]


def part() -> MenuEntry:
    """Return the part of the house in which this page lies."""
    every: tuple[MenuEntry, ...] = current_app.extensions["gezhi_menu"]
    return next(entry for entry in every if request.path.startswith(entry.path))


def section() -> Section:
    """Return the part of administration in which this page lies."""
    every: tuple[Section, ...] = current_app.extensions["gezhi_sections"]
    return next(section for section in every if request.path.startswith(section.path))


def home(person: Person) -> str:
    """Return where a person's work begins: the first place whose permission is held with a scope of its kind."""
    entry = _home(person)
    return entry.path if entry else account()


def account() -> str:
    """Return where people look after their own account."""
    return url_for(_entrances().account)


def part_of(handbook: str) -> MenuEntry | None:
    """Return the part of the house that a handbook explains."""
    places: tuple[MenuEntry, ...] = current_app.extensions["gezhi_menu"]
    return next((place for place in places if place.handbook == handbook), None)


def handbook() -> str:
    """Return where the reader's handbook is: that of the part they are in, else of their work, else the list of all."""
    person: Person | None = g.get("person")
    here = next((place for place in menu() if request.path.startswith(place.path)), None)
    own = here or (_home(person) if person else None)
    return url_for("handbook.one", name=own.handbook) if own else url_for("handbook.every")


def in_language(chosen: str, here: str | None = None) -> str | None:
    """Return the address of this page in another language, with all it was asked for.

    A page that answered a form has no address of its own: it is that of `here`, else that at which its form is got; a
    page that cannot be got has none.
    """
    if here is None and request.method not in ("GET", "HEAD") and not _can_be_got():
        return None
    path, _, query = (here or request.full_path).partition("?")
    params = [(name, value) for name, value in parse_qsl(query) if name != LANGUAGE]
    return f"{path}?{urlencode([*params, (LANGUAGE, chosen)])}"


def _can_be_got() -> bool:
    return current_app.create_url_adapter(request).test(method="GET")  # type: ignore[union-attr]


def local(moment: object, form: str = "%m-%d %H:%M") -> str:
    """Write a moment in the county's time; nothing for none."""
    return clock.local(moment).strftime(form) if moment else ""  # type: ignore[arg-type]


def wants_page() -> bool:
    """Tell whether a person is looking at the answer, and not a program."""
    if request.path.startswith("/api/"):
        return False
    return "HX-Request" in request.headers or "text/html" in request.headers.get("Accept", "")


def csrf_token() -> str:
    """Return what this session's forms and scripts have to present with a change; empty where nobody is signed in."""
    return str(g.get("csrf_token", ""))


def csrf_field() -> Markup:
    """Write the hidden field of a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(escape(csrf_token()))


def _entrances() -> Entrances:
    entrances: Entrances = current_app.extensions["gezhi_entrances"]
    return entrances


def _home(person: Person) -> MenuEntry | None:
    places: tuple[MenuEntry, ...] = current_app.extensions["gezhi_menu"]
    held = {place: person.holding(place.permission) for place in places}
    return next((place for place in places if any(one.scope_kind in place.homes for one in held[place])), None)


def _functions() -> dict[str, object]:
    return {
        "account": account,
        "csrf_token": csrf_token,
        "in_language": in_language,
        "handbook_of_reader": handbook,
        "header": lambda: [part_of_header() for part_of_header in _header],
        "language": language,
        "lib": assets.lib,
        "local": local,
        "menu": menu,
        "now": clock.now,
        "part": part,
        "person": g.get("person"),
        "Permission": Permission,
        "plain_trial": connection.is_trial,
        "section": section,
        "sections": sections,
        "static": assets.static,
    }


def _problem_page(problem: Mapping[str, Any]) -> Response | None:
    """Return what somebody is shown of a problem, or is led to for it; programs get the problem itself."""
    if not wants_page():
        return None
    fragment = "HX-Request" in request.headers
    if problem["status"] == 401:
        return _to_sign_in(fragment)
    if problem["code"] in _entrances().first:
        return _lead(url_for(_entrances().first[problem["code"]]), fragment)
    return render("problem.html", problem["status"], problem=problem, fragment=fragment)


def _to_sign_in(fragment: bool) -> Response:
    here = request.full_path.rstrip("?") if request.method == "GET" and not fragment else None
    return _lead(url_for(_entrances().sign_in, next=here), fragment)


def _lead(where: str, fragment: bool) -> Response:
    """Lead to another page: a whole page by a redirect, a part of one by what htmx understands."""
    if not fragment:
        return make_response(redirect(where))
    response = make_response("", 200)
    response.headers["HX-Redirect"] = where
    return response


def _keep_language(answer: Response) -> Response:
    chosen = request.args.get(LANGUAGE)
    if chosen in LANGUAGES and chosen != request.cookies.get(LANGUAGE):
        answer.set_cookie(LANGUAGE, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer
