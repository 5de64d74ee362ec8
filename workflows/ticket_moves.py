"""Hold the moves by which a case deals with whoever sent it, and with those who look on."""

from __future__ import annotations

from workflows.case_terms import CaseAction, CaseState
from workflows.case_terms import CasePermission as P
from workflows.case_terms import Relation as R
from workflows.engine import Move
from workflows.guard_groups import JUDGE

A, S = CaseAction, CaseState
_CLOSING = R.CLOSING_CENTRE
# These make nobody's sight of the case stale.
QUIET_ACTIONS = frozenset({A.NOTE_TICKET, A.REPLY, A.CARRY, A.RELEASE, A.REPLY_SUPERVISION, A.LIFT_SUPERVISION})
_REPLY = ("reply", "outcome")  # what the sender is told, where the source wants a reply
# Steps between the centre and whoever sent a case: what is said there may tell who that is.
WITH_SENDER_ACTIONS = frozenset({
    A.NOTE_TICKET, A.ASK_SENDER, A.SENDER_TOOK_BACK, A.SENDER_REFUSED, A.ASK_SENDER_TIME, A.SENDER_GAVE_TIME,
    A.SENDER_KEPT_DATE, A.SECOND_ORDER, A.REPLY, A.CALL_BACK, A.CARRY, A.RELEASE,
})  # fmt: skip


def ticket_moves(
    before_handling: tuple[str, ...], open_states: tuple[str, ...], every: tuple[str, ...],
    closer: tuple[str, ...], hands: tuple[str, ...],
) -> tuple[Move, ...]:  # fmt: skip
    """Return the moves; the states come from the machine, and the guards of whoever closes, or works on it."""
    return (
        *_closing(open_states, closer),
        *_with_sender(before_handling, open_states, every),
        *_supervision(open_states, every, hands),
    )


def _move(
    action: CaseAction, sources: tuple[str, ...], target: str | None, permission: P | None, event: str,
    guards: tuple[str, ...] = (), needs: tuple[str, ...] = (), *, relation: R = _CLOSING, why: str,
) -> Move:  # fmt: skip
    return Move(action, sources, target, permission, relation, guards, needs, event, why)


# fmt: off
def _closing(open_: tuple[str, ...], closer: tuple[str, ...]) -> tuple[Move, ...]:
    return (
        *(_move(A.CLOSE, (S.CHECKED,), S.CLOSED, P.CLOSE, "CaseClosed",
                (owed, *closer, "no_photo_awaited"), needs, why=why)
          for owed, needs, why in (
              ("reply_not_owed", (), "The loop ends where it began, and not by the hand of the checker."),
              ("reply_owed", _REPLY, "Whoever sent it is told what became of it, before it ends."))),
        *(_move(A.FORCE_CLOSE, open_, S.CLOSED, P.FORCE_CLOSE, "CaseForceClosed",
                (owed, *closer, "enforcement_ended"), ("reason", "attachments", *needs),
                why="What cannot be solved is ended by the leader's name and paper, and shown apart.")
          for owed, needs in (("reply_not_owed", ()), ("reply_owed", _REPLY))),
    )


