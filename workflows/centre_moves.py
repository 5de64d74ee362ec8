"""Hold the moves by which a case goes from one centre to another."""

from __future__ import annotations

from workflows.case_terms import CaseAction, CaseState
from workflows.case_terms import CasePermission as P
from workflows.case_terms import Relation as R
from workflows.engine import Move

A, S = CaseAction, CaseState
# What is taken back here stays as it stands, under its giver: the work is done, or somebody else has to answer first.
_KEPT = (S.VERIFYING, S.HANDLED, S.CHECKED, S.DEFERRED, S.ENFORCING)


def _move(
    action: CaseAction, sources: tuple[str, ...], target: str | None, permission: P, event: str,
    guards: tuple[str, ...], needs: tuple[str, ...] = (), *, relation: R = R.CENTRE, why: str,
) -> Move:  # fmt: skip
    return Move(action, sources, target, permission, relation, guards, needs, event, why)


# fmt: off
def centre_moves(at_departments: tuple[str, ...]) -> tuple[Move, ...]:
    """Return the moves; the states in which departments have the case come from the machine."""
    begun = (S.ACCEPTED, S.FILED, *at_departments)
    return (
        *(_move(A.ESCALATE, begun, S.ACCEPTED, P.ESCALATE, "CaseEscalated",
                ("upper_centre_exists", guard), needs, why=why)
          for guard, needs, why in (
              ("not_handed_down", (), "It is beyond this level; the tasks stop, the case clock runs on."),
              ("handed_down", ("reason",), "Who was given it cannot do it, and says why to who gave it."))),
        _move(A.ESCALATE, (S.REPORTED,), S.REPORTED, P.ESCALATE, "CaseEscalated",
              ("upper_centre_exists", "handed_down"), ("reason",),
              why="What is ordered again below goes back to who gave it, who alone may refuse it."),
        _move(A.HAND_DOWN, (S.ACCEPTED, S.FILED), S.ACCEPTED, P.HAND_DOWN, "CaseHandedDown",
              ("lower_centre_exists", "limit_within_case"), ("centre",),
              why="The level nearest to it does the work; who handed it down closes."),
        *(_move(A.TAKE_BACK, sources, target, P.TAKE_BACK, "CaseTakenBack",
                ("handed_down",), ("reason",), relation=R.CLOSING_CENTRE, why=why)
          for sources, target, why in (
              ((S.REPORTED,), S.REPORTED, "Nobody below takes it on, so who gave it decides on it."),
              (begun, S.ACCEPTED, "Nobody below sees to it: the tasks stop, and who gave it has it done otherwise."),
              (_KEPT, None, "Nobody below leads it on: who gave it does, and nobody's work is undone."))),
    )
# fmt: on
