"""Show a case to a person: plain values for every answer, and the acts that are theirs to take now.

What is returned goes into JSON as it is; `schemas/responses.py` describes it, and a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import case as case_
from sqlalchemy import select

from app.attachments.models import Attachment
from app.cases import case_objects, case_secrecy, case_standards, case_tickets, choices, sender_views
from app.cases.acts import evidence, milestones, places
from app.cases.acts.facts import tasks_to_consider
from app.cases.case_standards import StandardLine
from app.cases.clocks import case_limits, clock_states, runs
from app.cases.confidentiality import is_confidential
from app.cases.models import Case, CaseClock, CaseStep, CaseSupervision, CaseTask, CaseTicket
from app.cases.protocol import procedure_of, table_of
from app.cases.relations import standing
from app.cases.service import ActResult
from app.cases.timeline import public_data
from app.cases.visibility import may_see
from app.cases.whole import Whole
from app.catalogue import admissions
from app.catalogue.documents import CaseClass, Condition, Grade
from app.catalogue.schemas.acts import fields_out
from app.core.permissions import SYSTEM_EN, Person
from app.departments.queries import directory
from app.grids.queries import grid_tree
from workflows.forms import LISTED, PHOTOS, SOUGHT, Field, Purpose
from workflows.ticket_terms import TicketKind
from workflows.words import Words


class Names:
    """What codes are called, looked up once per answer."""

    def __init__(self) -> None:
        self._directory, self._tree = directory(), grid_tree()
        self._classes: dict[tuple[str | None, int | None], CaseClass | None] = {}

    def class_of(self, case: Any) -> CaseClass | None:
        """Return the class of a case in the version it keeps."""
        key = (case.class_code, case.catalogue_version)
        if key not in self._classes:
            self._classes[key] = case_limits.class_of(case)
        return self._classes[key]

    def department(self, code: str | None) -> dict[str, Any] | None:
        """Return code and name of a department."""
        return {"code": code, "name": self._directory.name_of(code)} if code else None

    def grid(self, code: str) -> dict[str, Any]:
        """Return code and name of a grid."""
        node = self._tree.get(code)
        return {"code": code, "name": node.name if node else code}


PLAIN = (
    "case_id", "number", "workflow", "state", "seq", "source", "external_no", "level", "centre", "lon", "lat",
    "address", "description", "form", "urgent", "urgent_since", "self_fixed", "danger_remains", "outside_admission",
    "drill",
    "confidential", "finding", "supervision", "round", "reworks", "wrong_dispatches", "ended_how", "reopen_wanted",
    "own_judged", "reporter_id", "external_due_at", "due_at", "case_due_at", "review_at", "found_at", "reported_at",
    "filed_at", "closed_at", "changed_at", "object_id", "object_identifier", "colour",
)  # fmt: skip
# what a list reads of each case, and nothing more
COLUMNS = (*PLAIN, "grid", "class_code", "catalogue_version", "condition", "lead")
_plain = attrgetter(*PLAIN)


def _of_ticket(value: Any, name: str) -> Any:
    wanted = select(value).where(CaseTicket.case_id == Case.case_id).correlate(Case)
    return wanted.scalar_subquery().label(name)


# the same with what the ticket of each says, in one statement
LIST_COLUMNS = (
    *(getattr(Case, name) for name in COLUMNS),
    Case.grid_path,
    Case.service,
    _of_ticket(CaseTicket.is_secret, "secret"),
    _of_ticket(CaseTicket.kind, "kind"),
    # what a sender was asked, and of what is carried only where somebody was
    *(_of_ticket(getattr(CaseTicket, name), name) for name in ("asked", "asked_of", "asked_until")),
    _of_ticket(case_((CaseTicket.asked.is_not(None), CaseTicket.carried)), "carried"),
)


def summaries(rows: Iterable[Any], person: Person) -> list[dict[str, Any]]:
    """Return rows of LIST_COLUMNS as a person's lists show them."""
    names = Names()
    return [listed(row, names, person) for row in rows]


