"""Hold the forms of the acts on a case: fields, choices, photos; and what else steps carry, with its label."""

from collections.abc import Mapping

from workflows.case_terms import (
    Card,
    CaseAction,
    CaseSource,
    Placement,
    RecallReason,
    ReturnReason,
    SuccessionReason,
    TaskPart,
)
from workflows.forms import NO, YES, Asked, Choice, Field, Form, Kind, PhotoCount, Photos, Pool, Purpose, choices
from workflows.ticket_terms import ReplyOutcome, Satisfaction, TicketKind
from workflows.words import Words

A = CaseAction
DEPARTMENTS_MOST = 20
GIVERS_MOST = 50
TASKS_MOST = 20

YES_NO = (Choice("true", YES), Choice("false", NO))

# --- fields of several forms ---
TASK = Field("task", Words("哪项任务", "Which task"), Kind.CHOICE, pool=Pool.TASK, asked=Asked.OFFERED)
REASON = Field("reason", Words("理由", "Reason"), Kind.LONG, most=500, asked=Asked.NEEDED)
NOTE = Field("note", Words("补充说明", "Note"), Kind.LONG, most=500, aside=True)
CLASS = Field(
    "class", Words("类别", "Class"), Kind.CHOICE, pool=Pool.CLASS,
    hint=Words("输入名称或代码查找", "Type a name or code"),
)  # fmt: skip
CONDITION = Field("condition", Words("立案条件", "Filing condition"), Kind.CHOICE, pool=Pool.CONDITION)
COLOUR = Field("colour", Words("风险等级", "Grade of risk"), Kind.CHOICE, pool=Pool.COLOUR, asked=Asked.OFFERED)
LEAD = Field(
    "lead", Words("主办单位", "Lead department"), Kind.CHOICE, pool=Pool.DEPARTMENT,
    hint=Words("输入名称查找，只能一个", "Type a name; exactly one"),
)  # fmt: skip
ASSIST = Field(
    "assist", Words("协办单位", "Assisting departments"), Kind.MANY, pool=Pool.DEPARTMENT, most=DEPARTMENTS_MOST
)
HANDLER = Field("handler", Words("经办人", "Handler"), Kind.CHOICE, pool=Pool.HANDLER)
CONTRACTOR = Field("contractor", Words("作业单位", "Contractor"), Kind.CHOICE, pool=Pool.CONTRACTOR)
RESULT = Field("result", Words("处置结果", "Result"), Kind.LONG, least=1, most=1000)
SUB = Field("sub", Words("哪项内部派办", "Which part within"), Kind.CHOICE, pool=Pool.SUB_TASK)
DUE_AT = Field("due_at", Words("期限", "Limit"), Kind.MOMENT)
REVIEW_ON = Field("review_on", Words("复查日期", "Look at it again on"), Kind.DATE)
CONSENT = Field(
    "consent", Words("上级同意的依据", "By what those above consent"), most=200, asked=Asked.NEEDED,
    hint=Words("谁同意、何时、文号", "Who, when, and the paper's number"),
)  # fmt: skip
CONSENT_DUE_AT = Field(
    "consent_due_at", Words("上级同意的新期限", "To when they consent"), Kind.MOMENT, asked=Asked.NEEDED
)
CONSENT_OF = Field(
    "consent_of", Words("谁同意（须全部征得同意）", "Who consents (each of them has to)"), Kind.MANY, pool=Pool.GIVER,
    most=GIVERS_MOST, asked=Asked.OFFERED,
)  # fmt: skip
ADDRESS = Field("address", Words("地址", "Address"), most=200)
NO_OBJECT = "-"  # where an object was named, and it is about none
SOURCE = Field("source", Words("来源", "Source"), Kind.CHOICE, choices(CaseSource))
OBJECT = Field(
    "object", Words("所涉对象", "Object it is about"), most=40,
    hint=Words("编号或对象号，须属于该类别；填“-”表示没有对象", "Its identifier or id, of the class; - for none"),
)  # fmt: skip
DESCRIPTION = Field("description", Words("描述", "Description"), Kind.LONG, least=1, most=2000)
GRID = Field(
    "grid", Words("网格", "Grid"), Kind.CHOICE, pool=Pool.GRID,
    hint=Words("输入网格名称查找", "Type the name of a grid"),
)  # fmt: skip
_ON_MAP = Words("在地图上点选，或填写经纬度", "Click on the map, or fill in longitude and latitude")
PLACE = Field("place", Words("位置", "Place"), Kind.PLACE, hint=_ON_MAP)
SPOT = Field("place", PLACE.label, Kind.PLACE, pool=Pool.GRID, hint=_ON_MAP)
FAR_REASON = Field(
    "reason", Words("理由（离案件位置较远时必填）", "Reason (needed where you are far from the case)"), Kind.LONG,
    most=500, asked=Asked.FAR,
)  # fmt: skip
FAILED = Field(
    "tasks", Words("哪些任务返工", "Which tasks to do again"), Kind.MANY, pool=Pool.DONE_TASK, most=TASKS_MOST,
    asked=Asked.NEEDED,
)  # fmt: skip
PAPERS = Photos(Purpose.DOCUMENT)
AT_CHECK = Photos(Purpose.CHECK)
REPLY_TEXT = Field("reply", Words("答复内容", "Reply"), Kind.LONG, least=1, most=2000, asked=Asked.NEEDED)
OUTCOME = Field("outcome", Words("办理结果", "Outcome"), Kind.CHOICE, choices(ReplyOutcome), asked=Asked.NEEDED)
EXTERNAL_NO = Field("external_no", Words("外部编号", "Number elsewhere"), most=60)
EXTERNAL_DUE = Field("external_due", Words("外部期限", "Limit set elsewhere"), Kind.MOMENT)
SENDER_NO = Field(
    "sender_no", Words("哪个来源的（其外部编号或案件编号）", "Of which sender, by its or the case's number"), most=60,
    hint=Words(
        "并入了几个来源的工单时填写；不填为本案自己的来源，答复延期时为所申请的来源",
        "Where several were merged; else its own sender, or, to answer, the one that was asked",
    ),
)  # fmt: skip
OWN_SENDER_NO = Field(
    "sender_no", SENDER_NO.label, most=60, aside=True,
    hint=Words(
        "只有本案自己的来源能收回；填写的编号属于并入的工单时，不予登记",
        "Only its own sender takes it back: the number of one that was merged in is refused",
    ),
)  # fmt: skip
NOTED_SENDER_NO = Field(
    "sender_no", SENDER_NO.label, most=60, aside=True,
    hint=Words("并入的工单在此填写；不填为本案自己的工单", "Of a ticket that was merged in; else its own"),
)  # fmt: skip
TICKET = (
    Field("ticket_kind", Words("诉求类型", "What is wanted"), Kind.CHOICE, choices(TicketKind)),
    Field("secret", Words("对承办单位保密", "Kept from departments"), Kind.YES_NO, YES_NO),
    Field("reply_wanted", Words("来源要求答复", "A reply is wanted"), Kind.YES_NO, YES_NO),
)
ORDER_GRADE = Field("grade", Words("督办等级", "Card"), Kind.CHOICE, choices(Card))
ORDER_DUE_AT = Field("due_at", Words("答复期限", "To be answered by"), Kind.MOMENT)
ORDER_NO = Field(
    "number", Words("督办单号", "Its number"), most=60,
    hint=Words("不填则由系统编号", "The system numbers it where none is given"),
)  # fmt: skip
SUPERVISION = Field("supervision", Words("第几次督办", "Which supervision"), Kind.INTEGER, minimum=1, maximum=200)


