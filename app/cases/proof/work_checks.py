"""Check that the tasks and clocks of a case fit its state, its row and its steps. Pure.

How long a limit is stays out of it: catalogue and calendars may have changed since. What is checked are the times
that steps have set, and the ends that the row, and so the chain of hashes, has kept.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.cases.clocks import clocks as arithmetic
from app.cases.clocks import runs
from app.cases.models import CaseClock, CaseLink, CaseTask
from app.cases.proof.faults import Fault
from app.cases.proof.step_checks import is_erased
from app.cases.timeline import step_data
from app.cases.whole import Whole
from app.core.raw import RawRow
from workflows.case_terms import ClockResult, LinkKind, TaskPart, TaskState
from workflows.procedure import ClockRule, EngineStep, Procedure
from workflows.words import Words

DONE = TaskState.DONE


def task_faults(procedure: Procedure, whole: Whole) -> Iterator[Fault]:
    """Check that whoever owes work in this state has a task, and nobody else."""
    yield from _numbered(whole, "case_tasks", "task", [task.task for task in whole.tasks])
    case, state = whole.case, whole.case.state
    owed = whole.live_tasks(TaskPart.LEAD, TaskPart.ASSIST)
    yield from _whose_faults(procedure, whole)
    if state in procedure.lead_in:
        yield from _lead_faults(procedure, whole)
    elif owed:
        text = Words("此状态下不应有未完成的部门任务", "No department owes work in this state")
        yield _task(owed[0], text, f"state={state}: (none)", f"{owed[0].part} {owed[0].state}")
    for person_state, part in procedure.persons.items():
        live = whole.live_tasks(part)
        if len(live) != (state == person_state):
            text = Words("任务（{}）与案件状态不符", "The {} task does not fit the state of the case").format(part)
            expected = f"state={state}: {int(state == person_state)}"
            yield Fault("case_tasks", f"case_id={case.case_id} part={part}", text, expected, str(len(live)))


def _whose_faults(procedure: Procedure, whole: Whole) -> Iterator[Fault]:
    """Check that a task asked of a person is no department's, and every other one is."""
    for task in whole.tasks:
        if (task.department is None) != (task.part in procedure.persons.values()):
            text = Words("任务不是派给应派的部门或人员", "The task is not asked of whom it has to be")
            expected = "department" if task.department is None else "person"
            yield _task(task, text, expected, f"{task.part} department={task.department}")


def _lead_faults(procedure: Procedure, whole: Whole) -> Iterator[Fault]:
    case, lead = whole.case, whole.lead_task()
    allowed = procedure.lead_in[case.state]
    if lead is None:
        expected = f"department={case.lead} state={'|'.join(sorted(allowed))}"
        text = Words("缺少主办任务", "The lead task is missing")
        yield Fault("case_tasks", f"case_id={case.case_id} part={TaskPart.LEAD}", text, expected, "(none)")
        return
    if lead.department != case.lead:
        text = Words("主办部门与案件不符", "The lead is not the one of the case")
        yield _task(lead, text, str(case.lead), str(lead.department))
    if lead.state not in allowed or (lead.state == DONE and not whole.live_tasks(TaskPart.ASSIST)):
        text = Words("主办任务与案件状态不符", "The lead task does not fit the state of the case")
        yield _task(lead, text, f"state={case.state}: {'|'.join(sorted(allowed))}", lead.state)


def link_faults(procedure: Procedure, whole: Whole, links: Sequence[CaseLink]) -> Iterator[Fault]:
    """Check that a merged or referred case is linked to the other one, and that no other case claims to be merged."""
    for state, kind in procedure.links.items():
        standing = sum(link.kind == kind and link.ended_at is None for link in links)
        here = whole.case.state == state
        # the link to an enforcement file ends with the file, which is not ours to judge
        known = standing if kind != LinkKind.ENFORCEMENT_OF else (here and any(link.kind == kind for link in links))
        if int(known) != here:
            text = Words("关联（{}）与案件状态不符", "The link {} does not fit the state of the case").format(kind)
            key = f"case_id={whole.case.case_id} kind={kind}"
            yield Fault("case_links", key, text, f"state={whole.case.state}: {int(here)}", str(int(known)))


def clock_faults(procedure: Procedure, whole: Whole, steps: Sequence[RawRow]) -> Iterator[Fault]:
    """Check every clock by itself, against its task, against the state, and the row's ends against them all."""
    yield from _numbered(whole, "case_clocks", "clock", [clock.clock for clock in whole.clocks])
    moments = sorted(step.counts_at for step in steps)
    late = None if any(map(is_erased, steps)) else _overdue_steps(steps)
    unknown = [clock for clock in whole.clocks if clock.stage not in procedure.clocks]
    for clock in unknown:
        yield _clock(clock, Words("没有这个阶段", "There is no such stage"), "|".join(procedure.clocks), clock.stage)
    if unknown:
        return
    for clock in whole.clocks:
        rule = procedure.clocks[clock.stage]
        yield from _times(rule, clock, moments)
        yield from _judged(whole, clock, late)
        if clock.stopped_at is None:
            yield from _running(procedure, rule, whole, clock)
    for name, expected in zip(("due_at", "case_due_at"), arithmetic.ends(whole), strict=True):
        actual = getattr(whole.case, name)
        if actual != expected:
            text = Words("{} 与在走的时钟不符", "{} is not the end of its running clocks").format(name)
            own = procedure.clock_of.get(whole.case.state)
            key = f"case_id={whole.case.case_id} stage={own.stage if own else '*'}"
            yield Fault("case_clocks", key, text, f"cases.{name}={_when(actual)}", _when(expected))