def _with_sender(before: tuple[str, ...], open_: tuple[str, ...], every: tuple[str, ...]) -> tuple[Move, ...]:
    return (
        _move(A.NOTE_TICKET, open_, None, P.SENDER, "TicketNoted",
              ("for_another",),
              why="What its sender wants was not known, or typed wrong; the date is the sender's alone."),
        _move(A.ASK_SENDER, before, None, P.SENDER, "SenderAsked",
              ("from_sender", "sender_unasked", "sender_hours_left", "sender_asks_left"), ("reason",),
              why="It is not ours to do, and nobody but who sent it can end it."),
        _move(A.SENDER_TOOK_BACK, open_, S.REJECTED, P.SENDER, "CaseRejected",
              ("sender_asked_return", "enforcement_ended"),
              why="Who sent it has taken it back: that, and closing, are a superior's ways out."),
        _move(A.SENDER_REFUSED, open_, None, P.SENDER, "SenderAnswered",
              ("sender_asked_return",), ("reason",),
              why="It stays here, and says why."),
        _move(A.ASK_SENDER_TIME, open_, None, P.SENDER, "SenderAsked",
              ("any_sender", "sender_unasked"), ("external_due", "reason"),
              why="Only who gave the date moves it."),
        _move(A.SENDER_GAVE_TIME, open_, None, P.SENDER, "SenderAnswered",
              ("sender_asked_time",), ("external_due",),
              why="The giver has moved the date, and with it the end of the case."),
        _move(A.SENDER_KEPT_DATE, open_, None, P.SENDER, "SenderAnswered",
              ("sender_asked_time",), ("reason",),
              why="The date stands."),
        *(_move(A.SECOND_ORDER, (source,), target, P.SENDER, event, ("any_sender", *guards), ("reason",), why=why)
          for source, target, event, guards, why in (
              (S.CLOSED, S.FILED, "CaseReopened", ("ever_filed",), "The sender is not content: a new round begins."),
              (S.CLOSED, S.ACCEPTED, "CaseReopened", ("never_filed_yet",), "The sender is not content."),
              (S.REJECTED, S.REPORTED, "CaseReconsidered", (), "Sent again after it was sent back or refused."),
              (S.VOIDED, S.REPORTED, "CaseReconsidered", (), "Sent again after the centre had struck it out."))),
        _move(A.REPLY, open_, None, P.REPLY, "ReplyWritten",
              ("for_another",), ("reply", "outcome"),
              why="The sender is told what was done, and it stands in the file."),
        *(_move(A.CALL_BACK, (S.CLOSED,), None, P.CALL_BACK, "CaseCalledBack",
                (contact, *JUDGE), needs, relation=R.CENTRE, why=why)
          for contact, needs, why in (
              ("contact_made", ("solved",), "The reporter knows best whether it is solved."),
              ("contact_failed", (), "Who was not reached is called again, and the file says so."))),
        *(_move(A.DECLINE_REOPEN, (S.CLOSED,), None, P.REOPEN, "ReopeningDeclined",
                ("reopening_wanted", *JUDGE), ("reason",), relation=relation,
                why="A call-back that asks for more than can be done ends with a reason too.")
          for relation in (R.SUPERVISOR, _CLOSING)),
        _move(A.CARRY, every, None, None, "CaseCarries", relation=R.SYSTEM,
              why="A case that was merged into this one brings its number, its date and what its sender asks for; one "
                  "that an older version has merged does so after this one has ended, too."),
        _move(A.RELEASE, every, None, None, "CaseCarries", relation=R.SYSTEM,
              why="It stands alone again, and has its number and its date back."),
    )


def _supervision(open_: tuple[str, ...], every: tuple[str, ...], hands: tuple[str, ...]) -> tuple[Move, ...]:
    """Return the moves of an order, which stands until it is lifted, whatever becomes of its case."""
    return (
        _move(A.SUPERVISE, open_, None, P.SUPERVISE, "CaseSupervised",
              (), ("grade",), relation=R.SUPERVISOR,
              why="Ordinary, yellow and red cards are seen by leaders."),
        *(_move(A.REPLY_SUPERVISION, every, None, P.REPLY_SUPERVISION, "SupervisionAnswered",
                ("supervision_unanswered", *guards), ("answer",), relation=relation, why=why)
          for relation, guards, why in (
              (R.DEPARTMENT, ("lead_task", *hands), "The lead department says what was done about it."),
              (R.CENTRE, (), "The centre answers where no department does."))),
        _move(A.LIFT_SUPERVISION, every, None, P.SUPERVISE, "SupervisionLifted",
              ("supervision_open",), relation=R.SUPERVISOR,
              why="Whoever looks on says that it is enough."),
    )
# fmt: on
