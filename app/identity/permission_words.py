"""Say what each permission allows, in words that people understand; those of a case's moves come from the machine."""

from collections.abc import Mapping

from app.core.permissions import Permission
from workflows.case import CASE
from workflows.case_terms import CasePermission
from workflows.words import Words, listed

CASES, OTHERS, MANAGING = (
    Words("案件办理", "Steps of a case"),
    Words("查看与上报", "Look and report"),
    Words("管理", "Administration"),
)

_WORDS: Mapping[Permission, tuple[Words, Words]] = {
    Permission.ACCESS_RESET: (
        MANAGING,
        Words("发登录码、重置二次验证、让设备退出", "Give sign-in codes, reset second factors, sign devices out"),
    ),
    Permission.ADMIN_READ: (MANAGING, Words("进入管理", "Open administration")),
    Permission.ATTACHMENT_UPLOAD: (OTHERS, Words("上传照片和文件", "Send photos and files")),
    Permission.AUDIT_READ: (MANAGING, Words("查看审计日志", "Read the audit log")),
    Permission.BOARD_READ: (OTHERS, Words("查看督导总览", "Look at the board")),
    Permission.CASE_ACT: (
        OTHERS,
        Words("办理案件（能办哪些步骤见“案件办理”）", "Act on cases (which steps: see there)"),
    ),
    Permission.CASE_READ: (OTHERS, Words("查看范围内的案件", "Read the cases in the scope")),
    Permission.CASE_READ_CONFIDENTIAL: (OTHERS, Words("查看保密案件", "Read confidential cases")),
    Permission.CASE_REPORT: (OTHERS, Words("上报案件", "Report cases")),
    Permission.CASE_REPORT_AS_AUXILIARY: (OTHERS, Words("以辅警身份上报", "Report as an auxiliary officer")),
    Permission.CASE_REPORT_AS_WORKER: (OTHERS, Words("以网格员身份上报", "Report as a grid worker")),
    Permission.CASE_REPORT_FOR: (OTHERS, Words("代群众、热线等登记", "Report for callers and others")),
    Permission.CASE_ROUTE_READ: (OTHERS, Words("查看派遣建议", "See whom the rules suggest")),
    Permission.CATALOGUE_IMPORT: (MANAGING, Words("导入目录和工作日历", "Import catalogue and calendars")),
    Permission.CATALOGUE_READ: (OTHERS, Words("查看事项目录", "Read the catalogue")),
    Permission.CITIZEN_REVEAL: (
        OTHERS,
        Words("查看反映人的姓名和电话（留痕）", "See a caller's name and phone (on record)"),
    ),
    Permission.DEPARTMENT_MANAGE: (MANAGING, Words("管理部门", "Manage departments")),
    Permission.DEPARTMENT_READ: (OTHERS, Words("查看部门名录", "Read the departments")),
    Permission.ENFORCEMENT_POST: (
        OTHERS,
        Words("担任执法岗位（不能兼任网格员、辅警）", "Hold an enforcing post (and none of the grids)"),
    ),
    Permission.GRID_IMPORT: (MANAGING, Words("导入网格和边界", "Import grids and boundaries")),
    Permission.GRID_LEAVE: (MANAGING, Words("登记范围内人员的请假与顶岗", "Enter leave and substitutes in the scope")),
    Permission.GRID_READ: (OTHERS, Words("查看网格地图", "Look at the map of grids")),
    Permission.GRID_ROSTER: (MANAGING, Words("管理网格花名册", "Manage the roster")),
    Permission.GRID_ROSTER_READ: (MANAGING, Words("查看网格花名册和覆盖情况", "Read the roster and its coverage")),
    Permission.IDENTITY_OWN: (OTHERS, Words("管理本人账号", "Look after one's own account")),
    Permission.NOTICE_READ: (OTHERS, Words("接收通知", "Receive notices")),
    Permission.OBJECT_ENTER: (OTHERS, Words("登记和修改范围内的对象", "Enter and change objects in the scope")),
    Permission.OBJECT_MANAGE: (MANAGING, Words("管理对象：导入、合并、注销", "Manage objects: import, merge, remove")),
    Permission.OBJECT_READ: (OTHERS, Words("查看范围内的对象", "Look at the objects in the scope")),
    Permission.PEOPLE_IMPORT: (MANAGING, Words("从表格导入人员", "Import people from a sheet")),
    Permission.PEOPLE_MANAGE: (MANAGING, Words("管理账号、资料和请假", "Manage accounts, details and absences")),
    Permission.PEOPLE_READ: (MANAGING, Words("查看人员与任职", "Look at people and what they hold")),
    Permission.RESIDENT_ENTER: (OTHERS, Words("登记和修改居民与住户", "Enter and change residents and households")),
    Permission.RESIDENT_READ: (
        OTHERS,
        Words("查看居民与住户名册（只有编号）", "See the register of residents (numbers alone)"),
    ),
    Permission.RESIDENT_REVEAL: (
        OTHERS,
        Words("查看居民的个人信息（留痕）", "Reveal what is kept of residents (on record)"),
    ),
    Permission.ROLE_GRANT: (MANAGING, Words("授予和收回角色", "Give and end roles")),
    Permission.ROUND_ACT: (OTHERS, Words("完成花名册交给本人的巡查", "Do the rounds that the roster gives one")),
    Permission.ROUND_MANAGE: (
        OTHERS,
        Words("下达、结束范围内的普查，取消巡查任务", "Open and close campaigns, cancel rounds"),
    ),
    Permission.ROUND_OVERSEE: (
        OTHERS,
        Words("查看范围内的巡查任务、计划和普查", "Look at rounds, plans and campaigns"),
    ),
    Permission.ROUND_READ: (OTHERS, Words("查看巡查任务", "Read rounds")),
    Permission.SECURITY_READ: (MANAGING, Words("查看安全设置", "Look at the security settings")),
    Permission.WARNING_GIVE: (OTHERS, Words("发布和解除预警", "Give and end warnings")),
    Permission.WARNING_READ: (OTHERS, Words("查看预警和签收情况", "Look at warnings and who has confirmed them")),
}

