"""Queues, lists and cases for desks, and the acts taken there."""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, request, url_for

from app.cases import choices, queries
from app.cases.errors import CaseConflict, CaseNotFound
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from app.core.errors import NotFound, Problem
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.desk import act_forms, bulk, bulk_results, case_views, filters, sent_answers, words, worklist
from app.desk.filters import ListFilters
from app.desk.form_questions import QuestionKind
from app.frame import forms
from app.frame.pages import Pages, render
from workflows.case import CASE
from workflows.case_keys import letters
from workflows.forms import Pool
from workflows.risk_terms import GRAVE_COLOURS
from workflows.words import Words

bp = Pages("desk", __name__, url_prefix="/desk")

bp.app_context_processor(  # for every page of the desk
    lambda: {
        "step_keys": letters,
        "QuestionKind": QuestionKind,
        "Pool": Pool,
        "GRAVE_COLOURS": GRAVE_COLOURS,
        "of_case": words.OF_CASE,
        "of_order": words.OF_ORDER,
    }
)

_CHOICES = {"classes": choices.classes, "departments": choices.departments, "grids": choices.grids}
PAGE = 60  # rows a list shows at once
FIRST = 15  # rows of what is most pressing


@bp.get("/")
@needs(Permission.CASE_READ)
def home() -> Response:
    """Show all one's queues, and what is most pressing in them."""
    person = current_person()
    mine = queries.queues(person)
    list_filters = filters.parse({"mine": "1"})
    first = worklist.worklist(person, list_filters.filters, None, FIRST) if mine else None
    pressing = case_views.rows(first.items, person) if first else []
    return render(
        "desk/home.html",
        queues=mine,
        rows=pressing,
        search=list_filters,
        done=_done(),
        words=words,
        sees_objects=person.may(Permission.OBJECT_READ),
        sees_rounds=person.may(Permission.ROUND_OVERSEE),
        sees_residents=person.may(Permission.RESIDENT_READ),
    )


@bp.get("/counts")
@needs(Permission.CASE_READ)
@polled
def counts() -> Response:
    """Give the counts of one's queues anew, for a page that asks now and then."""
    here = request.args.get("here", "")
    response = render("desk/counts.html", queues=queries.queues(current_person()), here=here, words=words)
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@bp.get("/queues/<queue>")
@needs(Permission.CASE_READ)
def queue(queue: str) -> Response:
    """Show the cases of a queue."""
    if queue not in queries.conditions_of_queues(current_person()):
        raise NotFound(
            Words("没有这个待办，或它不属于您的岗位。", "There is no such queue, or it is not one of your posts.")
        )
    return _list(filters.parse(request.args, queue))


@bp.get("/choices/<what>")
@needs(Permission.CASE_READ)
def choices_of(what: str) -> Response:
    """Give what can be chosen in a filter, once somebody goes there."""
    if what not in _CHOICES:
        raise NotFound
    response = render("desk/choices.html", choices=_CHOICES[what]())
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@bp.get("/cases")
@needs(Permission.CASE_READ)
def cases() -> Response:
    """Show all cases one sees, to search in them."""
    return _list(filters.parse({name: text for name, text in request.args.items() if name != "queue"}))


@bp.get("/cases/<uuid:case_id>")
@needs(Permission.CASE_READ)
def case(case_id: UUID) -> Response:
    """Show one case with the acts that are one's own to take."""
    return _case(queries.whole(case_id, current_person()))


@bp.get("/cases/<uuid:case_id>/act/<action>")
@needs(Permission.CASE_ACT)
def form(case_id: UUID, action: str) -> Response:
    """Show the form of an act: alone where a page takes it in, else with its case."""
    whole, person = queries.whole(case_id, current_person()), current_person()
    form_data = request.args if "op_id" in request.args else act_forms.PresetForm()
    opened = act_forms.open_form(whole, person, action, form_data)
    if "HX-Request" in request.headers:
        return render(
            "desk/form.html", form=opened, case_id=case_id, search=filters.came_from(request.args), fragment=True
        )
    return _case(whole, opened)


@bp.post("/cases/<uuid:case_id>/act/<action>")
@needs(Permission.CASE_ACT)
def act(case_id: UUID, action: str) -> Response:
    """Take an act, and lead to the next case of the list; or show the case as it is now, with what was typed."""
    person = current_person()
    list_filters = filters.came_from(request.args)
    try:
        whole = queries.whole(case_id, person)
        place = worklist.place_of(whole.case, person, list_filters.filters)
        with transaction():
            act_forms.take(whole, person, action, forms.form_data())
    except CaseNotFound:
        return _gone(action, list_filters)
    except Problem as refused:
        return _refused(case_id, action, refused)
    return _onward(list_filters, place, action)


@bp.get("/bulk")
@needs(Permission.CASE_ACT)
def choose() -> Response:
    """Show the chosen cases, the acts that all of them offer, and the form of one of these."""
    person = current_person()
    wholes = bulk.read(_ids(request.args.getlist("case")), person)
    action = request.args.get("action")
    return _bulk(wholes, bulk.open_form(wholes, person, action) if action else None)


@bp.post("/bulk/<action>")
@needs(Permission.CASE_ACT)
def act_on_all(action: str) -> Response:
    """Take one act on every chosen case, and tell what came of each."""
    person, ids = current_person(), _ids(forms.form_data().getlist("case"))
    op_id = next(iter(_ids([forms.form_data().get("op_id", "")])), uuid4())
    wholes, list_filters = bulk.read(ids, person), filters.came_from(request.args)
    results = bulk.take(wholes, person, action, forms.form_data(), op_id)
    done = bulk_results.BulkSummary(action, tuple(results), len(ids) - len(wholes))
    written = bulk_results.write(done, person)
    if len(written) > bulk_results.LONGEST:
        return _done_at_once(done, list_filters)
    return _to(url_for("desk.done_at_once", of=written, **list_filters.carried))  # type: ignore[arg-type]


