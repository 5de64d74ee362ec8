"""Write the messages that a step or a file owes. Run twice, it writes nothing the second time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.cases.models import Case, CaseStep
from app.cases.timeline import step_data
from app.cases.visibility import may_see
from app.cases.whole import look
from app.core.db import db
from app.core.outbox import ClaimedEffect
from app.core.permissions import Permission
from app.duty import queries as duty
from app.frame.exports.models import ExportFault
from app.identity import queries as identity
from app.notices import notice_rules, queries, service, words
from app.notices.audiences import Recipient, ask_of, recipients
from app.notices.step_context import StepContext
from workflows.notices import BY_NAME, PLAIN_KINDS, Template, To
from workflows.words import Words, listed, plain

EXPORT_READY, EXPORT_FAILED = "export_ready", "export_failed"
NAMED_MOST = 3  # people on duty that a message names
Wanted = dict[UUID, tuple[Template, Recipient]]  # what each person is to be told, of which case


@dataclass(frozen=True)
class Telling:
    """A kind of message to one person, as one of an audience."""

    person_id: UUID
    kind: str
    to: To
    urgent: bool


def tell(owed: ClaimedEffect) -> None:
    """Tell those whom a step concerns, except whoever took it and whoever may not know of the case (any more)."""
    context = _read(UUID(owed.payload["case_id"]), owed.payload["seq"])
    if context is None:
        return
    wanted: Wanted = {}
    for template in context.procedure.notices.get(context.step.action, ()):
        if not notice_rules.goes_out(template.kind, template.to):
            continue
        for recipient in recipients(context, template):
            wanted.setdefault(recipient.person_id, (template, recipient))
    wanted.pop(context.step.actor_id, None)  # type: ignore[arg-type] # the system's steps have no actor
    more, on_duty = _more(context), _on_duty(context.case)
    messages = [
        service.Message(
            person_id,
            to.case.case_id,
            template.kind,
            words.fill(template, to.case, more) + (on_duty if _is_urgent(template, to.case) else plain("")),
            _is_urgent(template, to.case),
        )
        for person_id, (template, to) in _chosen(_allowed(context, wanted)).items()
    ]
    service.write(owed.id, messages)


def tell_of_export(owed: ClaimedEffect) -> None:
    """Tell somebody that the file they ordered can be downloaded."""
    _tell_maker(owed, EXPORT_READY, words.EXPORT_READY.format(int(owed.payload["rows"])))


def tell_of_failure(owed: ClaimedEffect) -> None:
    """Tell somebody why the file they ordered was given up."""
    _tell_maker(owed, EXPORT_FAILED, words.EXPORT_FAILED.format(ExportFault.of(owed.payload["fault"]).words))


def tell_plainly(owed: ClaimedEffect) -> None:
    """Tell some people what a room without cases has put into words for them."""
    people, text = owed.payload["people"], Words(owed.payload["text"], owed.payload["text_en"])
    _write_plainly(owed, people, owed.payload["kind"], text, urgent=owed.payload["urgent"])


def _tell_maker(owed: ClaimedEffect, kind: str, text: Words) -> None:
    _write_plainly(owed, [owed.payload["person_id"]], kind, text)


def _write_plainly(owed: ClaimedEffect, people: Sequence[str], kind: str, text: Words, *, urgent: bool = False) -> None:
    """Write what is about no case, to those whom the county wants told, who read messages and do not go without it."""
    to, subject_id = PLAIN_KINDS[kind].to, owed.payload.get("subject_id")
    if not notice_rules.goes_out(kind, to):
        return
    readers = _readers([UUID(one) for one in people])
    off = _off(Telling(one, kind, to, urgent) for one in readers)
    about = UUID(subject_id) if subject_id else None
    messages = [service.Message(one, None, kind, text, urgent, about) for one in readers if one not in off]
    service.write(owed.id, messages)


def _on_duty(case: Case) -> Words:
    """Name who is on duty at the centre of an urgent case now, by the shifts of that centre; else nothing."""
    if not case.urgent:
        return plain("")
    (here,) = duty.now([case.centre])
    names = [one.name for one in here.now.people][:NAMED_MOST] if here.now else []
    return Words("现在值班：{}。", " On duty now: {}.").format(listed(names)) if names else plain("")


def _is_urgent(template: Template, case: Case) -> bool:
    return case.urgent and template.to in BY_NAME


def _chosen(wanted: Wanted) -> Wanted:
    """Leave out whoever goes without such a message, where people may."""
    tellings = (Telling(one, template.kind, template.to, to.case.urgent) for one, (template, to) in wanted.items())
    off = _off(tellings)
    return {person_id: each for person_id, each in wanted.items() if person_id not in off}


def _off(tellings: Iterable[Telling]) -> set[UUID]:
    """Return who goes without what they would be told, of what people may go without."""
    known = notice_rules.rules()
    dispensable = {
        one.person_id: one.kind
        for one in tellings
        if one.kind in known and known[one.kind].may_be_off(one.to, urgent=one.urgent)
    }
    off = queries.going_without(dispensable, set(dispensable.values())) if dispensable else ()
    return {person_id for person_id, kind in dispensable.items() if (person_id, kind) in off}


def _readers(people: Sequence[UUID]) -> list[UUID]:
    """Return those of some people who read messages at all."""
    return [one.person_id for one in identity.people(people) if one.person_id and one.may(Permission.NOTICE_READ)]


def _read(case_id: UUID, seq: int) -> StepContext | None:
    whole = look(case_id)
    step = db.session.get(CaseStep, (case_id, seq))
    if whole is None or step is None:
        return None
    return StepContext(whole, step, step_data(step.data))


def _allowed(context: StepContext, wanted: Wanted) -> Wanted:
    """Keep those who read notices at all and, unless the message says otherwise, see the case now.

    Whose department was late is told so, though the case has left it.
    """
    allowed, late = {}, context.late_department()
    for person in identity.people(list(wanted)):
        assert person.person_id is not None  # noqa: S101 - they were found by it
        template, recipient = wanted[person.person_id]
        own = recipient.case is not context.case  # the reporter of a merged case: sees it as its reporter
        knows = own or not template.must_see or late in person.departments() or may_see(context.whole, person)
        if person.may(Permission.NOTICE_READ) and knows:
            allowed[person.person_id] = (template, recipient)
    return allowed


def _more(context: StepContext) -> dict[str, str]:
    clock = context.clock()
    stage = context.procedure.clocks[clock.stage].stage if clock else None
    of_clock = words.of_clock(stage, clock.due_at, clock.text) if clock and stage else {"stage": "", "due": ""}
    return words.of_ask(ask_of(context)) | of_clock | words.of_card(context.data)
