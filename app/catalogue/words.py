"""What the fields and values of documents are called, in Chinese and in English. Pure."""

from collections.abc import Mapping

from app.catalogue.document_terms import DocumentKind, NamedKind, OnLate
from app.catalogue.object_terms import Geometry, IdentifierPart
from app.grids.levels import AreaClass, Duty, Level
from workflows.case_clocks import Stage
from workflows.case_terms import CheckKind, LimitKind, TaskPart
from workflows.forms import Kind, Purpose
from workflows.notices import Channel, NoticeAbout, To
from workflows.round_terms import RoundKind
from workflows.warning_terms import WarningLevel, WarningRung
from workflows.words import Words, plain

KINDS: Mapping[str, Words] = {  # in the order of lists: what holds for every case first
    DocumentKind.SETTINGS: Words("设置", "Settings"),
    DocumentKind.STAGES: Words("环节时限", "Step limits"),
    DocumentKind.CALENDARS: Words("工作日历", "Calendars"),
    DocumentKind.AUDIT: Words("抽查规则", "Rules of the second look"),
    DocumentKind.ESCALATIONS: Words("逾期逐级上报", "Lateness told higher"),
    DocumentKind.MESSAGES: Words("消息规则", "Rules of messages"),
    DocumentKind.OBJECTS: Words("对象种类", "Kinds of objects"),
    DocumentKind.POWERS: Words("执法事项", "Powers"),
    DocumentKind.WARNINGS: Words("预警种类", "Kinds of warnings"),
    DocumentKind.INDICATORS: Words("考核指标", "Indicators"),
    DocumentKind.SERVICE: Words("服务", "Service"),
    DocumentKind.CLASS: Words("类别", "Class"),
}
_NAME, _DATE = Words("名称", "Name"), Words("日期", "Date")
STAGES: Mapping[str, Words] = {str(stage): stage.words for stage in Stage}
NAMES: Mapping[str, Words] = {
    **KINDS,
    **STAGES,
    **{str(one): one.words for one in (*AreaClass, *LimitKind)},
    **{f"stages.{stage}": called for stage, called in STAGES.items()},  # there `check` is the stage, not the manner
    "about": Words("归在", "About"),
    "also": Words("同时加派巡查", "Rounds are made, too"),
    "calls": Words("叫应", "Calls about silence"),
    "receipt": Words("签收任务", "Round of the receipt"),
    "receipt_minutes": Words("签收时限（分钟）", "Minutes to confirm"),
    "admission": Words("准入", "Admission"),
    "after": Words("间隔", "After"),
    "allowance": Words("在处置时限上增加", "Added to the handle limit"),
    "area": Words("区域类别", "Area class"),
    "assist": TaskPart.ASSIST.words,
    "auto_dispatch": Words("自动派遣", "Dispatches by itself"),
    "calendars": Words("日历", "Calendar"),
    "call_now": Words("请先拨打", "Call first"),
    "channels": Words("途径", "Ways"),
    "check": Words("核查方式", "How it is checked"),
    "choices": Words("选项", "Choices"),
    "classes": Words("类别", "Classes"),
    "class_prefix": Words("按编号定类别：前缀", "The identifier tells the class: prefix"),
    "closure": Words("结案条件", "Closure condition"),
    "code": Words("编码", "Code"),
    "code_system": Words("编码体系", "Code system"),
    "colour": Words("颜色", "Colour"),
    "condition": Words("立案条件", "Filing condition"),
    "columns": Words("表格的列", "Columns"),
    "condition_grades": Words("状况等级", "Grades of condition"),
    "condition_grades.grades": Words("等级", "Grades"),
    "conditions": Words("立案条件", "Filing conditions"),
    "confidential": Words("保密", "Confidential"),
    "content": Words("内容", "Content"),
    "date": _DATE,
    "days": Words("天数", "Days"),
    "decision": Words("决定", "Decision"),
    "default": Words("默认日历", "Default calendar"),
    "digits": Words("位数", "Digits"),
    "departments": Words("责任部门", "Departments"),
    "departments_judge_own": Words(
        "放宽部门回避（1：本部门人员可审批、核查、结案；0：不放宽）",
        "Departments judge their own (1: people of a department may decide, check and close; 0: they may not)",
    ),
    "documents": Words("文件", "Documents"),
    "call_back_days": Words("待回访清单保留（天）", "Closings stay to be called back (days)"),
    "call_back_times": Words("回访未联系上的最多拨打（次）", "Calls in vain before a closing is called back no more"),
    "campaign_reminder_days": Words(
        "普查截止前几天起提醒未完成的人", "Who is behind with a campaign is reminded (days before its end)"
    ),
    "duplicate_days": Words("疑似重复：回溯天数（天）", "Possible duplicates: days back"),
    "duplicate_metres": Words("疑似重复：距离（米）", "Possible duplicates: metres"),
    "duty": Words("巡查人", "Done by"),
    "en": Words("英文名称", "English name"),
    "day": Words("日期（月-日）", "Day (month-day)"),
    "deferral_days_most": Words("挂账累计不超过（天）", "Deferred in all, at most (days)"),
    "deferral_review_days": Words("挂账到期后多少工作日内复查", "Deferrals are reviewed within (working days)"),
    "deferral_review_hour": Words("挂账复查日的几点起复查（0—23）", "Hour of the day of review (0 to 23)"),
    "handover_hours": Words("下班后多少小时内可补办交接班", "A shift is handed over within (hours after its end)"),
    "missed_round_hours": Words(
        "漏巡超过多少小时后管理人员可见", "Hours after which others than the person see a missed round"
    ),
    "track_days": Words("巡查轨迹保留（天）", "Tracks of rounds are kept (days)"),
    "notice_days": Words("消息保留（天）", "Messages are kept (days)"),
    "evidence": Words("照片要求", "Photos"),
    "evidence.check": Purpose.CHECK.words,
    "extension_percent": Words(
        "值班长可批的首次延期：不超过处置时限的（%），类别未定时",
        "A first extension by the duty officer: at most this share of the limit (%), where the class is silent",
    ),
    "extra_limit": Words("值班长可批的延期", "Extension by the duty officer, at most"),
    **{
        f"{kind}_extension_percent": Words(
            "首次延期：不超过处置时限的（%），时限以{}计、类别未定时",
            "A first extension, at most this share (%) of a limit in {}, where the class is silent",
        ).format(kind.words)
        for kind in LimitKind
    },
    "urgent_extra_limit": Words("急要件时值班长可批的延期", "Extension by the duty officer when urgent, at most"),
    "field": Words("字段", "Field"),
    "finding_classes": Words("发现问题的类别", "Classes of findings"),
    "fixed": Words("固定日期", "With a fixed date"),
    "finish": Words("处置后", "At the end"),
    "first_level": Words("首办层级", "First level"),
    "follow_up": Words("回访", "Follow-up"),
    "forced": Words("强制结案", "Closed by force"),
    "form": Words("表单", "Form"),
    "frequency": Words("频次", "How often"),
    "from": Words("自", "From"),
    "geometry": Words("图形", "On the map"),
    "grades": Words("风险等级", "Grades of risk"),
    "handle_starts": Words("处置起算", "Handling counts from"),
    "hours": Words("工作时间", "Working hours"),
    "hours.days": Words("星期", "Weekdays"),
    "identifier": Words("编号", "Identifier"),
    "keeper_leads": Words("养护单位承办", "Its keeper handles"),
    "kind": Words("种类", "Kind"),
    "label": Words("问题", "Question"),
    "label_en": Words("问题的英文", "Question in English"),
    "choices_en": Words("选项的英文", "Choices in English"),
    "unit_en": Words("单位的英文", "Unit in English"),
    "layer": Words("图层", "Layer"),
    "layer_en": Words("图层的英文", "Layer in English"),
    "lead": TaskPart.LEAD.words,
    "level": Words("层级", "Level"),
    "levels": Words("逐级办理", "Level by level"),
    "limit": Words("时限", "Limit"),
    "limits": Words("时限", "Limits"),
    "local_code": Words("原编号", "Original number"),
    "major": Words("大类", "Major class"),
    "maximum": Words("最大", "At most"),
    "may_report": Words("可上报角色", "Who may report"),
    "milestones": Words("阶段要求", "On the way"),
    "min_gap_hours": Words("最短间隔（小时）", "Hours apart, at least"),
    "min_metres": Words("最短路程（米）", "Metres, at least"),
    "min_minutes": Words("最短时长（分钟）", "Minutes, at least"),
    "minimum": Words("最小", "At least"),
    "minutes": Words("处置用时不超过（分钟）", "Done within (minutes)"),
    "months": Words("月份", "Months"),
    "most": Words("最多行数", "Rows, at most"),
    "moving": Words("随历法移动", "Moving with the moon or the sun"),
    "name": _NAME,
    "name_en": Words("英文名称", "Name in English"),
    "note": Words("说明", "Note"),
    "number": Words("文号", "Number"),
    "offered": Words("启用", "In use"),
    "optional": Words("本人可关闭", "May be switched off"),
    "originals": Words("原图", "Originals"),
    "words": Words("俗称", "Everyday words"),
    "on_spot_metres": Words("现场核实、核查：离案件位置（米）", "On the spot: metres from the case, at most"),
    "on_late": Words("逾期后", "When late"),
    "on_warning": Words("预警时加密", "More often on warning"),
    "overrides": Words("调整日", "Exceptional days"),
    "part": Words("组成", "Part"),
    "parts": Words("组成", "Parts"),
    "per": Words("每", "Per"),
    "percent": Words("抽取比例（%）", "Share (%)"),
    "phone_drift_minutes": Words("手机时钟误差上限（分钟）", "Drift of a phone's clock, at most (minutes)"),
    "phone_time_back_minutes": Words("按手机时间计算：最多回溯（分钟）", "Phone time counts back, at most (minutes)"),
    "readers": Words("可查看角色", "Who may read"),
    "placeholder": Words("占位文字，须改写", "A placeholder, to be replaced"),
    "reason": Words("原因", "Reason"),
    "reopen": Words("重办期限", "Can be reopened within"),
    "reopen_days": Words("重办期限：类别未定时（天）", "Can be reopened within (days), where the class is silent"),
    "regulation": Words("法定节日（全国年节及纪念日放假办法）", "Holidays by regulation"),
    "report": Words("上报", "At the report"),
    "required": Words("必答", "Required"),
    "required_if": Words("何时必答", "Required if"),
    "return_hours": Words("签收后多少小时内可申请退件", "Returned within (hours) after signing"),
    "returns_most": Words("同一案件同一部门可申请退件的次数", "Returns that a department may ask for in one case"),
    "rounds": Words("巡查", "Rounds"),
    "routes": Words("派遣规则", "Routes"),
    "rules": Words("规则", "Rules"),
    "centres": Words("所属中心（网格编码）", "Centres (codes of grids)"),
    "shifts": Words("班次", "Shifts"),
    "shown_if": Words("何时才问", "Asked only if"),
    "self_fix": Words("自行处置", "May be fixed by the worker"),
    "self_fixed": Words("自行处置的", "Fixed by the worker"),
    "self_fixed_check_percent": Words("自行处置的抽查比例（%）", "Share of self-fixed reports to check (%)"),
    "settled_years": Words("已录全的年份", "Years entered whole"),
    "share": Words("预警比例", "Share at which to warn"),
    "since": Words("起始（月-日）", "Since (month-day)"),
    "source": Words("来源", "Source"),
    "sources": Words("来源", "Sources"),
    "stage": Words("环节", "Stage"),
    "statutory": Words("执行法定节假日和调休", "Keeps statutory holidays"),
    "steps": Words("告知阶梯", "Told step by step"),
    "steps.after": Words("超时后", "After the end"),
    "steps.share": Words("时限已过（%）", "Share run (%)"),
    "steps.urgent": Words("急要件超时后", "After the end, urgent"),
    "subject": Words("巡查对象", "Subject"),
    "tell": Words("告知的岗位", "Roles that are told"),
    "text": Words("内容", "Text"),
    "times": Words("次数", "Times"),
    "to": Words("发给", "To"),
    "township": Level.TOWNSHIP.words.capitalize(),
    "type": Words("回答方式", "Kind of answer"),
    "unit": Words("单位", "Unit"),
    "until": Words("至", "Until"),
    "urgent": Words("急要件", "Urgent"),
    "urgent_limit": Words("急要件处置时限", "Time to handle when urgent"),
    "value": Words("数值", "Value"),
    "verify": Words("须先核实", "Verified first"),
    "version": Words("文件版次", "Edition"),
    "warning": Words("时限预警", "Warning of limits"),
    "when": Words("适用条件", "When"),
    "sender_return_hours": Words("退回来源：收到后几小时内可申请", "Sent back to the sender: within (hours)"),
    "sender_return_times": Words("退回来源：每次派单可申请次数", "Sent back to the sender: times an order"),
    "whistle_arrival_minutes": Words("吹哨报到时限（工作分钟）", "Arrival after a whistle (working minutes)"),
    "who": Words("由谁", "Who"),
    "windows": Words("时段", "Hours"),
    "working": Words("上班", "Worked"),
    "year": Words("年份", "Year"),
    "zh": _NAME,
}  # fmt: skip
ENDED_CLASS: Words = Words("已停用的类别", "A class no longer in use")
EXAMPLE_WORDS: Words = Words("示例，由县自定", "Example, to be set by the county")
NONE: Words = Words("（无）", "(none)")
LEVELS: Mapping[str, Words] = {str(one): one.words for one in Level}
WEEKDAYS: Mapping[str, Words] = {
    "mon": Words("星期一", "Mon"), "tue": Words("星期二", "Tue"), "wed": Words("星期三", "Wed"),
    "thu": Words("星期四", "Thu"),
    "fri": Words("星期五", "Fri"), "sat": Words("星期六", "Sat"), "sun": Words("星期日", "Sun"),
}  # fmt: skip
VALUES: Mapping[str, Mapping[str, Words]] = {
    "about": {str(one): one.words for one in NoticeAbout},
    "channels": {str(one): one.words for one in Channel},
    "check": {str(one): one.words for one in CheckKind},
    "code_system": {
        "national": Words("国家标准", "National"), "county": Words("本县扩展", "Of this county"),
        "chaoyang": Words("北京朝阳", "Chaoyang, Beijing"), "district": Words("某区", "Of a district"),
        "jiyuan": Words("济源", "Jiyuan"), "sichuan": Words("四川省平台", "Platform of Sichuan"),
        "unnumbered": Words("暂无编号", "Without numbers"),
    },
    "colour": {
        "red": Words("红", "Red"), "orange": Words("橙", "Orange"), "yellow": Words("黄", "Yellow"),
        "blue": Words("蓝", "Blue"),
        "green": Words("绿", "Green"),
    },
    "days": WEEKDAYS,
    "duty": {str(one): one.words for one in Duty},
    "first_level": LEVELS,
    "geometry": {str(one): one.words for one in Geometry},
    "handle_starts": {
        Stage.DISPATCH: Words("自派遣起", "From the dispatch"), Stage.SIGN: Words("自签收起", "From the signature"),
    },
    "kind": {
        "event": Words("事件", "Event"), "component": Words("部件", "Component"),
        "base": Words("基础服务", "Base service"),
        "plus": Words("网格+服务", "Grid+ service"),
        **{str(one): one.words for one in RoundKind},
    },
    "level": {**LEVELS, **{str(one): one.words for one in WarningLevel}},
    "on_late": {str(one): one.words for one in OnLate},
    "part": {str(one): one.words for one in IdentifierPart},
    "per": {
        "day": Words("天", "day"), "week": Words("周", "week"), "month": Words("月", "month"),
        "quarter": Words("季度", "quarter"),
        "year": Words("年", "year"),
    },
    "stage": STAGES,
    "subject": {  # of what is not called by its kind of objects: of older documents, too
        "forest": Words("林地", "Forest"), "grid": Words("网格", "Grid"), "household": Words("住户", "Household"),
        "person": Words("人员", "Person"), "place": Words("场所", "Place"), "river": Words("河道", "River"),
    },
    "to": {str(one): one.words for one in (*To, *WarningRung)},
    "type": {
        Kind.TEXT: Words("文字", "Text"), Kind.INTEGER: Words("整数", "Whole number"),
        Kind.CHOICE: Words("选择", "Choice"), Kind.NUMBER: Words("数字", "Number"), Kind.MANY: Words("多选", "Several"),
        Kind.PLACE: Words("位置", "Place"), Kind.TABLE: Words("表格", "Table"), Kind.DATE: _DATE,
        Kind.YES_NO: Words("是或否", "Yes or no"),
    },
    "who": {
        "grid_worker": Words("网格员", "Grid worker"), "village_mediation": Words("村调解委员会", "Village mediation"),
        "township_centre": Words("乡镇综治中心", "Township centre"),
        "township_leader": Words("乡镇领导", "Township leader"),
        "county_bureau": Words("县主管部门", "County bureau"),
        "county_police": Words("县公安局", "County police"),
        "county_legal": Words("县委政法委", "County legal committee"),
    },
}  # fmt: skip
OF_TOWNSHIP: Mapping[str, Words] = {
    "township": Words("所在乡镇政府", "The township's government"),
    "township_team": Words("所在乡镇执法队", "The township's enforcement team"),
}
# what kind of thing a field names by its code
CODES: Mapping[str, NamedKind] = {
    **dict.fromkeys(("assist", "lead", "departments", "trade"), NamedKind.DEPARTMENT),
    **dict.fromkeys(("may_report", "readers", "tell", "who"), NamedKind.ROLE),
    **dict.fromkeys(("classes", "finding_classes"), NamedKind.CLASS),
    "subject": NamedKind.OBJECT_KIND,
    "service": NamedKind.SERVICE,
    "receipt": NamedKind.RECEIPT,
    "township": NamedKind.GRID,
    "default": NamedKind.CALENDAR,
}
FREE = frozenset(
    (
        *(
            "text",
            "source",
            "note",
            "closure",
            "name",
            "name_en",
            "label",
            "label_en",
            "layer",
            "layer_en",
            "major",
            "decision",
            "reason",
            "choices",
            "choices_en",
            "unit",
            "unit_en",
            "words",
        ),
        *("zh", "en"),
    )
)


def name_of(field: str, within: str = "") -> Words:
    """Return what a field is called inside another."""
    name = NAMES.get(f"{within}.{field}") or NAMES.get(field)
    return name or plain(f"“{field}”")


def is_known(field: str) -> bool:
    """Tell whether a field has words."""
    return field in NAMES