def listed(row: Any, names: Names, person: Person) -> dict[str, Any]:
    """Return one row of LIST_COLUMNS as a person's lists show it."""
    fields = summary(row, names) | _wanted(row.kind) | {"secret": bool(row.secret)} | _admission(row)
    return _without_sender(fields) if case_secrecy.hides_row(row, person) else fields


def seen(whole: Whole, names: Names, person: Person) -> dict[str, Any]:
    """Return one case as lists show it to a person."""
    ticket = whole.ticket
    kind, secret = (ticket.kind if ticket else None), case_tickets.is_secret(ticket)
    fields = summary(whole.case, names) | _wanted(kind) | {"secret": secret} | _admission(whole.case)
    return _without_sender(fields) if case_secrecy.hides_sender(whole, person) else fields


def _admission(case: Any) -> dict[str, Any]:
    """Say of an open case whose service is not admitted any more that it runs on all the same; else nothing."""
    began_inside = case.ended_how is None and not case.outside_admission
    return {"admission_ended": True} if began_inside and admissions.has_ended(case.service) else {}


def _wanted(kind: str | None) -> dict[str, Any]:
    """Return what the sender of a case wants, and what that is called."""
    called = TicketKind.of(kind).words if kind else None
    return {"ticket_kind": kind, "ticket_kind_label": called, "ticket_kind_label_en": called.en if called else None}


def _without_sender(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | dict.fromkeys(case_secrecy.OF_ROW)


def summary(case: Any, names: Names) -> dict[str, Any]:
    """Return one case (or row of COLUMNS), whatever its ticket says."""
    rules = names.class_of(case)
    condition = rules.condition(case.condition) if rules and case.condition else None
    fields = dict(zip(PLAIN, _plain(case), strict=True))
    fields["confidential"] = is_confidential(case)
    fields["external_due"] = fields.pop("external_due_at")
    about = {"object_id": fields.pop("object_id"), "identifier": fields.pop("object_identifier")}
    fields["object"] = about if about["object_id"] else None
    colour = fields.pop("colour")
    grade = rules.grade(colour) if rules else None
    fields["risk"] = _risk(grade) if grade else None
    procedure = procedure_of(case.workflow)
    if case.state not in procedure.pauses:  # older versions have left it behind on some ways out
        fields["review_at"] = None
    state = procedure.workflow.states[case.state]
    fields["state_label"], fields["state_label_en"] = state, state.en
    fields["place"], fields["grid"] = places.kind_of(case), names.grid(case.grid)
    fields["class"] = {"code": rules.code, "name": rules.name, "name_en": rules.name.en} if rules else None
    fields["condition"] = _condition(condition) if condition else None
    fields["lead"] = names.department(case.lead)
    return fields


def _risk(grade: Grade) -> dict[str, Any]:
    words = grade.words
    return {"colour": grade.colour, "label": words, "label_en": words.en}


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "code": condition.condition,
        "text": condition.text,
        "closure": condition.closure,
        "source": condition.source,
    }


def next_end(workflow: str, state: str, due_at: datetime | None, case_due_at: datetime | None) -> datetime | None:
    """Return which limit of a case ends next; none once it has ended, that of its stage alone while it stands still."""
    procedure = procedure_of(workflow)
    if state in procedure.ends:
        return None
    is_still = any(rule.of_case and state in rule.pauses_in for rule in procedure.clocks.values())
    return min(filter(None, (due_at, None if is_still else case_due_at)), default=None)


