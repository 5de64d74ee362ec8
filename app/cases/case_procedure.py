"""The procedure of the workflow `case`; rooms enter their rules in `app/wiring.py`."""

from types import MappingProxyType

from app.cases.acts.facts import facts
from app.cases.procedure import RuleTable
from workflows import case as machine

# what depends on the data still to be given: the buttons hope for the best, the step asks again
HOPEFUL = MappingProxyType({"target_is_open": True, "candidate_may_check": True, "limit_within_case": True})


def table() -> RuleTable:
    """Return the procedure, without rules."""
    return RuleTable(
        workflow=machine.CASE,
        facts=facts,
        rules={},
        quiet=frozenset(machine.NOT_STALE_ACTIONS),
        hopeful=HOPEFUL,
    )
