"""The procedure of the workflow `case`; rooms enter their rules in `app/wiring.py`."""

from app.cases.acts.facts import facts
from app.cases.procedure import RuleTable
from workflows import case as machine
from workflows.case_facts import Prepared

# what depends on the data still to be given: the buttons hope for the best, the step asks again
HOPEFUL = Prepared(target_is_open=True, candidate_may_check=True)


def table() -> RuleTable:
    """Return the procedure, without rules."""
    return RuleTable(
        workflow=machine.CASE,
        facts=facts,
        rules={},
        quiet=frozenset(machine.NOT_STALE_ACTIONS),
        hopeful=HOPEFUL,
    )
