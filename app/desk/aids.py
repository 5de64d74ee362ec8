"""What helps at a desk beside the cases themselves: who else is at a case, filters by name, texts used again."""

from urllib.parse import parse_qsl
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from app.cases import queries as cases
from app.cases.errors import CaseNotFound
from app.core.errors import Invalid
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.departments.queries import directory
from app.desk import presence as presences
from app.desk import queries, service
from app.desk.filters import parse
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids.queries import grid_tree
from app.identity import queries as identity
from workflows.case import CASE
from workflows.words import Words

bp = Pages("desk_aids", __name__, url_prefix="/desk")

_MADE_BY_PEOPLE = {str(move.action) for move in CASE.moves if move.permission}


@bp.get("/cases/<uuid:case_id>/presence")
@needs(Permission.CASE_READ)
@polled
def presence(case_id: UUID) -> Response:
    """Say who else has the form of this case open."""
    person = current_person()
    if not cases.exists_for(case_id, person):
        raise CaseNotFound
    here = presences.others(case_id, person, acting="acting" in request.args)
    return render("desk/presence.html", names=list(identity.names(here).values()))


@bp.get("/filters")
@needs(Permission.CASE_READ)
def filters() -> Response:
    """Give one's own filters, for the side of a list."""
    saved = [(one.name, _address(one.query)) for one in queries.filters(current_person())]
    return render("desk/filters.html", saved=saved)


@bp.post("/filters")
@needs(Permission.CASE_READ)
def keep_filter() -> Response:
    """Keep the list one looks at under a name."""
    params = dict(parse_qsl(forms.form_data().get("query", "")[:600]))
    query = parse(params).query()
    with transaction():
        service.keep_filter(current_person(), forms.form_data().get("name", ""), query)
    return _to(_address(query))


@bp.post("/filters/drop")
@needs(Permission.CASE_READ)
def drop_filter() -> Response:
    """Throw a filter away."""
    with transaction():
        service.drop_filter(current_person(), forms.form_data().get("name", ""))
    return _to(url_for("desk.cases"))


@bp.get("/phrases")
@needs(Permission.CASE_ACT)
def phrases() -> Response:
    """Give the texts of one's departments for an act; without one, the page on which they are kept."""
    person, action = current_person(), request.args.get("action")
    if "HX-Request" in request.headers:
        return render("desk/phrases_for.html", phrases=queries.phrases(person, action or ""))
    scopes = {code: _called(code) for code in queries.scopes(person)}
    actions = {action: words for action, words in CASE.actions.items() if action in _MADE_BY_PEOPLE}
    return render("desk/phrases.html", phrases=queries.phrases(person), scopes=scopes, actions=actions, chosen=action)


@bp.post("/phrases")
@needs(Permission.CASE_ACT)
def keep_phrase() -> Response:
    """Keep a text for one's department or centre."""
    form_data = forms.form_data()
    if form_data.get("action") not in _MADE_BY_PEOPLE:
        raise Invalid(Words("请选择常用语用于哪一步。", "Choose for which step the text is."))
    with transaction():
        service.keep_phrase(
            current_person(), form_data.get("scope", ""), form_data["action"], form_data.get("text", "")
        )
    return _to(url_for("desk_aids.phrases"))


@bp.post("/phrases/<uuid:phrase_id>/drop")
@needs(Permission.CASE_ACT)
def drop_phrase(phrase_id: UUID) -> Response:
    """Throw a text away."""
    with transaction():
        service.drop_phrase(current_person(), phrase_id)
    return _to(url_for("desk_aids.phrases"))


def _called(code: str) -> str:
    department, node = directory().get(code), grid_tree().get(code)
    return department.name if department else node.centre_name if node else code


def _address(query: str) -> str:
    """Return the list that a filter means: a queue's, or that of all cases."""
    params = dict(parse_qsl(query))
    queue = params.pop("queue", None)
    return url_for("desk.queue", queue=queue, **params) if queue else url_for("desk.cases", **params)  # type: ignore[arg-type]


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))