def actions_for(whole: Whole, person: Person) -> list[dict[str, Any]]:
    """Return the acts this person may take on this case now, with what each needs and for which tasks."""
    table = table_of(whole.case.workflow)
    workflow = table.procedure.workflow
    entries: dict[str, dict[str, Any]] = {}
    for task in tasks_to_consider(whole, person, {}):
        facts = table.facts(whole, person, task, table.hopeful)
        for move in workflow.possible(whole.case.state, facts, may=standing(whole, person, task)):
            words = workflow.actions[move.action]
            entry = entries.setdefault(
                str(move.action),
                {
                    "action": str(move.action),
                    "form": workflow.forms[move.action].name,
                    "label": words,
                    "label_en": words.en,
                    "needs": list(move.needs),
                    "tasks": [],
                },
            )
            if task is not None and task.task not in entry["tasks"]:
                entry["tasks"].append(task.task)
    return list(entries.values())


def case_view(whole: Whole, person: Person) -> dict[str, Any]:
    """Return one case in full."""
    names = Names()
    return seen(whole, names, person) | {
        "ticket": sender_views.ticket(whole, person),
        "supervisions": [_supervision(one, names) for one in whole.supervisions],
        "actions": actions_for(whole, person),
        "tasks": [_task(task, names) for task in whole.tasks],
        "clocks": [_clock(clock, whole) for clock in whole.clocks],
        "standard": [_standard(line) for line in case_standards.standard(whole.case, names.class_of(whole.case))],
        "photos_awaited": whole.photos_awaited,
        "follow_up_at": whole.case.follow_up_at,
        "follow_ups": whole.case.follow_ups,
        "photos_asked": evidence.figures(names.class_of(whole.case)),
        "left_open": [_question(one) for one in case_standards.left_open(whole.case, names.class_of(whole.case))],
    }


def _question(one: Field) -> dict[str, Any]:
    return {"field": one.name, "label": one.label, "label_en": one.label.en}


def _standard(line: StandardLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "label": line.label,
        "label_en": line.label.en,
        "text": line.text,
        "text_en": line.text.en,
    }


def with_forms(whole: Whole, person: Person, *, sought: bool) -> dict[str, Any]:
    """Return one case in full, each act with what it asks and what this case offers to choose.

    People and other cases are looked for where they are `sought`: that costs statements of its own.
    """
    view, but = case_view(whole, person), LISTED if sought else LISTED | SOUGHT
    view["object"] = case_objects.object_view(case_objects.object_of(whole.case, person))
    table = table_of(whole.case.workflow)
    for action in view["actions"]:
        form, rule = table.procedure.workflow.forms[action["action"]], table.rules[action["action"]]
        offered = choices.offered(form, rule.choices, whole, person, {}, action["tasks"], but=but)
        photo_count = max(view["photos_asked"].get(form.photos.count or "", 0), int(PHOTOS in action["needs"]))
        action["fields"] = fields_out(form, action["needs"], offered)
        action["photos"] = {"purpose": form.photos.purpose, "least": photo_count}
    return view


def acted_view(acted: ActResult, person: Person, **beside: Any) -> dict[str, Any]:
    """Return the case with the step that was made, and what stands beside it.

    Who repeats a step of a case that they do not see any more is told of that step alone, and nothing of what others
    have done since.
    """
    step = {"seq": acted.seq, "op_id": acted.op_id, "hash": acted.hash}
    if not acted.created and not may_see(acted.whole, person):
        return {"case_id": acted.whole.case.case_id, "step": step}
    return case_view(acted.whole, person) | {"step": step} | beside


def timeline(
    whole: Whole, steps: Iterable[CaseStep], files: Collection[Attachment], person: Person
) -> list[dict[str, Any]]:
    """Return the steps of a case as a person sees them, each with the files that it named first."""
    labels, names = procedure_of(whole.case.workflow).workflow.actions, Names()
    hides = case_secrecy.hides_sender(whole, person)
    open_files = case_secrecy.papers_for(files, whole, person)
    papers = {str(each.attachment_id) for each in files} - {str(each.attachment_id) for each in open_files}
    named: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for each in open_files:
        named[each.step].append(_file(each))
    lines = [_step(step, labels[step.action], names) | {"files": named[step.seq]} for step in steps]
    if not hides:
        return lines
    without = partial(case_secrecy.step_data, whole, papers=papers)
    return [_without_who(line, whole) | {"data": without(line["action"], line["data"])} for line in lines]


