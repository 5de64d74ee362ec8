"""What the fields and values of documents are called, in Chinese and in English. Pure."""

from collections.abc import Mapping
from typing import Any

from app.grids.levels import Duty
from workflows.case_terms import CheckKind

Words = tuple[str, str]

KINDS: Mapping[str, Words] = {  # in the order of lists: what holds for every case first
    "settings": ("设置", "Settings"),
    "stages": ("环节时限", "Step limits"),
    "calendars": ("工作日历", "Calendars"),
    "audit": ("抽查规则", "Rules of the second look"),
    "powers": ("执法事项", "Powers"),
    "indicators": ("考核指标", "Indicators"),
    "service": ("服务", "Service"),
    "class": ("类别", "Class"),
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
}
NAMES: Mapping[str, Words] = {
    **STAGES,
    **{f"stages.{stage}": called for stage, called in STAGES.items()},  # there `check` is the stage, not the manner
    "A": ("A 类区域", "Area class A"),
    "B": ("B 类区域", "Area class B"),
    "C": ("C 类区域", "Area class C"),
    "admission": ("准入", "Admission"),
    "after": ("间隔", "After"),
    "allowance": ("在处置时限上增加", "Added to the handle limit"),
    "area": ("区域类别", "Area class"),
    "assist": ("协办", "Assisting"),
    "audit": ("抽查规则", "Rules of the second look"),
    "auto_dispatch": ("自动派遣", "Dispatches by itself"),
    "calendar_days": ("自然日", "Calendar days"),
    "calendars": ("日历", "Calendar"),
    "check": ("核查方式", "How it is checked"),
    "choices": ("选项", "Choices"),
    "classes": ("类别", "Classes"),
    "closure": ("结案条件", "Closure condition"),
    "code": ("编码", "Code"),
    "code_system": ("编码体系", "Code system"),
    "colour": ("颜色", "Colour"),
    "condition": ("立案条件", "Filing condition"),
    "conditions": ("立案条件", "Filing conditions"),
    "confidential": ("保密", "Confidential"),
    "content": ("内容", "Content"),
    "date": ("日期", "Date"),
    "days": ("天数", "Days"),
    "decision": ("决定", "Decision"),
    "default": ("默认日历", "Default calendar"),
    "departments": ("责任部门", "Departments"),
    "documents": ("文件", "Documents"),
    "duplicate_days": ("疑似重复：回溯天数（天）", "Possible duplicates: days back"),
    "duplicate_metres": ("疑似重复：距离（米）", "Possible duplicates: metres"),
    "duty": ("巡查人", "Done by"),
    "en": ("英文名称", "English name"),
    "evidence": ("照片要求", "Photos"),
    "evidence.check": ("核查", "At the check"),
    "field": ("字段", "Field"),
    "finding_classes": ("发现问题的类别", "Classes of findings"),
    "finish": ("处置后", "At the end"),
    "first_level": ("首办层级", "First level"),
    "follow_up": ("回访", "Follow-up"),
    "forced": ("强制结案", "Closed by force"),
    "form": ("表单", "Form"),
    "frequency": ("频次", "How often"),
    "from": ("自", "From"),
    "grades": ("风险等级", "Grades of risk"),
    "handle_starts": ("处置起算", "Handling counts from"),
    "hours": ("工作时间", "Working hours"),
    "hours.days": ("星期", "Weekdays"),
    "kind": ("种类", "Kind"),
    "label": ("问题", "Question"),
    "lead": ("主办", "Lead"),
    "level": ("层级", "Level"),
    "levels": ("逐级办理", "Level by level"),
    "limit": ("时限", "Limit"),
    "limits": ("时限", "Limits"),
    "local_code": ("原编号", "Original number"),
    "major": ("大类", "Major class"),
    "maximum": ("最大", "At most"),
    "may_report": ("可上报角色", "Who may report"),
    "milestones": ("阶段要求", "On the way"),
    "min_gap_hours": ("最短间隔（小时）", "Hours apart, at least"),
    "min_metres": ("最短路程（米）", "Metres, at least"),
    "min_minutes": ("最短时长（分钟）", "Minutes, at least"),
    "minimum": ("最小", "At least"),
    "minutes": ("处置用时不超过（分钟）", "Done within (minutes)"),
    "months": ("月份", "Months"),
    "name": ("名称", "Name"),
    "note": ("说明", "Note"),
    "offered": ("启用", "In use"),
    "originals": ("原图", "Originals"),
    "words": ("俗称", "Everyday words"),
    "on_late": ("逾期后", "When late"),
    "on_warning": ("预警时加密", "More often on warning"),
    "overrides": ("调整日", "Exceptional days"),
    "per": ("每", "Per"),
    "percent": ("抽取比例（%）", "Share (%)"),
    "phone_drift_minutes": ("手机时钟误差上限（分钟）", "Drift of a phone's clock, at most (minutes)"),
    "phone_time_back_minutes": ("按手机时间计算：最多回溯（分钟）", "Phone time counts back, at most (minutes)"),
    "readers": ("可查看角色", "Who may read"),
    "reason": ("原因", "Reason"),
    "reopen": ("重办期限", "Can be reopened within"),
    "reopen_days": ("重办期限：类别未定时（天）", "Can be reopened within (days), where the class is silent"),
    "report": ("上报", "At the report"),
    "required": ("必答", "Required"),
    "rounds": ("巡查", "Rounds"),
    "routes": ("派遣规则", "Routes"),
    "rules": ("规则", "Rules"),
    "self_fix": ("自行处置", "May be fixed by the worker"),
    "self_fixed": ("自行处置的", "Fixed by the worker"),
    "self_fixed_check_percent": ("自行处置的抽查比例（%）", "Share of self-fixed reports to check (%)"),
    "service": ("服务", "Service"),
    "settings": ("设置", "Settings"),
    "settled_years": ("已录全的年份", "Years entered whole"),
    "share": ("预警比例", "Share at which to warn"),
    "since": ("起始（月-日）", "Since (month-day)"),
    "source": ("来源", "Source"),
    "sources": ("来源", "Sources"),
    "stages": ("环节时限", "Step limits"),
    "statutory": ("执行法定节假日和调休", "Keeps statutory holidays"),
    "subject": ("巡查对象", "Subject"),
    "text": ("内容", "Text"),
    "times": ("次数", "Times"),
    "township": ("乡镇", "Township"),
    "type": ("回答方式", "Kind of answer"),
    "until": ("至", "Until"),
    "urgent": ("急要件", "Urgent"),
    "urgent_minutes": ("分钟（昼夜连续）", "Minutes, day and night"),
    "value": ("数值", "Value"),
    "verify": ("须先核实", "Verified first"),
    "version": ("文件版次", "Edition"),
    "warning": ("时限预警", "Warning of limits"),
    "when": ("适用条件", "When"),
    "whistle_arrival_minutes": ("吹哨报到时限（工作分钟）", "Arrival after a whistle (working minutes)"),
    "who": ("由谁", "Who"),
    "windows": ("时段", "Hours"),
    "work_days": ("工作日", "Working days"),
    "work_minutes": ("工作分钟", "Working minutes"),
    "working": ("上班", "Worked"),
    "year": ("年份", "Year"),
    "zh": ("名称", "Name"),
}  # fmt: skip
EXAMPLE_WORDS: Words = ("示例，由县自定", "Example, to be set by the county")
NONE: Words = ("（无）", "(none)")
YES, NO = ("是", "Yes"), ("否", "No")
LEVELS: Mapping[str, Words] = {
    "county": ("县", "County"), "township": ("乡镇", "Township"), "village": ("村（社区）", "Village"),
    "grid": ("网格", "Grid"), "micro": ("微网格", "Micro-grid"),
}  # fmt: skip
_DUTIES_EN = ("Grid chief", "Full-time worker", "Part-time worker", "Instructor", "Auxiliary officer", "Building head")
WEEKDAYS: Mapping[str, Words] = {
    "mon": ("星期一", "Mon"), "tue": ("星期二", "Tue"), "wed": ("星期三", "Wed"), "thu": ("星期四", "Thu"),
    "fri": ("星期五", "Fri"), "sat": ("星期六", "Sat"), "sun": ("星期日", "Sun"),
}  # fmt: skip
VALUES: Mapping[str, Mapping[str, Words]] = {
    "check": {str(one): (one.words.zh, one.words.en) for one in CheckKind},
    "code_system": {
        "national": ("国家标准", "National"), "county": ("本县扩展", "Of this county"),
        "chaoyang": ("北京朝阳", "Chaoyang, Beijing"), "district": ("某区", "Of a district"),
        "jiyuan": ("济源", "Jiyuan"), "sichuan": ("四川省平台", "Platform of Sichuan"),
        "unnumbered": ("暂无编号", "Without numbers"),
    },
    "colour": {
        "red": ("红", "Red"), "orange": ("橙", "Orange"), "yellow": ("黄", "Yellow"), "blue": ("蓝", "Blue"),
        "green": ("绿", "Green"),
    },
    "days": WEEKDAYS,
    "duty": {str(one): (one.label, en) for one, en in zip(Duty, _DUTIES_EN, strict=True)},
    "first_level": LEVELS,
    "handle_starts": {"dispatch": ("自派遣起", "From the dispatch"), "sign": ("自签收起", "From the signature")},
    "kind": {
        "event": ("事件", "Event"), "component": ("部件", "Component"), "base": ("基础服务", "Base service"),
        "plus": ("网格+服务", "Grid+ service"),
    },
    "level": LEVELS,
    "on_late": {"next": ("转下一级", "To the next level"), "supervise": ("督办", "Supervised")},
    "per": {
        "day": ("天", "day"), "week": ("周", "week"), "month": ("月", "month"), "quarter": ("季度", "quarter"),
        "year": ("年", "year"),
    },
    "subject": {
        "forest": ("林地", "Forest"), "grid": ("网格", "Grid"), "household": ("住户", "Household"),
        "person": ("人员", "Person"), "place": ("场所", "Place"), "river": ("河道", "River"),
    },
    "type": {
        "text": ("文字", "Text"), "integer": ("整数", "Whole number"), "choice": ("选择", "Choice"),
        "yes_no": ("是或否", "Yes or no"), "date": ("日期", "Date"),
    },
    "who": {
        "grid_worker": ("网格员", "Grid worker"), "village_mediation": ("村调解委员会", "Village mediation"),
        "township_centre": ("乡镇综治中心", "Township centre"), "township_leader": ("乡镇领导", "Township leader"),
    },
}  # fmt: skip
OF_TOWNSHIP: Mapping[str, Words] = {
    "township": ("所在乡镇政府", "The township's government"),
    "township_team": ("所在乡镇执法队", "The township's enforcement team"),
}
# what kind of thing a field names by its code
CODES: Mapping[str, str] = {
    "assist": "department", "lead": "department", "departments": "department", "trade": "department",
    "may_report": "role", "readers": "role", "who": "role", "classes": "class", "finding_classes": "class",
    "township": "grid", "default": "calendar",
}  # fmt: skip
FREE = frozenset(
    (
        *("text", "source", "note", "closure", "name", "label", "major", "decision", "reason", "choices", "words"),
        *("zh", "en"),
    )
)


def name_of(field: str, within: str = "") -> Words:
    """Return what a field is called inside another."""
    found = NAMES.get(f"{within}.{field}") or NAMES.get(field)
    return found or (f"“{field}”", f"“{field}”")


def is_known(field: str) -> bool:
    """Tell whether a field has words."""
    return field in NAMES


def t(words: Words, language: str) -> str:
    """Return the words of one language."""
    return words[1] if language == "en" else words[0]


def join(parts: list[Words], zh: str = "、", en: str = ", ") -> Words:
    """Put words one after another."""
    return zh.join(one for one, _ in parts), en.join(one for _, one in parts)


def plain(value: Any) -> Words:
    """Say something that reads the same in both languages."""
    return str(value), str(value)
