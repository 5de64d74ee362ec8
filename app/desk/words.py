"""What pages of cases call things, in Chinese and in English: queues, fields of forms, choices, stages, sources."""

from collections.abc import Mapping
from typing import Any

from app.attachments.models import Purpose
from app.cases import queries
from app.departments.kinds import DepartmentKind
from workflows.case_clocks import ClockResult, Stage
from workflows.case_terms import AskKind, CaseAction, CaseSource, Finding, LinkKind, TaskPart, TaskState
from workflows.words import Words

QUEUES = queries.QUEUES
PURPOSES: Mapping[str, Words] = {purpose: purpose.words for purpose in Purpose}
GRADES: Mapping[str, Words] = {
    "ordinary": Words("督办", "Supervised"),
    "yellow": Words("黄牌", "Yellow card"),
    "red": Words("红牌", "Red card"),
}
PLACED: Mapping[str, Words] = {"measured": Words("定位", "Measured"), "chosen": Words("手选位置", "Chosen by hand")}
CARRIES: Words = Words("本案承接", "Carries")
KINDS: Mapping[DepartmentKind, Words] = {kind: kind.words for kind in DepartmentKind}


def _of_terms(terms: Any) -> dict[str, Words]:
    return {str(term): term.words for term in terms}


SOURCES = _of_terms(CaseSource)
STAGES = _of_terms(Stage)
RESULTS = _of_terms(ClockResult)
ASKS = _of_terms(AskKind)
FINDINGS = _of_terms(Finding)
LINKS = _of_terms(LinkKind)
TASK_STATES = _of_terms(TaskState)
PARTS = _of_terms(TaskPart)

FIELDS: Mapping[str, Words] = {
    "address": Words("地址", "Address"),
    "assist": Words("协办单位", "Assisting departments"),
    "attachments": Words("照片和材料", "Photos and papers"),
    "called": Words("请哪些单位到场", "Departments called to the spot"),
    "centre": Words("交办到", "Hand down to"),
    "checker": Words("核查人", "Checker"),
    "class": Words("类别", "Class"),
    "condition": Words("立案条件", "Filing condition"),
    "contractor": Words("作业单位", "Contractor"),
    "description": Words("描述", "Description"),
    "due_at": Words("期限", "Limit"),
    "grade": Words("督办等级", "Card"),
    "grid": Words("网格", "Grid"),
    "guard_note": Words("现场值守", "Guarded until then by"),
    "handler": Words("经办人", "Handler"),
    "into": Words("并入哪个案件", "Merge into"),
    "lead": Words("主办单位", "Lead department"),
    "missed_by_patrol": Words("巡查漏报", "Missed by patrol"),
    "note": Words("补充说明", "Note"),
    "place": Words("位置", "Place"),
    "rating": Words("到场评价", "How the call was answered"),
    "reason": Words("理由", "Reason"),
    "reason_code": Words("退件原因", "Why it is returned"),
    "result": Words("处置结果", "Result"),
    "review_on": Words("复查日期", "Look at it again on"),
    "rework": Words("退回到", "Send back"),
    "solved": Words("问题是否解决", "Is it solved"),
    "task": Words("哪项任务", "Which task"),
    "tasks": Words("哪些任务返工", "Which tasks to do again"),
    "text": Words("批注内容", "Remark"),
    "to": Words("抄送单位", "Copy to"),
    "verifier": Words("核实人（不选则由系统指派）", "Verifier (the system names one if none is chosen)"),
}
CHOICES: Mapping[str, Mapping[str, Words]] = {
    "grade": GRADES,
    "rating": {"good": Words("好", "Good"), "fair": Words("一般", "Fair"), "poor": Words("差", "Poor")},
    "reason_code": {
        "not_ours": Words("不属本单位职责", "Not ours"),
        "nothing_there": Words("现场无此问题", "Nothing there"),
        "other": Words("其他", "Other"),
    },
    "rework": {
        "false": Words("核查人，再核查一次", "To the checker, to look again"),
        "true": Words("承办单位，返工", "To the departments, to do again"),
    },
    "solved": {"true": Words("已解决", "Solved"), "false": Words("未解决", "Not solved")},
}  # fmt: skip
LAST = frozenset(
    {
        CaseAction.DECLINE,
        CaseAction.FORCE_CLOSE,
        CaseAction.REFUSE,
        CaseAction.VOID,
        CaseAction.WITHDRAW,
        CaseAction.WITHDRAW_DISPATCH,
    }
)  # what ends a case undone or takes it away from others: it stands behind what is done every day
HINTS: Mapping[str, Words] = {
    "class": Words("输入名称或代码查找", "Type a name or code"),
    "grid": Words("输入网格名称查找", "Type the name of a grid"),
    "lead": Words("输入名称查找，只能一个", "Type a name; exactly one"),
    "place": Words("在地图上点选，或填写经纬度", "Click on the map, or fill in longitude and latitude"),
}
