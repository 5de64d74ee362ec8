"""A workflow that is not the case's: a permit to close a road (占道许可). It ships nowhere.

Its words collide with the case's on purpose, and mean something else: `checked` waits for the clerk, in `closed` the
road is closed and the clocks stand still, `handling` and `reported` are ends, `file` asks a bureau, a task of part
`check` is a department's. What is long is as long as a code may be.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import false, or_, select

from app.cases import service
from app.cases.acts import engine_steps, tasks
from app.cases.clocks import clocks
from app.cases.clocks.answerable import Answerable
from app.cases.models import Case, CaseTask
from app.cases.protocol import QueueRule, Rule, RuleTable
from app.cases.whole import GONE
from app.core.transaction import transaction
from app.deadlines.limits import Limit
from app.grids.levels import subtree_range
from tests.factories.grids import COUNTY, GRIDS
from tests.factories.town import GARBAGE, HERE
from workflows.case_terms import LimitKind, Relation, TaskState
from workflows.engine import START, Guard, Move, Workflow
from workflows.forms import Asked, Field, Form, Kind, Photos, Pool, Purpose
from workflows.notices import Template, To
from workflows.procedure import Ask, ClockRule, EngineStep, Procedure
from workflows.words import Term, Words

NAME = "permit"
LONGEST_STATE = "waiting_for_the_bureau_to_tell"
LONGEST_STAGE = "survey_of_the_road_by_somebody"
LONGEST_PART = "surveyor_who_goes_and_measures"


class P(StrEnum):
    """What its people hold."""

    READ = "permit:row:read"
    ACT = "permit:step:act"
    DECIDE = "permit:step:decide"
    TELL = "permit:step:tell"
    SURVEY = "permit:step:survey"


class S(Term):
    """Where a permit stands."""

    CHECKED = "checked", "材料齐全", "Papers complete"
    WAITING = LONGEST_STATE, "征求意见", "Bureau asked"
    HANDLED = "handled", "踏勘", "Survey"
    CLOSED = "closed", "封路施工", "Road closed"
    VOIDED = "voided", "暂缓", "Put off"
    HANDLING = "handling", "不予许可", "Denied"
    REPORTED = "reported", "完工已报", "Done and told"


class A(Term):
    """What is done to it."""

    APPLY = "apply", "申请占道", "Apply"
    FILE = "file", "征求意见", "Ask the bureau"
    TELL = "finish", "回复意见", "Answer"
    MEASURE = "measure", "踏勘完成", "Measured"
    PUT_OFF = "void", "暂缓", "Put off"
    GO_ON = "resume", "恢复办理", "Go on"
    REFUSE = "refuse", "不予许可", "Deny"
    REPORT = "report", "完工上报", "Tell that it is done"
    ASK = "ask_return", "申请延后回复", "Ask for more time"
    GRANT = "grant_return", "同意延后", "Grant it"
    WARN = "warn", "预警", "Warn"
    OVERDUE = "overdue", "超时", "Overdue"
    EXPIRE_ASK = "expire_ask", "申请失效", "Ask expired"
    SET_BACK = "set_back", "时钟更正", "Clock set back"
    RECOUNT = "recount", "时限重算", "Limits recounted"
    BASELINE = "baseline", "补记", "Written down"
    ATTACH = "attach", "附件到达", "File has come"
    LOSE_FILE = "lose_file", "附件遗失", "File lost"


class Stage(Term):
    """What its clocks count."""

    CLOSE = "close", "审查", "Looking at the papers"
    HANDLE = "handle", "征求意见", "Bureau's answer"
    SURVEY = LONGEST_STAGE, "踏勘", "Survey"
    CASE = "case", "许可总时限", "Whole permit"


class AskKind(Term):
    """What its bureau may ask for."""

    LATER = "return", "延后", "More time"


class Queue(Term):
    """The work that waits."""

    TO_DECIDE = "to_decide", "待审查", "To decide"


class Part(Term):
    """What its tasks are."""

    CHECK = "check", "回复意见", "Answer"  # a department's here
    SURVEYOR = LONGEST_PART, "踏勘", "Survey"


ENDS = frozenset({S.HANDLING, S.REPORTED})
OPEN = tuple(state for state in S if state not in ENDS)
MINUTES = {Stage.CLOSE: 60, Stage.HANDLE: 90, Stage.SURVEY: 30, Stage.CASE: 600}


@dataclass(frozen=True)
class Facts:
    """What its guards know."""

    is_surveyor: bool


def _move(action, sources, target, permission, relation, event, *, guards=(), needs=()):
    return Move(action, tuple(sources), target, permission, relation, guards, needs, event, "As the permit law says.")


_CENTRE, _BUREAU, _SYSTEM = Relation.CENTRE, Relation.DEPARTMENT, Relation.SYSTEM
MOVES = (
    _move(A.APPLY, (START,), S.CHECKED, P.DECIDE, None, "CaseReported"),
    _move(A.FILE, (S.CHECKED, S.WAITING), S.WAITING, P.DECIDE, _CENTRE, "CaseFiled", needs=("bureau",)),
    _move(A.TELL, (S.WAITING,), S.HANDLED, P.TELL, _BUREAU, "CaseHandled"),
    _move(A.ASK, (S.WAITING,), None, P.TELL, _BUREAU, "ReturnAsked"),
    _move(A.GRANT, (S.WAITING,), None, P.DECIDE, _CENTRE, "ReturnGranted"),
    _move(A.MEASURE, (S.HANDLED,), S.CLOSED, P.SURVEY, Relation.VIEWER, "CaseClosed", guards=("is_surveyor",)),
    _move(A.PUT_OFF, (S.CHECKED,), S.VOIDED, P.DECIDE, _CENTRE, "CaseVoided"),
    _move(A.GO_ON, (S.VOIDED, S.CLOSED), S.CHECKED, P.DECIDE, _CENTRE, "CaseResumed"),
    _move(A.REFUSE, OPEN, S.HANDLING, P.DECIDE, _CENTRE, "CaseRejected"),
    _move(A.REPORT, (S.CLOSED, S.CHECKED), S.REPORTED, P.DECIDE, _CENTRE, "CaseClosed"),
    *(_move(step, OPEN, None, None, _SYSTEM, "Timer") for step in (A.WARN, A.OVERDUE, A.SET_BACK, A.RECOUNT)),
    *(_move(step, S, None, None, _SYSTEM, "Kept") for step in (A.BASELINE, A.ATTACH, A.LOSE_FILE)),
    _move(A.EXPIRE_ASK, (S.WAITING,), None, None, _SYSTEM, "AskExpired"),
)
_TASK = Field("task", Words("任务", "Task"), Kind.CHOICE, pool=Pool.TASK, asked=Asked.OFFERED)
_NOTHING = Form("permit", "PermitDataIn", (_TASK,), Photos(Purpose.DOCUMENT))
_BUREAU_FORM = Form(
    "permit_bureau",
    "PermitBureauDataIn",
    (Field("bureau", Words("部门", "Bureau"), most=24),),
    Photos(Purpose.DOCUMENT),
)
WORKFLOW = Workflow(
    name=NAME,
    title=Words("占道许可", "Permit"),
    states={state: state.words for state in S},
    actions={action: action.words for action in A},
    moves=MOVES,
    guards={"is_surveyor": Guard(lambda facts: facts.is_surveyor, Words("请由指定踏勘人办理。", "Not yours."))},
    relations={},
    groups={},
    forms={action: _BUREAU_FORM if action == A.FILE else _NOTHING for action in A},
)


def _stage(stage, state, **more):
    return ClockRule(stage=stage, lives_in=frozenset({state}), answers=P.DECIDE, **more)


PERMIT = Procedure(
    workflow=WORKFLOW,
    begins=A.APPLY,
    ends=ENDS,
    parts=Part,
    quiet=frozenset({*EngineStep}),
    clocks={
        rule.stage: rule
        for rule in (
            _stage(Stage.CLOSE, S.CHECKED),
            _stage(Stage.SURVEY, S.HANDLED, part=Part.SURVEYOR),
            ClockRule(
                stage=Stage.HANDLE,
                lives_in=frozenset({S.WAITING}),
                starts=frozenset({A.FILE}),
                stops=frozenset({A.TELL}),
                task_in=frozenset({TaskState.SENT}),
            ),
            ClockRule(
                stage=Stage.CASE,
                lives_in=frozenset(OPEN),
                starts=frozenset({A.FILE}),
                stops=frozenset({A.REPORT}),
                pauses_in=frozenset({S.CLOSED}),
                answers=P.DECIDE,
                of_case=True,
            ),
        )
    },
    asks={AskKind.LATER: Ask(kind=AskKind.LATER, step=A.ASK, decisions=frozenset({A.GRANT}), until=Stage.HANDLE)},
    desk=(P.TELL,),
    notices={
        A.FILE: (Template("to_answer", To.SENT, Words("请对{case}提出意见。", "Your word on {case}, please.")),),
        A.TELL: (
            Template(
                "to_survey", To.NAMED, Words("请踏勘{case}。", "Survey {case}."), part=Part.SURVEYOR, into=S.HANDLED
            ),
        ),
        A.ASK: (Template("to_decide", To.DECIDERS, Words("{case}有{ask}申请。", "{ask} for {case} is asked.")),),
        A.EXPIRE_ASK: (Template("ask_denied", To.ASKER, Words("{case}的{ask}未批。", "{ask} for {case}: no.")),),
        A.OVERDUE: (Template("late", To.ANSWERABLE, Words("{case}的{stage}超时。", "{case}: {stage} is late.")),),
        A.REPORT: (Template("done", To.REPORTER, Words("{case}已完工。", "{case} is done."), into=S.REPORTED),),
    },
)


def _shows(whole, person):
    held = [one for one in person.holding(P.READ) if one.on_ground]
    codes = person.departments(P.READ)
    on_ground = any(whole.case.grid_path.startswith(one.scope_path) for one in held)
    return on_ground or any(task.department in codes and task.state not in GONE for task in whole.tasks)


def _lists(person):
    ranges = [subtree_range(one.scope_path) for one in person.holding(P.READ) if one.on_ground]
    mine = CaseTask.department.in_(person.departments(P.READ))
    ways = [(Case.grid_path >= low) & (Case.grid_path < high) for low, high in ranges]
    return or_(false(), *ways, Case.case_id.in_(select(CaseTask.case_id).where(mine, CaseTask.state.not_in(GONE))))


def _file(turn):
    task = tasks.open_task(turn, Part.CHECK, turn.data["bureau"])
    clocks.start(turn, Stage.HANDLE, Answerable.department(task.department), task=task)
    if not turn.running(Stage.CASE):
        clocks.start(turn, Stage.CASE, Answerable.centre(turn.case.centre))


def _tell(turn):
    task = tasks.task_of(turn)
    clocks.stop(turn, Stage.HANDLE, task=task)
    task.state, task.done_at = TaskState.DONE, turn.counts_at


def _ask(turn):
    task = tasks.task_of(turn)
    task.ask, task.ask_by, task.ask_data = AskKind.LATER, turn.person.person_id, {}


def _granted(turn):
    tasks.drop_ask(tasks.task_of(turn))


def _at_centre(person, permission):
    codes = sorted(person.centres(permission))
    return Case.centre.in_(codes) if codes else None


def table(surveyor_id):
    """The workflow with its rules; who surveys is always the same."""
    return RuleTable(
        procedure=PERMIT,
        rules={
            **{action: Rule(engine_steps.nothing) for action in A},
            **engine_steps.RULES,
            A.FILE: Rule(_file),
            A.TELL: Rule(_tell),
            A.ASK: Rule(_ask),
            A.GRANT: Rule(_granted),
            A.MEASURE: Rule(lambda turn: tasks.end_person_task(turn, Part.SURVEYOR)),
        },
        facts=lambda whole, person, task, prepared: Facts(
            any(one.handler_id == person.person_id for one in whole.live_tasks(Part.SURVEYOR))
        ),
        hopeful=None,
        acts_with=P.ACT,
        lists=_lists,
        shows=_shows,
        limit=lambda case, stage, urgent: Limit(MINUTES[stage], LimitKind.URGENT_MINUTES),
        entering={S.HANDLED: lambda turn: tasks.name_person(turn, Part.SURVEYOR, surveyor_id)},
        queues=(QueueRule(Queue.TO_DECIDE, P.DECIDE, _at_centre, Case.state.in_([S.CHECKED, S.VOIDED])),),
    )


def apply(person, **more):
    """Begin a permit at the place where the town's cases lie; return its id."""
    path = "".join(f"{GRIDS[0][:length]}/" for length in (6, 9, 12)) + f"{GRIDS[0]}/"
    values = {
        "case_id": uuid4(), "workflow": NAME, "source": "worker", "reporter_id": person.person_id,
        "grid": GRIDS[0], "grid_path": path, "area_class": "A", "level": "county", "centre": COUNTY,
        "lon": HERE[0], "lat": HERE[1], "address": "占道处", "description": "占道施工围挡", "form": {},
        "class_code": GARBAGE, "confidential": False, "urgent": False, "self_fixed": False, **more,
    }  # fmt: skip
    with transaction():
        return service.begin(values, person, {}, service.Phone()).whole.case.case_id
