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
from workflows.forms import Purpose

OF_ROW = ("external_no", "reporter_id")  # what stands in a case itself
_NAMED = frozenset({*OF_ROW, "citizen_id", "external_nos", "reply", "outcome"})  # and in its steps


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


def hides_paper(file: Attachment, whole: Whole, person: Person) -> bool:
    """Tell whether this person is not shown a paper of the case."""
    return hides_sender(whole, person) and not papers_for_departments([file], whole)


def papers_for_departments(files: Collection[Attachment], whole: Whole) -> list[Attachment]:
    """Leave out the papers that the centre has put to the case: the ticket itself may be among them."""
    by_department = {step.seq for step in whole.past if step.on_behalf_of}
    return [one for one in files if one.purpose != Purpose.DOCUMENT or one.step in by_department]
