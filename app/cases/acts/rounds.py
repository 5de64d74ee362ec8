"""Begin a round: what has ended comes back to life, with times of its own and nobody who leads it.

Whichever step brings it back (reopened, ordered again, a refusal reconsidered): the round before stays as it was, and
nothing of it is owed, led, filed or put off any more. What is known of the trouble, of who sent it, and the dates that
somebody above has given stay. A case that was merged and stands alone again had not ended: its round goes on.
"""

from app.cases.case_tickets import earliest_date
from app.cases.clocks import clocks
from app.cases.clocks.answerable import Answerable
from app.cases.turn import Turn
from workflows.case_clocks import Stage
from workflows.case_terms import CaseState


def begin(turn: Turn) -> None:
    """Begin a new round; where it begins with what was filed, it is filed by this very step."""
    case = turn.case
    is_filed = case.state == CaseState.FILED
    case.round += 1
    case.filed_at = turn.counts_at if is_filed else None
    case.closed_at = case.ended_how = case.lead = case.review_at = case.own_judged = None
    case.follow_ups, case.follow_up_at = 0, None
    case.reopen_wanted = False
    case.self_fixed = case.self_fixed and case.state == CaseState.REPORTED  # there it is judged again
    if turn.ticket is not None:
        turn.ticket.calls = 0
        case.external_due_at = earliest_date(turn)  # of those that this round can still keep
    forget_asking(turn)
    if is_filed:
        clocks.start(turn, Stage.CASE, Answerable.centre(case.centre))


def forget_asking(turn: Turn) -> None:
    """Let no sender be asked for anything: what they were asked went with the round, or with the end of the case."""
    if turn.ticket is not None and turn.ticket.asked is not None:
        turn.ticket.asked = turn.ticket.asked_at = turn.ticket.asked_of = turn.ticket.asked_until = None
