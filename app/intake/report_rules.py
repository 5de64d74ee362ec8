"""What follows the moves before filing: reports, verification, self-fixed cases, merging."""

import hashlib
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import insert, update

from app.attachments import queries as attachment_queries
from app.attachments.models import KEPT, Attachment, AttachmentState
from app.attachments.service import StepAttachment
from app.cases import own_tables
from app.cases.acts import closing, effects, engine_steps, evidence, nominees, on_spot, places, tasks, tickets
from app.cases.errors import DataMissing, MoveNotAllowed
from app.cases.models import CaseLink
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.cases.visibility import may_see
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.core.db import db
from app.core.errors import Invalid
from app.core.schemas import Schema
from app.identity import queries as identity
from app.intake import merge_chains
from app.intake.queries import mergeable
from workflows import case as machine
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, CaseState, Finding, LinkKind, TaskPart
from workflows.forms import Pool, Purpose
from workflows.words import Words

_NOBODY = Words(
    "没有可派的核实人，请指定一位在岗的网格员、网格长或巡查员。",
    "Nobody can be sent by the system: name a worker, a head of a grid or an inspector who is at work.",
)
_AWAY = Words(
    "所选人员的账号已停用或正在请假，请另选核实人。",
    "Their account is closed or they are away: choose another verifier.",
)
_NO_VERIFIER = Words(
    "所选人员的岗位没有核实权限，请另选核实人。", "Their post does not verify: choose another verifier."
)


def prepare_report(turn: Turn) -> None:
    """Let the place of the row stand for the place that the machine's `needs` ask for."""
    turn.satisfied |= {"place", "attachments"}


def report(turn: Turn) -> None:
    """Name the report's photos; what was fixed on the spot shows before and after.

    Of others the class asks for photos too, but a danger without a picture is still reported: the answer says how many
    are asked for, and they may come by `attach`.
    """
    effects.judge_admission(turn.case, turn.counts_at)
    tickets.note(turn)
    if turn.case.self_fixed:
        evidence.ask_for(turn, 2)
    named = evidence.name(turn, 1, Purpose.BEFORE, only_own=True)
    if turn.case.self_fixed and not _shows_both(named):
        raise DataMissing.at(
            "data.attachments",
            Words(
                "自行处置须有处置前和处置后的照片各至少一张。",
                "What was fixed needs a photo from before and one from after.",
            ),
        )


def _shows_both(photos: Iterable[Attachment | StepAttachment]) -> bool:
    """Tell whether photos show before and after; one still on its way may be either."""
    photos = list(photos)
    here = {photo.purpose for photo in photos if photo.state in KEPT}
    coming = any(photo.state == AttachmentState.AWAITED for photo in photos)
    return coming or here >= {Purpose.BEFORE, Purpose.AFTER}


def withdraw(turn: Turn) -> None:
    """Take the report back."""
    effects.end(turn)


def verify(turn: Turn) -> None:
    """Send whoever was named, else the first present in the order of the roster."""
    wanted: UUID | None = turn.data.get("verifier")
    named = _verifier(turn, wanted) if wanted else nominees.name(turn, TaskPart.VERIFY)
    if named is None:
        raise Invalid.at("data.verifier", _NOBODY)
    turn.case.finding = None
    tasks.name_instead(turn, TaskPart.VERIFY, named)


def _verifier(turn: Turn, wanted: UUID) -> UUID:
    people = identity.present([wanted])
    if not people:
        raise Invalid.at("data.verifier", _AWAY)
    if not nominees.holds(turn, people[0], TaskPart.VERIFY):
        raise Invalid.at("data.verifier", _NO_VERIFIER)
    return wanted


def find(turn: Turn) -> None:
    """Record what the verifier found; the acceptor decides."""
    on_spot.judge(turn, TaskPart.VERIFY)
    turn.case.finding = _FINDINGS[turn.action]
    tasks.end_person_task(turn, TaskPart.VERIFY)


def prepare_close_fixed(turn: Turn) -> Prepared:
    """Tell whether the rule picks this case for checking: by its id, which nobody here chooses."""
    share = catalogue_queries.catalogue().setting("self_fixed_check_percent")
    lot = int.from_bytes(hashlib.sha256(turn.case.case_id.bytes).digest()[:4]) % 100
    return Prepared(sampled=lot < share)


