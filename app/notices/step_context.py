"""A step that was taken, as those who write messages of it look at it: with the case as it is now."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.confidentiality import is_confidential
from app.cases.models import Case, CaseClock, CaseStep
from app.cases.own_tables import TASKS, OwnTable
from app.cases.protocol import procedure_of
from app.cases.timeline import CHANGED, step_data
from app.cases.whole import PastStep, Whole
from app.core.db import db
from workflows.procedure import EngineStep, Procedure


@dataclass(frozen=True)
class StepContext:
    """A step that was taken, with the case as it is now and what was said in the step."""

    whole: Whole
    step: CaseStep
    data: Mapping[str, Any]

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.whole.case

    @property
    def procedure(self) -> Procedure:
        """Return the procedure of the case."""
        return procedure_of(self.case.workflow)

    def clock(self) -> CaseClock | None:
        """Return the clock that the step names."""
        return next((each for each in self.whole.clocks if each.clock == self.data.get("clock")), None)

    def late_department(self) -> str | None:
        """Return the department that answers, or has answered, for the clock that the step names."""
        clock = self.clock()
        late = Answerable.read(clock.answerable) if clock and not is_confidential(self.case) else None
        return late.code if late and late.kind is AnswerableKind.DEPARTMENT else None

    def enters(self, state: str) -> bool:
        """Tell whether the step led into a state, from another one."""
        return self.step.state_to == state and self.step.state_from != state

    def set_rows(self, owned: OwnTable = TASKS) -> Mapping[int, Mapping[str, Any]]:
        """Return what the step set in the numbered rows of a table, by number."""
        return rows_set(self.data, owned)

    def earlier(self, actions: Collection[str]) -> Iterator[tuple[PastStep, Mapping[str, Any]]]:
        """Yield the steps of these actions before this one, the latest first, with what they say."""
        past = [one for one in reversed(self.whole.past) if one.seq < self.step.seq and one.action in actions]
        texts = select(CaseStep.seq, CaseStep.data).where(
            CaseStep.case_id == self.case.case_id, CaseStep.seq.in_([one.seq for one in past])
        )
        data = {row.seq: step_data(row.data) for row in db.session.execute(texts)} if past else {}
        yield from ((one, data[one.seq]) for one in past)

    @cached_property
    def asking(self) -> PastStep | None:
        """Return the step by which the task asked for what this step decides; None where it decides nothing."""
        own = self.procedure.ask_of(self.step.action)
        if self.step.action != EngineStep.EXPIRE_ASK and (own is None or self.step.action == own.step):
            return None
        dropped = {number for number, values in self.set_rows().items() if "ask" in values}
        last = self.began(asks(self.procedure), "ask", self._named() or dropped)
        return next((step for step in last if own is None or step.action == own.step), None)

    def began(self, actions: Collection[str], column: str, numbers: Collection[int] = ()) -> list[PastStep]:
        """Return which steps of these actions set a column in these tasks last, or in those that this step is about.

        A step that says nothing of tasks (it was erased, or an older version wrote less down) is meant where it is the
        only one.
        """
        left, silent, steps = set(numbers or self._named() or self.set_rows()), [], []
        for step, data in self.earlier(actions):
            rows = rows_set(data, TASKS)
            hit = {number for number in left if rows.get(number, {}).get(column)}
            left -= hit
            steps += [step] if hit else []
            silent += [] if rows else [step]
        return steps or (silent if len(silent) == 1 else [])

    def _named(self) -> set[int]:
        """Return the task that the step names."""
        number = self.data.get("sub") or self.data.get("task")
        return {int(number)} if number else set()


def rows_set(data: Mapping[str, Any], owned: OwnTable) -> Mapping[int, Mapping[str, Any]]:
    """Return what the data of a step set in the numbered rows of a table, by number."""
    rows = data.get(CHANGED, {}).get(owned.name, {})
    return {int(number): values for number, values in rows.items()}


def asks(procedure: Procedure) -> set[str]:
    """Return the steps of a procedure by which a task asks for something."""
    return {ask.step for ask in procedure.asks.values()}