def _form(
    name: str, *fields: Field, data: str = "", room: str = "Cases", photos: Photos = PAPERS, some: Words | None = None
) -> Form:
    """Return a form with what may be said with every act."""
    called = "".join(part.capitalize() for part in (data or name).split("_"))
    own = () if any(field.name == TASK.name for field in fields) else (TASK,)
    return Form(name, f"{room}{called}DataIn", (*own, *fields, NOTE), photos, some)


def _solved(name: str, label: Words, yes: Words, no: Words) -> Form:
    answers = (Choice("true", yes), Choice("false", no))
    return _form(name, Field("solved", label, Kind.YES_NO, answers), data="solved", photos=AT_CHECK)


PLAIN = _form("act")
REASONED = _form("reason", REASON)
FINDING = _form("finding", SPOT, FAR_REASON, room="Intake", photos=AT_CHECK)
ASSISTING = _form("assist", ASSIST, room="Dispatch")

FORMS: Mapping[str, Form] = {
    **dict.fromkeys(A, PLAIN),
    # intake
    **dict.fromkeys((A.KEEP, A.REFUSE, A.RECONSIDER, A.UNMERGE), REASONED),
    A.VERIFY: _form(
        "verify",
        Field(
            "verifier", Words("核实人（不选则由系统指派）", "Verifier (the system names one if none is chosen)"),
            Kind.CHOICE, pool=Pool.VERIFIER,
        ),
        room="Intake",
    ),
    **dict.fromkeys((A.CONFIRM_TRUE, A.CONFIRM_FALSE), FINDING),
    A.CANNOT_VERIFY: _form("cannot_verify", REASON, data="reason", photos=AT_CHECK),
    A.MERGE: _form(
        "merge", Field("into", Words("并入哪个案件", "Merge into"), Kind.CHOICE, pool=Pool.CASE), room="Intake"
    ),
    # filing and dispatch
    A.FILE: _form(
        "file", CLASS, CONDITION, COLOUR,
        Field("missed_by_patrol", Words("巡查漏报", "Missed by patrol"), Kind.YES_NO),
    ),
    **dict.fromkeys((A.DECLINE, A.VOID, A.ESCALATE, A.TAKE_BACK), REASONED),
    A.DISPATCH: _form("dispatch", LEAD, ASSIST, room="Dispatch"),
    A.HAND_ON: _form("hand_on", LEAD),
    A.RECALL: _form(
        "recall",
        Field("reason_code", Words("收回原因", "Why it is taken back"), Kind.CHOICE, choices(RecallReason)),
        REASON,
        room="Dispatch",
    ),
    **dict.fromkeys((A.ADD_ASSIST, A.DROP_ASSIST), ASSISTING),
    A.ASK_ASSIST: _form("ask_assist", ASSIST, REASON, data="assist", room="Dispatch"),
    A.GRANT_ASSIST: _form(
        "grant_assist",
        Field(
            ASSIST.name, Words("协办单位（不选则按申请）", "Assisting departments (those asked for if none is chosen)"),
            Kind.MANY, pool=Pool.DEPARTMENT, most=DEPARTMENTS_MOST,
        ),
        data="assist", room="Dispatch",
    ),
    A.HAND_DOWN: _form(
        "hand_down", Field("centre", Words("交办到", "Hand down to"), Kind.CHOICE, pool=Pool.CENTRE), DUE_AT
    ),
    # handling
    A.ASSIGN: _form(
        "assign", HANDLER, CONTRACTOR,
        room="Dispatch",
    ),
    A.SUB_ASSIGN: _form(
        "sub_assign",
        Field("unit", Words("股室、所或班组", "Section, station or team"), most=60),
        HANDLER, CONTRACTOR, DUE_AT,
        room="Dispatch",
    ),
    A.SUB_FINISH: _form("sub_finish", SUB, RESULT, room="Dispatch", photos=Photos(Purpose.AFTER)),
    A.SUB_DROP: _form("sub_drop", SUB, room="Dispatch"),
    A.ASK_RETURN: _form(
        "return",
        REASON,
        Field(
            "reason_code", Words("退件原因", "Why it is returned"), Kind.CHOICE, choices(ReturnReason),
            formerly=ReturnReason.OTHER,
        ),
        room="Dispatch",
    ),
    **dict.fromkeys(
        (A.GRANT_EXTENSION, A.GRANT_DEFERRAL),
        _form("grant_time", REASON, CONSENT, CONSENT_OF, CONSENT_DUE_AT, room="Dispatch"),
    ),
    A.ASK_EXTENSION: _form("extension", DUE_AT, REASON, room="Dispatch"),
    A.ASK_DEFERRAL: _form(
        "deferral", REVIEW_ON, REASON, room="Dispatch"
    ),
    **dict.fromkeys((A.DENY_RETURN, A.DENY_EXTENSION, A.DENY_DEFERRAL, A.DENY_ASSIST, A.RESUME), REASONED),
    A.MILESTONE: _form(
        "milestone", Field("n", Words("完成了哪个节点", "Which milestone"), Kind.CHOICE, pool=Pool.MILESTONE),
        room="Dispatch",
    ),
    A.FINISH: _form(
        "finish",
        RESULT,
        PLACE,
        room="Dispatch", photos=Photos(Purpose.AFTER, PhotoCount.FINISH),
    ),
    A.REFER: _form("refer", room="Dispatch"),
    A.WHISTLE: _form(
        "whistle",
        Field(
            "called", Words("请哪些单位到场", "Departments called to the spot"), Kind.MANY, pool=Pool.DEPARTMENT,
            most=DEPARTMENTS_MOST,
        ),
        room="Dispatch",
    ),
    A.RATE_WHISTLE: _form(
        "rating",
        Field(
            "rating", Words("到场评价", "How the call was answered"), Kind.CHOICE,
            choices=(
                Choice("good", Words("好", "Good")),
                Choice("fair", Words("一般", "Fair")),
                Choice("poor", Words("差", "Poor")),
            ),
        ),
        Field(TASK.name, TASK.label, Kind.CHOICE, pool=Pool.CALLED_TASK, asked=Asked.OFFERED),
        room="Dispatch",
    ),
    # checking and closing
    A.ASSIGN_CHECK: _form(
        "assign_check", Field("checker", Words("核查人", "Checker"), Kind.CHOICE, pool=Pool.CHECKER)
    ),
    A.PASS_CHECK: _form("check", SPOT, FAR_REASON, FAILED, photos=Photos(Purpose.CHECK, PhotoCount.CHECK)),
    A.FAIL_CHECK: _form("fail_check", SPOT, FAR_REASON, FAILED, data="check", photos=AT_CHECK),
    A.REFUSE_CLOSE: _form(
        "refuse_close",
        REASON,
        Field(
            "rework", Words("退回到", "Send back"), Kind.YES_NO, default="false",
            choices=(
                Choice("false", Words("核查人，再核查一次", "To the checker, to look again")),
                Choice("true", Words("承办单位，返工", "To the departments, to do again")),
            ),
        ),
        Field(
            FAILED.name, FAILED.label, Kind.MANY, pool=Pool.DONE_TASK, most=TASKS_MOST
        ),
    ),
    **dict.fromkeys((A.REOPEN, A.DECLINE_REOPEN), REASONED),
    A.CLOSE: _form("close", REPLY_TEXT, OUTCOME),
    A.FORCE_CLOSE: _form("force_close", REASON, REPLY_TEXT, OUTCOME),
    A.CALL_BACK: _form(
        "call_back",
        Field(
            "contacted", Words("是否联系上", "Was anybody reached"), Kind.YES_NO,
            (Choice("true", Words("已联系上", "Reached")), Choice("false", Words("未联系上", "Not reached"))),
        ),
        Field(
            "solved", Words("问题是否解决", "Is it solved"), Kind.YES_NO,
            (Choice("true", Words("已解决", "Solved")), Choice("false", Words("未解决", "Not solved"))),
        ),
        Field("satisfaction", Words("满意度", "How content"), Kind.CHOICE, choices(Satisfaction)),
        Field(
            "why", Words("不满意或未解决的原因", "Why not"), Kind.LONG, most=500,
            hint=Words("未解决、不是“满意”的，请写明原因", "Wherever it is not solved, or not satisfied"),
        ),
        photos=AT_CHECK,
    ),
    # whoever sent a ticket
    A.NOTE_TICKET: _form(
        "note_ticket", *TICKET, EXTERNAL_NO, NOTED_SENDER_NO,
        some=Words("请至少填写一项工单信息。", "Say one thing of the ticket at least."),
    ),
    **dict.fromkeys(
        (A.ASK_SENDER, A.SENDER_REFUSED, A.SENDER_TOOK_BACK), _form("sender_return", REASON, OWN_SENDER_NO)
    ),
    A.SENDER_KEPT_DATE: _form("sender_kept_date", REASON, SENDER_NO),
    **dict.fromkeys((A.ASK_SENDER_TIME, A.SENDER_GAVE_TIME), _form("sender_time", EXTERNAL_DUE, REASON, SENDER_NO)),
    A.SECOND_ORDER: _form("second_order", REASON, EXTERNAL_NO, EXTERNAL_DUE, SENDER_NO),
    A.REPLY: _form("reply", REPLY_TEXT, OUTCOME),
    A.REPLY_SUPERVISION: _form(
        "reply_supervision",
        Field("answer", Words("督办答复", "Answer to the supervision"), Kind.LONG, least=1, most=2000),
        SUPERVISION,
    ),
    A.LIFT_SUPERVISION: _form("lift_supervision", SUPERVISION),
    A.SPOT_CHECK: _solved(
        "spot_check", Words("抽查结论", "Finding"),
        Words("通过：确已解决", "Passed: it is solved"), Words("不通过：没有解决", "Failed: not solved"),
    ),
    # at any time
    A.CORRECT: _form(
        "correct", CLASS, CONDITION, COLOUR, OBJECT, PLACE, GRID, ADDRESS, DESCRIPTION,
        some=Words(
            "请至少更正一项：类别、立案条件、风险等级、对象、位置、网格、地址或描述。",
            "Correct at least one thing: class, condition, grade of risk, object, place, grid, address or description.",
        ),
    ),
    A.URGENT: _form(
        "urgent", CLASS, CONDITION, LEAD, ASSIST,
        Field("guard_note", Words("现场值守", "Guarded until then by"), most=200),
    ),
    A.SUPERVISE: _form(
        "supervise",
        ORDER_GRADE,
        Field("order", Words("督办要求", "What is asked"), Kind.LONG, most=1000),
        ORDER_DUE_AT,
        ORDER_NO,
    ),
    A.COMMENT: _form("comment", Field("text", Words("批注内容", "Remark"), Kind.LONG, least=1, most=1000)),
    A.COPY: _form(
        "copy",
        Field("to", Words("抄送单位", "Copy to"), Kind.MANY, pool=Pool.DEPARTMENT, most=DEPARTMENTS_MOST),
    ),
}  # fmt: skip