@bp.get("/bulk/done")
@needs(Permission.CASE_ACT)
def done_at_once() -> Response:
    """Show what came of an act on several cases: as often as somebody asks, in their language."""
    done = bulk_results.read(request.args.get("of", ""), current_person())
    return _done_at_once(done, filters.came_from(request.args))


def _done_at_once(done: bulk_results.BulkSummary, list_filters: ListFilters) -> Response:
    person = current_person()
    left = [one.case_id for one in done.results if one.refused]
    again: dict[str, Any] = {"case": left, **list_filters.carried}
    if done.action in bulk.common(bulk.read(left, person), person):
        again["action"] = done.action
    return render(
        "desk/bulk_done.html",
        done=done,
        label=procedure_of(CASE.name).workflow.actions.get(done.action),
        again=url_for("desk.choose", **again) if left else None,
        left=len(left),
        search=list_filters,
        words=words,
    )


def _bulk(wholes: list[Whole], opened: bulk.BulkForm | None) -> Response:
    list_filters = filters.came_from(request.args)
    person = current_person()
    rows = [case_views.row_of(whole, person) for whole in wholes]
    offered = bulk.common(wholes, person)
    return render(
        "desk/bulk.html",
        rows=rows,
        bases=bulk.bases(wholes),
        offered=offered,
        one_by_one=bulk.one_by_one(wholes, person),
        form=opened.form if opened else None,
        unlike=opened.unlike if opened else (),
        left_out=opened.left_out if opened else (),
        search=list_filters,
        words=words,
    )


def _ids(texts: list[str]) -> list[UUID]:
    ids = []
    for text in texts:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(ids))


def _onward(list_filters: ListFilters, place: worklist.WorklistKey, action: str) -> Response:
    """Lead to the next case of the list from which one came; without a list, back to the case."""
    more: dict[str, Any] = {"done": action, "of": str(place.case_id)}
    working = (
        bool({"queue", "mine"} & set(list_filters.texts)) and list_filters.texts.get("queue") not in worklist.WATCHED
    )
    following = worklist.following(current_person(), list_filters.filters, place) if working else place.case_id
    if following is not None:
        return _to(url_for("desk.case", case_id=following, **{**list_filters.carried, **more}))
    if list_filters.texts.get("mine"):
        return _to(url_for("desk.home", **more))
    return _to(url_for("desk.queue", **{**list_filters.texts, **more}))


def _gone(action: str, list_filters: ListFilters) -> Response:
    """Say that a case is not, or no longer, theirs who act on it, with what they had typed, and nothing of the case."""
    typed = sent_answers.sent_answers(action, forms.form_data(), current_person())
    page_at = url_for("desk.queue", **list_filters.texts) if list_filters.texts.get("queue") else url_for("desk.home")  # type: ignore[arg-type]
    return render("desk/gone.html", CaseNotFound.status, typed=typed, search=list_filters, page_at=page_at, words=words)


def _refused(case_id: UUID, action: str, refused: Problem) -> Response:
    """Show the case as it is now, why the act was refused, and the form with what was typed if it is still offered."""
    person = current_person()
    try:
        whole = queries.whole(case_id, person)
    except CaseNotFound:
        return _gone(action, filters.came_from(request.args))
    conflict = isinstance(refused, CaseConflict)
    try:
        opened, typed = act_forms.open_form(whole, person, action, forms.form_data(), refused.fields), None
    except Problem:
        opened, typed = None, sent_answers.sent_answers(action, forms.form_data(), person, whole)
    return _case(whole, opened, refused, conflict=conflict, typed=typed)


def _case(whole: Whole, opened: Any = None, refused: Problem | None = None, **more: Any) -> Response:
    person = current_person()
    list_filters = filters.came_from(request.args)
    return render(
        "desk/case.html",
        refused.status if refused else 200,
        case_id=whole.case.case_id,
        view=case_views.case_page(whole, person),
        form=opened,
        refused=refused,
        search=list_filters,
        done=_done(),
        words=words,
        page_at=_got_at(whole.case.case_id, opened, list_filters),
        **more,
    )


def _got_at(case_id: UUID, opened: Any, list_filters: ListFilters) -> str | None:
    """Return the address at which a page that answered a form can be got: its form's, or that of the case."""
    if request.method == "GET":
        return None
    if opened is None:
        return url_for("desk.case", case_id=case_id, **list_filters.carried)  # type: ignore[arg-type]
    return url_for("desk.form", case_id=case_id, action=opened.action, **list_filters.carried)  # type: ignore[arg-type]


def _list(list_filters: ListFilters) -> Response:
    person = current_person()
    cursor = request.args.get("cursor")
    page = worklist.worklist(person, list_filters.filters, worklist.read(cursor) if cursor else None, PAGE)
    return render(
        "desk/list.html",
        search=list_filters,
        rows=case_views.rows(page.items, person, of_parts=page.of_parts),
        following=worklist.write(page.next) if page.next else None,
        first=cursor is None,
        queues=queries.queues(person),
        states=CASE.states,
        done=_done(),
        words=words,
    )


def _done() -> Any:
    """Return what was just done, and to which case."""
    action, of = request.args.get("done", ""), request.args.get("of", "")
    named = procedure_of(CASE.name).workflow.actions.get(action)
    try:
        return (named, UUID(of)) if named else None
    except ValueError:
        return None


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))
