"""Put together what pages show of cases: rows of a list, one case with its clocks, tasks, photos and links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.attachments import queries as attachments
from app.attachments.models import Attachment, AttachmentState
from app.cases import case_secrecy, case_standards, queries, views
from app.cases.acts import follow_ups, milestones
from app.cases.case_objects import ObjectOfCase, object_of
from app.cases.case_tickets import open_ask
from app.cases.clocks import case_limits, clock_states, derivation
from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.models import Case, CaseClock, CaseTask
from app.cases.protocol import procedure_of
from app.cases.views import Names
from app.cases.whole import Whole
from app.core import clock
from app.core.permissions import Person
from app.departments.queries import directory
from app.desk import words, worklist
from app.desk.countdown import TimeLeft, remaining
from app.desk.dossier_words import StepWords, answered, steps_in_words
from app.desk.maps import OnMap, on_map
from app.desk.spots import SpotView, spots
from app.desk.standards import standard
from app.desk.ticket_views import OrderView, ask_words, orders_of, ticket_facts
from app.grids.queries import grid_tree
from app.identity import queries as identity
from workflows.case_keys import KEYS
from workflows.case_terms import ClockResult, LinkKind
from workflows.forms import Purpose
from workflows.words import Words, listed, plain

SIDES = (Purpose.BEFORE, Purpose.AFTER, Purpose.CHECK)  # side by side; papers and evidence stand below
PDF = "application/pdf"
_FOLLOW_UP = Words("{}（第 {} 次，共 {} 次）", "{} (time {} of {})")


@dataclass(frozen=True)
class Button:
    """An act that one may take now, with the key that opens its form; one at most is expected next."""

    action: str
    words: Words
    key: str
    quiet: bool
    last: bool
    expected: bool


@dataclass(frozen=True)
class ClockView:
    """A clock in words: what it counts, who is answerable, and how it stands or ended."""

    stage: Words
    who: Words
    due_at: datetime
    left: TimeLeft | None
    state: Words | None
    unknown: Words  # holidays it goes through whose days are not known yet
    derivation: Words  # how the end of a running one came about
    late: bool


@dataclass(frozen=True)
class TaskView:
    """A task in words."""

    part: Words
    who: str
    handler: str | None
    state: Words
    sent_at: datetime
    signed_at: datetime | None
    done_at: datetime | None
    ask: Words | None
    ask_reason: str | None
    ask_until: datetime | None
    reworks: int
    round: int


@dataclass(frozen=True)
class CasePhoto:
    """A photo or paper, and whether its bytes are here."""

    attachment_id: UUID
    is_here: bool
    is_paper: bool
    refused: bool
    unjudged: bool
    taken_at: datetime | None
    named: Words


@dataclass(frozen=True)
class CaseView:
    """One case as its page shows it."""

    row: Mapping[str, Any]
    seq: int
    buttons: Sequence[Button]
    clocks: Sequence[ClockView]
    tasks: Sequence[TaskView]
    sides: Sequence[tuple[Words, Sequence[CasePhoto]]]
    papers: Sequence[CasePhoto]
    steps: Sequence[StepWords]
    links: Sequence[tuple[Words, worklist.LinkedCase, Words]]
    on_map: OnMap | None
    above: str
    answers: Sequence[tuple[Words, Words]]
    left_open: Words
    spots: Sequence[SpotView]
    ticket: Sequence[tuple[Words, str]]
    orders: Sequence[OrderView]
    standard: Sequence[tuple[Words, Words]]
    about: ObjectOfCase | None


def rows(listed: Iterable[Any], person: Person, *, of_parts: bool = False) -> list[dict[str, Any]]:
    """Return rows of a list as it shows them to a person; `of_parts`: each ends with the person's own part in it."""
    names, now = Names(), clock.now()
    return [
        _row(case, views.listed(case, names, person), now)
        | {"ask": ask_words(open_ask(case, case), hides=case_secrecy.hides_row(case, person))}
        | ({"ends": case.ends, "left": remaining(case.ends, now)} if of_parts else {})
        for case in listed
    ]


def row_of(whole: Whole, person: Person) -> dict[str, Any]:
    """Return one case as lists show it to a person."""
    return _row(whole.case, views.seen(whole, Names(), person), clock.now())


def case_page(whole: Whole, person: Person) -> CaseView:
    """Return one case as its page shows it."""
    case, names = whole.case, Names()
    workflow = procedure_of(case.workflow).workflow
    people = identity.names({task.handler_id for task in whole.tasks if task.handler_id})
    named = case_secrecy.papers_for(attachments.of_case(case.case_id), whole, person)
    files = _photos(named)
    node = grid_tree().get(case.grid)
    above = grid_tree().ancestors(case.grid)[1:] if node else ()
    links, steps = worklist.linked(case.case_id, person), queries.steps(case.case_id)
    return CaseView(
        row=_row(case, views.seen(whole, names, person), clock.now()) | {"follow_up": _follow_up(case)},
        seq=case.seq,
        buttons=buttons(whole, person),
        clocks=[_clock(each, whole) for each in sorted(whole.clocks, key=_running_first)],
        tasks=[_task(each, people) for each in whole.tasks],
        sides=[(words.PURPOSES[side], files[side]) for side in SIDES],
        papers=[photo for purpose in Purpose if purpose not in SIDES for photo in files[purpose]],
        steps=steps_in_words(whole, steps, workflow, named, person),
        links=[(_link(each), each, _state(workflow, each.state)) for each in links],
        on_map=on_map(case),
        above=" ".join(each.name for each in above),
        answers=answered(names, case, case.form, person),
        left_open=listed(one.label for one in case_standards.left_open(case, names.class_of(case))),
        spots=spots(whole, steps),
        ticket=ticket_facts(whole, person),
        orders=orders_of(whole),
        standard=standard(case, names),
        about=object_of(case, person),
    )