# What steps carry that no form asks for: reports, timers, linked files, devices.
CARRIED: tuple[Field, ...] = (
    CLASS,
    OBJECT,
    DESCRIPTION,
    ADDRESS,
    Field("fixed", Words("自行处置", "Fixed on the spot"), Kind.YES_NO, YES_NO),
    SOURCE,
    EXTERNAL_NO,
    EXTERNAL_DUE,
    *TICKET,
    Field("from", Words("并入的案件", "Merged from"), Kind.CHOICE, pool=Pool.CASE),
    Field("external_nos", Words("外部编号", "Numbers elsewhere")),
    Field("at", Words("并入时间", "Merged in"), Kind.MOMENT),
    Field("found_at", Words("发现时间", "Found"), Kind.MOMENT),
    PLACE,
    Field("placed", Words("位置来源", "How placed"), Kind.CHOICE, choices(Placement)),
    Field("accuracy_m", Words("定位精度（米）", "Exact to (m)"), Kind.INTEGER),
    GRID,
    LEAD,
    ASSIST,
    REASON,
    Field(
        "met", Words("责令改正", "Order to correct"), Kind.YES_NO,
        (Choice("true", Words("已履行", "Met")), Choice("false", Words("未履行", "Not met"))),
    ),
    TASK,
    Field("judged_by_decision", Words("按县里决定放宽部门回避", "Own department judged, by decision")),
    Field("part", Words("哪一环节", "Which part"), Kind.CHOICE, choices(TaskPart)),
    Field("person", Words("改由", "Now named"), Kind.CHOICE, pool=Pool.HANDLER),
    Field("former", Words("原指定", "Named before"), Kind.CHOICE, pool=Pool.HANDLER),
    Field("why", Words("改派原因", "Why another is named"), Kind.CHOICE, choices(SuccessionReason)),
)  # fmt: skip