def close_fixed(turn: Turn) -> None:
    """Accept what the worker fixed as done; a sampled one goes to a checker first."""
    if not _shows_both(attachment_queries.of_case(turn.case.case_id)):
        lacking = Words(
            "缺少处置前或处置后的照片：请上报人补传，或按普通案件受理。",
            "A photo from before or after is missing: ask the reporter for it, or take it on like any other case.",
        )
        raise MoveNotAllowed(turn.case.case_id, lacking, reason="photos")
    if turn.case.state == CaseState.CLOSED:
        closing.close(turn)


def prepare_merge(turn: Turn) -> Prepared:
    """Tell whether the other case is another one, open, and within sight of whoever merges."""
    into = turn.data.get("into")
    other = turn.others.get(into) if into else None
    is_open = (
        other is not None
        and other.workflow == turn.case.workflow
        and other.state in machine.OPEN
        and other.drill == turn.case.drill
        and may_see(Whole(other, [], [], []), turn.person)
    )
    keeps_date = other is None or other.state not in machine.PAUSED
    return Prepared(target_is_open=into is None or is_open, target_keeps_date=keeps_date)  # one must be named: later


def merge(turn: Turn) -> None:
    """Let another case carry this one."""
    turn.case.merged_from, turn.case.ended_how = turn.state_from, turn.action
    _end_links(turn)
    ids = {"case_id": turn.case.case_id, "other": turn.data["into"], "kind": LinkKind.MERGED_INTO}
    known = db.session.get(CaseLink, tuple(ids.values()), populate_existing=True)
    values = {"made_at": turn.now, "ended_at": None}
    if known:
        known.ended_at, known.made_at = None, turn.now
    else:
        db.session.execute(insert(CaseLink).values({**ids, **values}))
    turn.wrote(own_tables.LINKS, {**ids, **values})


def unmerge(turn: Turn) -> None:
    """Let the case stand alone again, where it stood before; whoever was to verify it is asked again."""
    if turn.case.state == CaseState.VERIFYING:
        last = next((task.handler_id for task in reversed(turn.tasks) if task.part == TaskPart.VERIFY), None)
        if last and any(nominees.holds(turn, one, TaskPart.VERIFY) for one in identity.present([last])):
            tasks.name_person(turn, TaskPart.VERIFY, last)  # else the first of the order is named
    turn.case.merged_from = turn.case.ended_how = None
    for carrier in _end_links(turn):
        tickets.come_home(turn, merge_chains.carriers(turn.case.case_id, carrier))


def _end_links(turn: Turn) -> list[UUID]:
    """Let other cases carry this one no more; return which did."""
    standing = (
        CaseLink.case_id == turn.case.case_id,
        CaseLink.kind == LinkKind.MERGED_INTO,
        CaseLink.ended_at.is_(None),
    )
    ended = update(CaseLink).where(*standing).values(ended_at=turn.now).returning(*CaseLink.__table__.columns)
    rows = [dict(row._mapping) for row in db.session.execute(ended.execution_options(synchronize_session=False))]
    for row in rows:
        turn.wrote(own_tables.LINKS, row)
    return [row["other"] for row in rows]


_FINDINGS: Mapping[str, Finding] = {
    CaseAction.CONFIRM_TRUE: Finding.TRUE,
    CaseAction.CONFIRM_FALSE: Finding.FALSE,
    CaseAction.CANNOT_VERIFY: Finding.UNKNOWN,
}
RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.REPORT: Rule(report, prepare_report, Schema()),
    CaseAction.WITHDRAW: Rule(withdraw),
    CaseAction.VERIFY: Rule(verify),
    CaseAction.RECALL_VERIFY: Rule(engine_steps.nothing),
    CaseAction.CONFIRM_TRUE: Rule(find, places.prepare),
    CaseAction.CONFIRM_FALSE: Rule(find, places.prepare),
    CaseAction.CANNOT_VERIFY: Rule(find),
    CaseAction.CLOSE_FIXED: Rule(close_fixed, prepare_close_fixed),
    CaseAction.MERGE: Rule(merge, prepare_merge, choices={Pool.CASE: mergeable}),
    CaseAction.UNMERGE: Rule(unmerge),
}