def _without_who(line: dict[str, Any], whole: Whole) -> dict[str, Any]:
    """Return a step of a case whose sender is kept from the person: nor do they learn who took it in."""
    if not case_secrecy.hides_actor(whole, line["action"]):
        return line
    names = {"name": case_secrecy.KEPT, "name_en": case_secrecy.KEPT.en}
    return line | {"actor": line["actor"] | {"person_id": None} | names}


def _file(each: Attachment) -> dict[str, Any]:
    shows = Purpose.of(each.purpose).words
    return {
        "attachment_id": each.attachment_id,
        "purpose": each.purpose,
        "purpose_label": shows,
        "purpose_label_en": shows.en,
        "state": each.state,
        "type": each.type,
        "taken_at": each.taken_at,
        "dropped": each.dropped or [],
    }


def _step(step: CaseStep, label: Words, names: Names) -> dict[str, Any]:
    return {
        "seq": step.seq,
        "op_id": step.op_id,
        "action": step.action,
        "label": label,
        "label_en": label.en,
        "from": step.state_from,
        "to": step.state_to,
        "actor": {
            "person_id": step.actor_id,
            "name": step.actor_name,
            "name_en": step.actor_name if step.actor_id else SYSTEM_EN,
            "on_behalf_of": names.department(step.on_behalf_of),
        },
        "at": step.at,
        "phone_at": step.phone_at,
        "counts_at": step.counts_at,
        "data": public_data(step.data),
        "hash": step.hash,
        "previous_hash": step.previous_hash,
    }


def _task(task: CaseTask, names: Names) -> dict[str, Any]:
    return {
        "task": task.task,
        "round": task.round,
        "part": task.part,
        "state": task.state,
        "department": names.department(task.department),
        "contractor": names.department(task.contractor),
        "handler_id": task.handler_id,
        "sent_at": task.sent_at,
        "signed_at": task.signed_at,
        "done_at": task.done_at,
        "extensions": task.extensions,
        "reworks": task.reworks,
        "ask": task.ask,
        "ask_data": task.ask_data,
        "note": task.note,
        "parent": task.parent,
        "unit": task.unit,
        "spot": task.spot,
    }


def _clock(clock: CaseClock, whole: Whole) -> dict[str, Any]:
    before = runs.earlier(whole, clock)
    reached = milestones.is_reached(whole, clock) if clock.milestone is not None else None
    state = clock_states.state_words(clock, reached)
    return {
        "clock": clock.clock,
        "stage": clock.stage,
        "round": clock.round,
        "task": clock.task,
        "answerable": clock.answerable,
        "limit": clock_states.limit_of(clock),
        "limit_kind": clock.kind,
        "started_at": clock.started_at,
        "warn_at": clock.warn_at,
        "due_at": clock.due_at,
        "paused_at": clock.paused_at,
        "stopped_at": clock.stopped_at,
        "overdue": clock.overdue,
        "result": clock.result,
        "continues": before[-1].clock if before else None,
        "milestone": clock.milestone,
        "text": clock.text,
        "reached": reached,
        "state_label": state,
        "state_label_en": state and state.en,
        "unknown_holidays": [
            {"year": each.year, "name": each.name, "name_en": each.name.en, "since": each.since, "until": each.until}
            for each in case_limits.unknown_holidays(clock)
        ],
    }


def _supervision(order: CaseSupervision, names: Names) -> dict[str, Any]:
    return {
        "supervision": order.n,
        "number": order.number,
        "grade": order.grade,
        "order": order.wording,
        "issued_at": order.issued_at,
        "issued_by": order.issued_by,
        "due_at": order.due_at,
        "clock": order.clock,
        "reply": order.reply,
        "replied_at": order.replied_at,
        "replied_by": order.replied_by,
        "replied_for": names.department(order.replied_for),
        "lifted_at": order.lifted_at,
        "lifted_by": order.lifted_by,
    }
