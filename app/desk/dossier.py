"""The printable case file: everything that happened to a case, on paper."""

from uuid import UUID

from flask import Response, request, url_for

from app.attachments import queries as attachments
from app.attachments.models import AttachmentState
from app.cases import case_secrecy, queries, views
from app.cases.proof.case_proof import prove
from app.cases.protocol import procedure_of
from app.cases.views import Names
from app.core.addresses import inside
from app.core.errors import NotFound
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.desk.dossier_words import steps_in_words
from app.desk.standards import standard
from app.desk.ticket_views import orders_of, ticket_facts
from app.desk.words import PURPOSES
from app.frame.pages import Pages, render

bp = Pages("dossier", __name__, url_prefix="/desk/cases")


@bp.get("/<uuid:case_id>/orders/<int:n>")
@needs(Permission.CASE_READ)
def order(case_id: UUID, n: int) -> Response:
    """Show one supervision order of a case that one may see, to be printed."""
    person = current_person()
    whole = queries.whole(case_id, person)
    match = [one for one in orders_of(whole) if one.n == n]
    if not match:
        raise NotFound
    back = inside(request.args.get("back")) or url_for("desk.case", case_id=case_id)
    return render("desk/order.html", case=views.seen(whole, Names(), person), order=match[0], back=back)


@bp.get("/<uuid:case_id>/file")
@needs(Permission.CASE_READ)
def dossier(case_id: UUID) -> Response:
    """Show the whole file of a case that one may see, proven a moment ago."""
    person = current_person()
    queries.whole(case_id, person)
    proof = prove(case_id)
    whole = queries.whole(case_id, person)
    workflow = procedure_of(whole.case.workflow).workflow
    files = case_secrecy.papers_for(attachments.of_case(case_id), whole, person)
    return render(
        "desk/dossier.html",
        case=views.seen(whole, Names(), person),
        ticket=ticket_facts(whole, person),
        orders_of=orders_of(whole),
        state=workflow.states[whole.case.state],
        hash=whole.case.hash,
        steps=steps_in_words(whole, queries.steps(case_id), workflow, files, person),
        standard=standard(whole.case, Names()),
        files=files,
        purposes=PURPOSES,
        states=AttachmentState,
        proof=proof,
        back=inside(request.args.get("back")) or url_for("desk.case", case_id=case_id),
    )
