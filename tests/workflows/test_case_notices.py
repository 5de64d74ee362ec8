"""The county's rules of messages know every kind that the machine's table has."""

from app.campaigns.reminders import BEHIND
from app.notices import notice_rules as rules
from app.notices.jobs import EXPORT_FAILED, EXPORT_READY
from app.warnings.jobs import NEW, SILENCE
from workflows.case import ENDS, MOVES
from workflows.case_notices import TABLE, UNTOLD
from workflows.case_terms import CaseAction, CaseState, Relation
from workflows.notices import To

_OWED_BY_SOMEBODY = {
    CaseState.VERIFYING,
    CaseState.DISPATCHED,
    CaseState.HANDLING,
    CaseState.DEFERRED,
    CaseState.HANDLED,
}
_WITHOUT_WORK = {*ENDS, CaseState.REPORTED, CaseState.ACCEPTED, CaseState.FILED}
_OWN_TASK = {Relation.NAMED_VERIFIER, Relation.NAMED_CHECKER, Relation.DEPARTMENT}


def test_every_kind_of_message_is_called_and_goes_to_its_audiences_as_shipped():
    audiences = {}
    for templates in TABLE.values():
        for template in templates:
            audiences.setdefault(template.kind, set()).add(template.to)
    shipped = rules.shipped()
    of_no_case = (EXPORT_FAILED, EXPORT_READY, NEW, SILENCE, BEHIND)
    assert {code: set(rule.to) for code, rule in shipped.items() if code not in of_no_case} == audiences, (
        "app/catalogue/seed/messages.yaml names each kind of workflows/case_notices.py with its audiences"
    )


def test_every_act_is_told_to_somebody_or_says_why_it_is_not():
    assert set(TABLE) | set(UNTOLD) == set(CaseAction)
    assert set(TABLE) & set(UNTOLD) == set()


def test_whoever_loses_work_by_the_act_of_another_is_told():
    ending = {
        move.action
        for move in MOVES
        for source in move.sources
        for target in move.ends()
        if source in _OWED_BY_SOMEBODY and target in _WITHOUT_WORK and move.relation not in _OWN_TASK
    }
    ending |= {
        CaseAction.DROP_ASSIST,
        CaseAction.ASSIGN_CHECK,
        CaseAction.SUB_DROP,
        CaseAction.HAND_ON,
    }  # others, without leaving a state
    silent = {action for action in ending if To.RECALLED not in {one.to for one in TABLE.get(action, ())}}
    assert silent == set()
