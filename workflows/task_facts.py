"""List what the guards of a case may know of its tasks; pure."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.case_terms import AskKind, TaskPart, TaskState


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """Say how the task acted on stands: the actor's department's, or the one named in the data; and those beside it."""

    task_part: TaskPart | None = None  # None when the step concerns no task
    task_state: TaskState | None = None
    pending_ask: AskKind | None = None
    extensions_granted: int = 0
    extension_is_long: bool = False  # what is asked for lies beyond what the duty officer may grant
    deferrals_granted: int = 0  # in this round
    date_above_passed: bool = False  # what is asked for lies after a date that somebody above has set
    returns_left: bool = True  # its department has asked to be rid of this case less often than the county's figure
    return_too_late: bool = False  # more hours have passed since the signature than the county's figure
    after_due: bool = False  # the task's handle clock is past its due time
    lead_done: bool = False  # the lead task is done; only assisting ones were sent back
    milestones_open: int = 0  # of this task, not reached yet
    assisting_open: int = 0  # assisting tasks sent or signed, the task itself included
    actor_sent_task: bool = False  # ever sent its department a task of this case himself, in whatever round
    actor_in_this_department: bool = False  # holds a handling role in the department of this very task
    actor_handled_task: bool = False  # took a handling step for its department, or its contractor, in whatever round
