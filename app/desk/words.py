"""What pages of cases call things, in Chinese and in English: queues, fields of forms, choices, stages, sources."""

from collections.abc import Mapping
from typing import Any

from app.attachments.models import Purpose
from app.departments.kinds import Kind
from workflows.case_terms import AskKind, CaseAction, CaseSource, Finding, TaskPart, TaskState

Words = tuple[str, str]

QUEUES: Mapping[str, Words] = {
    "to_accept": ("待受理", "To accept"),
    "verifying": ("核实中", "Being verified"),
    "to_file": ("待立案", "To file"),
    "to_dispatch": ("待派遣", "To dispatch"),
    "to_sign": ("待签收", "To sign for"),
    "to_handle": ("处置中", "To handle"),
    "to_verify": ("待我核实", "For me to verify"),
    "to_check": ("待我核查", "For me to check"),
    "to_name_checker": ("待派核查人", "To name a checker"),
    "to_close": ("待结案", "To close"),
    "asked_return": ("待批退件", "Returns to decide"),
    "asked_extension": ("待批延期", "Extensions to decide"),
    "asked_again": ("待批再次延期", "Second extensions to decide"),
    "asked_deferral": ("待批挂账", "Deferrals to decide"),
    "deferred": ("挂账", "Deferred"),
    "to_reopen": ("待重办", "To reopen"),
    "my_reports": ("我的上报", "My reports"),
}
STAGES: Mapping[str, Words] = {
    "accept": ("受理", "Acceptance"),
    "verify": ("核实", "Verification"),
    "file": ("立案", "Filing"),
    "dispatch": ("派遣", "Dispatch"),
    "sign": ("签收", "Signature"),
    "handle": ("处置", "Handling"),
    "check": ("核查", "Check"),
    "close": ("结案", "Closing"),
    "case": ("全案", "Whole case"),
    "arrive": ("报到", "Arrival"),
}
RESULTS: Mapping[str, Words] = {
    "in_time": ("按时", "In time"),
    "late": ("超时", "Late"),
    "none": ("不计", "Not counted"),
}
PURPOSES: Mapping[str, Words] = {
    Purpose.BEFORE: ("处置前", "Before"),
    Purpose.AFTER: ("处置后", "After"),
    Purpose.CHECK: ("核查", "At the check"),
    Purpose.EVIDENCE: ("证据", "Evidence"),
    Purpose.DOCUMENT: ("材料", "Papers"),
}
GRADES: Mapping[str, Words] = {
    "ordinary": ("督办", "Supervised"),
    "yellow": ("黄牌", "Yellow card"),
    "red": ("红牌", "Red card"),
}
LINKS: Mapping[str, Words] = {
    "merged_into": ("并入", "Merged into"),
    "child_of": ("上级案件", "Part of"),
    "enforcement_of": ("执法案件", "Enforcement file"),
    "follows": ("前案", "Follows"),
}
PLACED: Mapping[str, Words] = {"measured": ("定位", "Measured"), "chosen": ("手选位置", "Chosen by hand")}
CARRIES: Words = ("本案承接", "Carries")
KINDS: Mapping[Kind, Words] = {kind: kind.words for kind in Kind}


def _of_terms(terms: Any) -> dict[str, Words]:
    return {str(term): (term.words.zh, term.words.en) for term in terms}


SOURCES = _of_terms(CaseSource)
ASKS = _of_terms(AskKind)
FINDINGS = _of_terms(Finding)
TASK_STATES = _of_terms(TaskState)
PARTS: Mapping[str, Words] = {
    **_of_terms(TaskPart), "verify": ("核实", "Verification"), "check": ("核查", "Check"),
}  # fmt: skip

FIELDS: Mapping[str, Words] = {
    "address": ("地址", "Address"),
    "assist": ("协办单位", "Assisting departments"),
    "attachments": ("照片和材料", "Photos and papers"),
    "called": ("请哪些单位到场", "Departments called to the spot"),
    "centre": ("交办到", "Hand down to"),
    "checker": ("核查人", "Checker"),
    "class": ("类别", "Class"),
    "condition": ("立案条件", "Filing condition"),
    "contractor": ("作业单位", "Contractor"),
    "description": ("描述", "Description"),
    "due_at": ("期限", "Limit"),
    "grade": ("督办等级", "Card"),
    "grid": ("网格", "Grid"),
    "guard_note": ("现场值守", "Guarded until then by"),
    "handler": ("经办人", "Handler"),
    "into": ("并入哪个案件", "Merge into"),
    "lead": ("主办单位", "Lead department"),
    "missed_by_patrol": ("巡查漏报", "Missed by patrol"),
    "note": ("补充说明", "Note"),
    "place": ("位置", "Place"),
    "rating": ("到场评价", "How the call was answered"),
    "reason": ("理由", "Reason"),
    "reason_code": ("退件原因", "Why it is returned"),
    "result": ("处置结果", "Result"),
    "review_on": ("复查日期", "Look at it again on"),
    "rework": ("退回到", "Send back"),
    "solved": ("问题是否解决", "Is it solved"),
    "task": ("哪项任务", "Which task"),
    "tasks": ("哪些任务返工", "Which tasks to do again"),
    "text": ("批注内容", "Remark"),
    "to": ("抄送单位", "Copy to"),
    "verifier": ("核实人（不选则由系统指派）", "Verifier (the system names one if none is chosen)"),
}
CHOICES: Mapping[str, Mapping[str, Words]] = {
    "grade": GRADES,
    "rating": {"good": ("好", "Good"), "fair": ("一般", "Fair"), "poor": ("差", "Poor")},
    "reason_code": {
        "not_ours": ("不属本单位职责", "Not ours"),
        "nothing_there": ("现场无此问题", "Nothing there"),
        "other": ("其他", "Other"),
    },
    "rework": {
        "false": ("核查人，再核查一次", "To the checker, to look again"),
        "true": ("承办单位，返工", "To the departments, to do again"),
    },
    "solved": {"true": ("已解决", "Solved"), "false": ("未解决", "Not solved")},
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
    "class": ("输入名称或代码查找", "Type a name or code"),
    "grid": ("输入网格名称查找", "Type the name of a grid"),
    "lead": ("输入名称查找，只能一个", "Type a name; exactly one"),
    "place": ("在地图上点选，或填写经纬度", "Click on the map, or fill in longitude and latitude"),
}