_PARTICULAR: Mapping[str, Words] = {  # one action, several permissions
    CasePermission.REPORT_FIXED: Words("上报并自行处置", "Report and fix at once"),
    CasePermission.ASK_SECOND_EXTENSION: Words("再次申请延期", "Ask for a second extension"),
    CasePermission.DECIDE_SECOND_EXTENSION: Words("批准或不同意再次延期", "Grant or deny a second extension"),
    CasePermission.DECIDE_FURTHER_DEFERRAL: Words("同意或不同意再次挂账", "Grant or deny a further deferral"),
}


def _moves() -> dict[str, tuple[Words, Words]]:
    """Name the permissions of moves by the actions they allow."""
    actions: dict[str, dict[str, Words]] = {}
    for move in CASE.moves:
        if move.permission and move.permission not in set(Permission):
            words = CASE.actions[move.action]
            actions.setdefault(move.permission, {})[str(move.action)] = words
    named = {permission: listed(names.values()) for permission, names in actions.items()}
    return {permission: (CASES, _PARTICULAR.get(permission, words)) for permission, words in named.items()}


WORDS: Mapping[str, tuple[Words, Words]] = {**{str(one): words for one, words in _WORDS.items()}, **_moves()}


def grouped(permissions: frozenset[str]) -> list[tuple[Words, list[Words]]]:
    """Return the words of some permissions by their groups, in the order of the procedure."""
    held = [WORDS[permission] for permission in WORDS if permission in permissions]
    groups = [(group, [words for of, words in held if of == group]) for group in (CASES, OTHERS, MANAGING)]
    return [(group, words) for group, words in groups if words]
