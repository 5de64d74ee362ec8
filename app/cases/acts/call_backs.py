"""What follows calling back whoever reported: reached or not, content or not, and why."""

from collections.abc import Mapping

from app.cases.acts import closing, follow_ups, tickets
from app.cases.errors import DataMissing
from app.cases.protocol import Rule
from app.cases.turn import Turn
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction
from workflows.ticket_terms import Satisfaction
from workflows.words import Words

_WHY = Words("未解决或不是“满意”的，请写明原因。", "Wherever it is not solved, or not satisfied, please say why.")


def prepare(turn: Turn) -> Prepared:
    """Tell whether nobody was reached; a client that does not say so has reached somebody."""
    return Prepared(contact_failed=turn.data.get("contacted") is False)


def call_back(turn: Turn) -> None:
    """Count the call; note the answer, where there was one."""
    satisfaction, ticket = turn.data.get("satisfaction"), tickets.own(turn)
    ticket.calls += 1
    if turn.data.get("contacted") is False:
        return
    content = turn.data["solved"] and satisfaction in (None, Satisfaction.SATISFIED)
    if not content and not (turn.data.get("why") or turn.data.get("note")):  # a remark says why, too
        raise DataMissing.at("data.why", _WHY)
    if satisfaction is not None or ticket.called_round != turn.case.round:  # who follows up need not ask it again
        ticket.satisfaction = satisfaction
    ticket.called_round = turn.case.round
    closing.asked_whether_solved(turn)
    follow_ups.note(turn)


RULES: Mapping[CaseAction, Rule[Prepared]] = {CaseAction.CALL_BACK: Rule(call_back, prepare)}
