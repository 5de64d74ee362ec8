"""Keep from departments and contractors by whom a case was sent, where its ticket says so (保密).

Anonymity (匿名) is another thing: then nothing of the citizen is kept at all.
"""

from collections.abc import Collection, Mapping
from typing import Any

from app.attachments.models import Attachment
from app.cases.case_tickets import is_secret
from app.cases.case_visibility import covers
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from app.core.permissions import Permission, Person
from workflows.case_facts import PUBLIC_SOURCES
from workflows.forms import Purpose
from workflows.ticket_terms import SENDING_SOURCES
from workflows.words import Words

OF_ROW = ("external_no", "reporter_id")  # what stands in a case itself
_NAMED = frozenset(
    {*OF_ROW, "citizen_id", "external_nos", "reply", "outcome", "consent", "consent_of"}
)  # and in its steps
KEPT = Words("保密", "Kept secret")


def hides_sender(whole: Whole, person: Person) -> bool:
    """Tell whether this person is not told who sent the case: it is theirs as a department's, or a contractor's."""
    if not is_secret(whole.ticket):
        return False
    served = person.departments()
    at_work = any(served & {task.department, task.contractor} for task in whole.tasks)
    return at_work or not _knows(whole.case, person)


def hides_row(row: Any, person: Person) -> bool:
    """Tell the same of a row of a list, whose tasks nobody has read: whoever serves any department is not told."""
    return bool(row.secret) and (bool(person.departments()) or not _knows(row, person))


def _knows(case: Any, person: Person) -> bool:
    own = case.reporter_id is not None and case.reporter_id == person.person_id
    return own or person.is_system or any(covers(case, held) for held in person.holding(Permission.CASE_READ))


def step_data(
    whole: Whole, action: str, data: Mapping[str, Any] | None, papers: Collection[str] = ()
) -> dict[str, Any] | None:
    """Leave out of what a step says all by which its sender might be known, and the papers that are not shown."""
    if data is None:
        return None
    if action in procedure_of(whole.case.workflow).with_sender:
        return {}
    rest = {name: value for name, value in data.items() if name not in _NAMED}
    if papers and "attachments" in rest:
        rest["attachments"] = [one for one in rest["attachments"] if one not in papers]
        rest["sha256"] = {name: one for name, one in (rest.get("sha256") or {}).items() if name not in papers}
    if isinstance(rest.get("changed"), Mapping):
        rest["changed"] = {name: value for name, value in rest["changed"].items() if name not in _NAMED}
    return rest


def hides_actor(whole: Whole, action: str) -> bool:
    """Tell whether a step is that by which the case was taken in: who took it is its reporter, hidden as such."""
    return action == procedure_of(whole.case.workflow).begins


def hides_paper(file: Attachment, whole: Whole, person: Person) -> bool:
    """Tell whether this person is not shown a paper of the case."""
    return not papers_for([file], whole, person)


def papers_for(files: Collection[Attachment], whole: Whole, person: Person) -> list[Attachment]:
    """Leave out what may show the ticket itself, for those from whom its sender is kept.

    That is every paper that the centre has put to the case, whatever came with a step between the centre and the
    sender, and all that a case taken in for somebody else began with: a picture there may be the order, photographed.
    """
    if not hides_sender(whole, person):
        return list(files)
    procedure = procedure_of(whole.case.workflow)
    by_department = {step.seq for step in whole.past if step.on_behalf_of}
    hidden = procedure.with_sender | ({procedure.begins} if _is_for_another(whole) else frozenset())
    with_sender = {step.seq for step in whole.past if step.action in hidden}
    return [
        one
        for one in files
        if one.step in by_department or (one.step not in with_sender and one.purpose != Purpose.DOCUMENT)
    ]


def _is_for_another(whole: Whole) -> bool:
    return whole.case.source in SENDING_SOURCES or whole.case.source in PUBLIC_SOURCES
