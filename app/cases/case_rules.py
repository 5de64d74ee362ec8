"""The workflow `case` as the door knows it; rooms enter their rules in `app/wiring.py`."""

from collections.abc import Mapping

from app.cases import case_queues, case_visibility
from app.cases.acts import closing, nominees, rounds, separation, supervisions, tasks
from app.cases.acts.facts import facts
from app.cases.clocks import case_chains
from app.cases.protocol import Rule, RuleTable
from app.cases.turn import Turn
from app.core.permissions import Permission
from workflows.case import ENDS, PAUSED
from workflows.case_facts import CaseFacts, Prepared
from workflows.case_procedure import CASE_PROCEDURE
from workflows.case_terms import AskKind, CaseState, TaskPart

# what depends on the data still to be given: the buttons hope for the best, the step asks again
HOPEFUL = Prepared(target_is_open=True, target_keeps_date=True)


def table(rules: Mapping[str, Rule[Prepared]]) -> RuleTable[Prepared, CaseFacts]:
    """Return the procedure with these rules."""
    return RuleTable(
        procedure=CASE_PROCEDURE,
        rules=rules,
        facts=facts,
        hopeful=HOPEFUL,
        acts_with=Permission.CASE_ACT,
        lists=case_visibility.lists,
        lists_few=case_visibility.lists_few,
        shows=case_visibility.shows,
        limit=case_chains.limit_for,
        note=separation.note,
        entering={
            CaseState.VERIFYING: _name_verifier,
            CaseState.HANDLED: closing.name_checker,
            **dict.fromkeys(ENDS, rounds.forget_asking),
        },
        leaving=dict.fromkeys(PAUSED, _put_off_no_more),
        follow=supervisions.follow,
        queues=case_queues.QUEUES,
    )


def _name_verifier(turn: Turn) -> None:
    """Name whoever shall verify where nobody is named: the case is back from a merge."""
    if not turn.live_tasks(TaskPart.VERIFY):
        tasks.name_person(turn, TaskPart.VERIFY, nominees.name(turn, TaskPart.VERIFY))


def _put_off_no_more(turn: Turn) -> None:
    """Forget the day of review, and let nobody ask for another: work goes on, or has ended."""
    turn.case.review_at = None
    for task in turn.standing_tasks():
        if task.ask == AskKind.DEFERRAL:
            tasks.drop_ask(task)