def _times(rule: ClockRule, clock: CaseClock, moments: Sequence[datetime]) -> Iterator[Fault]:
    for name in ("started_at", "stopped_at", "paused_at"):
        moment = getattr(clock, name)
        known = moment in moments
        if name == "started_at" and rule.may_follow:  # it may have begun where the time of the stage before had ended
            known = bool(moments) and moments[0] <= moment <= moments[-1]
        if moment is not None and not known:
            text = Words("{} 不是任何一步的时间", "{} is the time of no step").format(name)
            yield _clock(clock, text, "counts_at", _when(moment))
    for first, then in (("warn_at", "due_at"), ("started_at", "stopped_at"), ("started_at", "paused_at")):
        earlier, later = getattr(clock, first), getattr(clock, then)
        if later is not None and earlier > later:
            actual = f"{first}={_when(earlier)}, {then}={_when(later)}"
            yield _clock(clock, Words("时间先后颠倒", "Its times are out of order"), f"{first} <= {then}", actual)


def _judged(whole: Whole, clock: CaseClock, late: set[int] | None) -> Iterator[Fault]:
    if (clock.stopped_at is None) != (clock.result is None):
        text = Words("停止时间与结果不一致", "It has a result without having stopped, or the other way round")
        yield _clock(clock, text, "stopped_at ⇔ result", f"{_when(clock.stopped_at)}, {clock.result}")
    elif clock.result not in (None, ClockResult.NONE) and clock.stopped_at is not None:
        passed = (clock.paused_at or clock.stopped_at) > clock.due_at
        expected = ClockResult.LATE if passed else ClockResult.IN_TIME
        if clock.result != expected or clock.urging_only:
            text = Words("结果与时限不符", "Its result does not fit its limit")
            yield _clock(clock, text, ClockResult.NONE if clock.urging_only else expected, str(clock.result))
    line = {one.clock for one in (*runs.earlier(whole, clock), clock)}  # a stage entered again is not told of twice
    if clock.overdue and (not clock.warned or (late is not None and not late & line)):
        text = Words("标记为超时但没有超时的步骤", "It is marked as overdue and no step says so")
        yield _clock(clock, text, f"step {EngineStep.OVERDUE}", f"warned={clock.warned} overdue={clock.overdue}")


def _overdue_steps(steps: Sequence[RawRow]) -> set[int]:
    return {step_data(step.data).get("clock", 0) for step in steps if step.action == EngineStep.OVERDUE}


def _running(procedure: Procedure, rule: ClockRule, whole: Whole, clock: CaseClock) -> Iterator[Fault]:
    state = whole.case.state
    if state in procedure.ends:
        yield _clock(
            clock, Words("案件已结束而时钟在走", "It runs though the case has ended"), "stopped", f"state={state}"
        )
        return
    if state not in rule.lives_in:
        text = Words("此状态下不应走这一时钟", "It does not belong to the state of the case")
        yield _clock(clock, text, "stopped", f"state={state}")
    pausing = state in rule.pauses_in
    if pausing != (clock.paused_at is not None):
        text = Words("暂停与案件状态不符", "It stands still when it must run, or the other way round")
        yield _clock(clock, text, f"state={state}: {'paused' if pausing else 'running'}", _when(clock.paused_at))
    if rule.task_in:
        yield from _of_task(rule.task_in, whole, clock)


def _of_task(allowed: frozenset[str], whole: Whole, clock: CaseClock) -> Iterator[Fault]:
    task = whole.task_numbered(clock.task) if clock.task else None
    if task is None or task.state not in allowed:
        text = Words("时钟在走而任务不在办", "It runs though nobody owes its task")
        yield _clock(clock, text, f"task {'|'.join(sorted(allowed))}", f"task {task.state if task else '(none)'}")


def _numbered(whole: Whole, table: str, name: str, numbers: Sequence[int]) -> Iterator[Fault]:
    """Check that rows are numbered without a gap: one that was deleted leaves one, unless it was the last."""
    for expected, number in enumerate(numbers, 1):
        if number != expected:
            key = f"case_id={whole.case.case_id} {name}={expected}"
            yield Fault(table, key, Words("编号不连续", "A number is missing"), str(expected), str(number))
            return


def _task(task: CaseTask, text: Words, expected: str, actual: str) -> Fault:
    return Fault("case_tasks", f"case_id={task.case_id} task={task.task}", text, expected, actual)


def _clock(clock: CaseClock, text: Words, expected: str, actual: str) -> Fault:
    key = f"case_id={clock.case_id} clock={clock.clock} stage={clock.stage}"
    return Fault("case_clocks", key, text, expected, actual)


def _when(moment: datetime | None) -> str:
    return moment.isoformat() if moment else "(none)"