def buttons(whole: Whole, person: Person) -> list[Button]:
    """Return exactly the acts that are the person's to take, each with its key.

    What is expected next stands first, then what moves the case on; what ends it undone last.
    """
    procedure = procedure_of(whole.case.workflow)
    quiet = procedure.quiet
    moving = {move.action for move in procedure.workflow.moves if move.ends() != (None,)}
    entries = views.actions_for(whole, person)
    offered = {each["action"] for each in entries}
    expected = next((act for act in procedure.expected if act in offered), None)
    acts = [
        Button(
            each["action"], each["label"], KEYS.get(each["action"], ""), each["action"] in quiet,
            each["action"] in words.LAST, each["action"] == expected,
        )
        for each in entries
    ]  # fmt: skip
    return sorted(acts, key=lambda one: (not one.expected, one.last, one.quiet, one.action not in moving))


def _row(case: Any, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    workflow = procedure_of(case.workflow).workflow
    over = case.state in workflow.groups["ENDS"]
    ends = views.next_end(case.workflow, case.state, case.due_at, case.case_due_at)
    return {
        **fields,
        "state_words": _state(workflow, case.state),
        "left": remaining(ends, now),
        "ends": ends,
        "source_words": words.SOURCES[case.source],
        "kind_words": words.TICKET_KINDS[fields["ticket_kind"]] if fields["ticket_kind"] else None,
        "card": words.GRADES[case.supervision] if case.supervision else None,
        "finding_words": words.FINDINGS[case.finding] if case.finding else None,
        "over": over,
    }


def _state(workflow: Any, state: str) -> Words:
    state_words: Words = workflow.states[state]
    return state_words


def _running_first(each: CaseClock) -> tuple[bool, datetime]:
    return each.stopped_at is not None, each.due_at


def _follow_up(case: Case) -> Words | None:
    """Return the day of the follow-up that a call would be now, or the next, and which time that is; None for none."""
    rules = case_limits.class_of(case)
    if case.follow_up_at is None or rules is None or rules.follow_up is None:
        return None
    number = follow_ups.number_at(case, clock.now())
    day = follow_ups.day_of(case, number) or case.follow_up_at
    return _FOLLOW_UP.format(f"{clock.local(day):%Y-%m-%d}", number, rules.follow_up.times)


def _clock(each: CaseClock, whole: Whole) -> ClockView:
    reached = milestones.is_reached(whole, each) if each.milestone is not None else None
    state = clock_states.state_words(each, reached)
    running = state is None
    return ClockView(
        stage=words.stage_words(each),
        who=_answerable(each, whole),
        due_at=each.due_at,
        left=remaining(each.due_at, clock.now()) if running else None,
        state=state,
        unknown=listed([one.words for one in case_limits.unknown_holidays(each)]),
        derivation=Words("；", "; ").join(derivation.derivation(whole, each)) if each.stopped_at is None else plain(""),
        late=each.result == ClockResult.LATE or (running and each.due_at <= clock.now()),
    )


def _answerable(each: CaseClock, whole: Whole) -> Words:
    who = Answerable.read(each.answerable)
    if who.kind is AnswerableKind.DEPARTMENT:
        return plain(directory().name_of(who.code))
    if who.kind is AnswerableKind.PERSON:
        return Words("指定人员", "the named person")
    node = grid_tree().get(who.code)
    return node.centre_name if node else Words("中心", "the centre")


def _task(task: CaseTask, people: Mapping[UUID, str]) -> TaskView:
    handler = people.get(task.handler_id) if task.handler_id else None
    names = [directory().name_of(code) for code in (task.department, task.contractor) if code]
    names += [task.unit] if task.unit else []
    return TaskView(
        part=words.PARTS[task.part],
        who=" · ".join(names) or handler or "",
        handler=handler if names else None,
        state=words.TASK_STATES[task.state],
        sent_at=task.sent_at,
        signed_at=task.signed_at,
        done_at=task.done_at,
        ask=words.ASKS[task.ask] if task.ask else None,
        ask_reason=(task.ask_data or {}).get("reason"),
        ask_until=task.ask_until,
        reworks=task.reworks,
        round=task.round,
    )


def _photos(files: Sequence[Attachment]) -> dict[Purpose, list[CasePhoto]]:
    sorted_out: dict[Purpose, list[CasePhoto]] = {purpose: [] for purpose in Purpose}
    for each in files:
        photo = CasePhoto(
            attachment_id=each.attachment_id,
            is_here=each.state == AttachmentState.STORED,
            is_paper=each.type == PDF,
            refused=each.state == AttachmentState.REFUSED,
            unjudged=each.state == AttachmentState.UNJUDGED,
            taken_at=each.taken_at,
            named=words.PURPOSES[Purpose.of(each.purpose)],
        )
        sorted_out[Purpose.of(each.purpose)].append(photo)
    return sorted_out


def _link(link: worklist.LinkedCase) -> Words:
    if link.turned and link.kind == LinkKind.MERGED_INTO:
        return words.CARRIES
    return words.LINKS.get(link.kind, Words("关联", "Linked"))
