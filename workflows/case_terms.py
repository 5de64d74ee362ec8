"""Name the states, actions, permissions, parts and relations of a case; values never change, labels are for people."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from math import ceil

from workflows.words import Term, Words

_SEVERAL = re.compile(r"s(?= \(|$)")  # the letter by which units are many


class CaseState(Term):
    """Say where a case stands."""

    REPORTED = "reported", "待受理", "Reported"  # waits for an acceptor
    VERIFYING = "verifying", "核实中", "Verifying"  # somebody looks whether it is true
    ACCEPTED = "accepted", "待立案", "Accepted"  # waits for a duty officer
    FILED = "filed", "待派遣", "Filed"  # waits for a dispatcher
    DISPATCHED = "dispatched", "待签收", "Dispatched"  # waits for the lead department's signature
    HANDLING = "handling", "处置中", "Handling"  # the lead department works on it
    HANDLED = "handled", "待核查", "Handled"  # waits for somebody who did not do the work
    CHECKED = "checked", "待结案", "Checked"  # waits for a duty officer who did not check
    DEFERRED = "deferred", "挂账", "Deferred"  # season or conditions forbid the work now
    ENFORCING = "enforcing", "执法中", "Enforcing"  # a linked enforcement file decides
    CLOSED = "closed", "已结案", "Closed"  # an end
    REJECTED = "rejected", "不予受理/立案", "Rejected"  # an end
    VOIDED = "voided", "作废", "Voided"  # an end
    MERGED = "merged", "已并案", "Merged"  # an end: another case carries it


class CaseAction(Term):
    """Say which step is taken."""

    # intake
    REPORT = "report", "上报", "Report"  # somebody saw something
    WITHDRAW = "withdraw", "撤回", "Withdraw"  # its reporter takes it back
    KEEP = "keep", "留办", "Keep"  # the danger remains, so it can no longer be taken back
    VERIFY = "verify", "派核实", "Send to verify"  # somebody shall look
    RECALL_VERIFY = "recall_verify", "收回核实", "Recall verification"  # nobody need look any more
    CONFIRM_TRUE = "confirm_true", "核实属实", "Confirm true"  # a finding
    CONFIRM_FALSE = "confirm_false", "核实不属实", "Confirm false"  # a finding
    CANNOT_VERIFY = "cannot_verify", "无法核实", "Cannot verify"  # a finding
    ACCEPT = "accept", "受理", "Accept"  # it is ours
    REFUSE = "refuse", "不予受理", "Refuse"  # it is not ours
    CLOSE_FIXED = "close_fixed", "自处置认定", "Approve self-fixed"  # what the worker fixed himself is held done
    RECONSIDER = "reconsider", "复核", "Reconsider"  # a refusal was wrong
    MERGE = "merge", "并案", "Merge"  # another case carries it
    UNMERGE = "unmerge", "撤销并案", "Unmerge"  # it stands alone again
    # whoever sent a ticket
    NOTE_TICKET = "note_ticket", "补录工单", "Note the ticket"  # its kind, its number, what its sender asks for
    ASK_SENDER = "ask_sender", "申请退回来源", "Ask the sender to take it back"  # it is not ours
    SENDER_TOOK_BACK = "sender_took_back", "来源同意退回", "Sender took it back"  # an end
    SENDER_REFUSED = "sender_refused", "来源不同意退回", "Sender does not take it back"  # it stays
    ASK_SENDER_TIME = "ask_sender_time", "向来源申请延期", "Ask the sender for more time"  # nobody else moves its date
    SENDER_GAVE_TIME = "sender_gave_time", "来源同意延期", "Sender gave more time"  # its date moves
    SENDER_KEPT_DATE = "sender_kept_date", "来源不同意延期", "Sender gives no more time"  # its date stays
    SECOND_ORDER = "second_order", "二次派单", "Second order"  # the sender wants it done again: a new round
    REPLY = "reply", "答复", "Reply"  # what the sender is told
    CARRY = "carry", "承接并案", "Carry"  # numbers and date of a case that was merged into this one
    RELEASE = "release", "解除承接", "Carry no more"  # it stands alone again, with its number and date
    # filing and dispatch
    FILE = "file", "立案", "File"  # class and condition are fixed, the limits run
    DECLINE = "decline", "不予立案", "Decline"  # no filing condition is met
    DISPATCH = "dispatch", "派遣", "Dispatch"  # one lead, any number assisting
    WITHDRAW_DISPATCH = "withdraw_dispatch", "撤回派遣", "Withdraw dispatch"  # it was the wrong department
    HAND_ON = "hand_on", "逾期转下一级", "Hand on"  # its time is over: the next level of its class tries
    RECALL = "recall", "收回改派", "Recall from handling"  # the department does nothing, or it is not theirs
    ADD_ASSIST = "add_assist", "增加协办", "Add assisting"  # one more department
    DROP_ASSIST = "drop_assist", "取消协办", "Drop assisting"  # one department fewer
    # handling
    SIGN = "sign", "签收", "Sign"  # the department has it
    ASSIGN = "assign", "指派经办", "Assign"  # a person or contractor does it
    SUB_ASSIGN = "sub_assign", "内部派办", "Assign within"  # a section, a team or a contractor does a part by a day
    SUB_FINISH = "sub_finish", "内部办结", "Finish within"  # it says that its part is done
    SUB_DROP = "sub_drop", "撤销内部派办", "Drop within"  # its part is not needed
    ASK_RETURN = "ask_return", "申请退件", "Ask for return"  # not ours, nothing there
    GRANT_RETURN = "grant_return", "同意退件", "Grant return"  # it goes elsewhere
    DENY_RETURN = "deny_return", "不同意退件", "Deny return"  # it stays
    ASK_EXTENSION = "ask_extension", "申请延期", "Ask for extension"  # more time
    GRANT_EXTENSION = "grant_extension", "同意延期", "Grant extension"  # the limits move
    DENY_EXTENSION = "deny_extension", "不同意延期", "Deny extension"  # the limits stay
    ASK_DEFERRAL = "ask_deferral", "申请挂账", "Ask for deferral"  # not possible now
    GRANT_DEFERRAL = "grant_deferral", "同意挂账", "Grant deferral"  # the clocks pause
    DENY_DEFERRAL = "deny_deferral", "不同意挂账", "Deny deferral"  # the clocks run on
    ASK_ASSIST = "ask_assist", "申请协办", "Ask for assistance"  # the work shows who else is needed
    GRANT_ASSIST = "grant_assist", "同意协办", "Grant assistance"  # one department more
    DENY_ASSIST = "deny_assist", "不同意协办", "Deny assistance"  # nobody more is needed
    WITHDRAW_ASK = "withdraw_ask", "撤回申请", "Withdraw request"  # whatever was asked is asked no more
    RESUME = "resume", "恢复处置", "Resume"  # the obstacle is gone
    MILESTONE = "milestone", "节点完成", "Milestone reached"  # something on the way that has a limit of its own
    FINISH = "finish", "处置完成", "Finish"  # the department says it is done
    REFER = "refer", "移送执法", "Refer to enforcement"  # only the law's procedure helps
    ENFORCEMENT_ENDED = "enforcement_ended", "执法办结", "Enforcement ended"  # the linked file answers
    # joint answer
    WHISTLE = "whistle", "吹哨", "Whistle"  # the township calls departments to the spot
    ARRIVE = "arrive", "报到", "Arrive"  # a called department is there
    RATE_WHISTLE = "rate_whistle", "评哨", "Rate the answer"  # how well a called department answered
    # checking and closing
    ASSIGN_CHECK = "assign_check", "改派核查", "Change the checker"  # another person looks
    PASS_CHECK = "pass_check", "核查通过", "Pass the check"  # it is done
    FAIL_CHECK = "fail_check", "核查不通过", "Fail the check"  # it is not: rework
    CLOSE = "close", "结案", "Close"  # the end of the loop
    REFUSE_CLOSE = "refuse_close", "不予结案", "Refuse to close"  # check again, or rework
    REOPEN = "reopen", "重办", "Reopen"  # a new round
    DECLINE_REOPEN = "decline_reopen", "不予重办", "Decline to reopen"  # it was solved after all, or cannot be
    CALL_BACK = "call_back", "回访", "Call back"  # ask the reporter whether it is solved
    SPOT_CHECK = "spot_check", "抽查", "Spot check"  # a supervisor looks for himself
    FORCE_CLOSE = "force_close", "强制结案", "Force to close"  # the centre's leader answers for it
    VOID = "void", "作废", "Void"  # it should not exist
    # at any time
    CORRECT = "correct", "更正", "Correct"  # class, condition, place or grid were wrong
    URGENT = "urgent", "列为急要件", "Mark urgent"  # the limits run day and night
    CLEAR_URGENT = "clear_urgent", "取消急要件", "Clear urgent"  # ordinary limits again
    ESCALATE = "escalate", "上报上级", "Escalate"  # beyond this level
    HAND_DOWN = "hand_down", "交办下级", "Hand down"  # a lower level's work
    TAKE_BACK = "take_back", "收回交办", "Take back what was handed down"  # nobody below sees to it
    URGE = "urge", "催办", "Urge"  # remind whoever is answerable
    SUPERVISE = "supervise", "督办", "Supervise"  # ordinary, yellow or red card
    REPLY_SUPERVISION = "reply_supervision", "答复督办", "Answer the supervision"  # what was done about it
    LIFT_SUPERVISION = "lift_supervision", "解除督办", "Lift the supervision"  # what was asked is done
    COMMENT = "comment", "批注", "Comment"  # a remark
    COPY = "copy", "抄送", "Copy"  # others shall know
    ATTACH = "attach", "补充附件", "Attach"  # a file arrived later
    # timers
    WARN = "warn", "预警", "Warn"  # a limit comes near
    OVERDUE = "overdue", "超时", "Overdue"  # a limit has passed
    RAISE_LATE = "raise_late", "逾期上报领导", "Tell of lateness"  # those above whoever is answerable hear of it
    EXPIRE_ASK = "expire_ask", "申请逾期视为不同意", "Expire the request"  # undecided at due is denied
    REVIEW_DUE = "review_due", "挂账到期", "Deferral to review"  # the day has come to look at it again
    ABSENT_WHISTLE = "absent_whistle", "逾期未报到", "Absent"  # a called department did not come
    NAME_ANEW = "name_anew", "重新指派", "Name anew"  # whoever was to verify or check can do it no longer
    # what the system writes down
    LOSE_FILE = "lose_file", "附件未收下", "File not taken"  # a named file could not be used, or never came
    RECOUNT = "recount", "时限重算", "Recount limits"  # the calendars have changed
    SET_BACK = "set_back", "时钟更正", "Clock set back"  # limits that ended by a clock that was ahead run on
    BASELINE = "baseline", "补记现状", "Write down what stands"  # older steps did not say all that stands in the rows


class Relation(Term):
    """Say how the assignment that grants the permission must stand to the case."""

    CENTRE = "centre", "本级中心", "centre of the case's level"  # and its grid subtree
    CLOSING_CENTRE = "closing_centre", "结案中心", "centre that closes"  # who handed it down, else CENTRE
    SUPERVISOR = "supervisor", "监督范围", "supervisor over the grid"  # of any level above
    TOWNSHIP = "township", "属地乡镇", "township of the grid"  # the territory
    COUNTY_LEADER = "county_leader", "分管县领导", "leader of the county"  # above all centres on the ground
    DEPARTMENT = "department", "任务部门", "department of the task"  # part lead or assist, not ended
    SUB_CONTRACTOR = "sub_contractor", "内部承办的作业单位", "contractor of a sub-assignment"  # part sub
    CALLED_DEPARTMENT = "called_department", "被吹哨部门", "called department"  # part called
    REPORTER = "reporter", "上报人", "its reporter"  # the very person
    NAMED_VERIFIER = "named_verifier", "指定核实人", "named verifier"  # the very person
    NAMED_CHECKER = "named_checker", "指定核查人", "named checker"  # the very person
    VIEWER = "viewer", "可见人员", "whoever may see it"  # any visible case
    SYSTEM = "system", "系统", "system"  # timer, rule or linked file


class CasePermission(StrEnum):
    """Say what somebody may be allowed to do to a case: the step, and the relation that the machine's table names."""

    # intake
    REPORT = "case:row:report"  # tell of something seen
    REPORT_FIXED = "case:step:report_fixed"  # tell of what was fixed at once
    WITHDRAW = "case:step:withdraw"  # take back one's own report
    KEEP = "case:step:keep"  # not let a danger be taken back
    VERIFY = "case:step:verify"  # send somebody to look, and call him back
    FIND = "case:step:find"  # say what one found when sent to look
    ACCEPT = "case:step:accept"  # take it on
    REFUSE = "case:step:refuse"  # not take it on
    CLOSE_FIXED = "case:step:close_fixed"  # hold what a worker fixed for done
    RECONSIDER = "case:step:reconsider"  # take a refusal back
    MERGE = "case:step:merge"  # let another case carry it, and undo that
    SENDER = "case:step:sender"  # deal with whoever sent a ticket
    REPLY = "case:step:reply"  # say what the sender is told
    # filing and dispatch
    FILE = "case:step:file"  # fix class and condition
    DECLINE = "case:step:decline"  # find no condition met
    DISPATCH = "case:step:dispatch"  # send it to departments
    WITHDRAW_DISPATCH = "case:step:withdraw_dispatch"  # take it back from all of them
    ASSIST = "case:step:assist"  # add and drop assisting departments
    VOID = "case:step:void"  # end what should not exist
    ESCALATE = "case:step:escalate"  # hand it to a centre above
    HAND_DOWN = "case:step:hand_down"  # hand it to a centre below
    TAKE_BACK = "case:step:take_back"  # take back what was handed to one below
    # handling and joint answer
    SIGN = "case:step:sign"  # sign for a department's task
    ASSIGN = "case:step:assign"  # name who does a department's work
    FINISH = "case:step:finish"  # say that a department is done
    ASK_RETURN = "case:step:ask_return"  # ask to be rid of a task
    ASK_EXTENSION = "case:step:ask_extension"  # ask for more time
    ASK_SECOND_EXTENSION = "case:step:ask_second_extension"  # ask for more time again: the department's leader
    ASK_DEFERRAL = "case:step:ask_deferral"  # ask that the work may wait
    ASK_ASSIST = "case:step:ask_assist"  # ask for another department beside one's own
    WITHDRAW_ASK = "case:step:withdraw_ask"  # ask no more
    RESUME = "case:step:resume"  # go on with what was deferred
    DECIDE_RETURN = "case:step:decide_return"  # grant or deny a return
    DECIDE_EXTENSION = "case:step:decide_extension"  # grant or deny more time
    DECIDE_SECOND_EXTENSION = "case:step:decide_second_extension"  # grant or deny it again: the centre's leader
    DECIDE_DEFERRAL = "case:step:decide_deferral"  # grant or deny a deferral
    DECIDE_FURTHER_DEFERRAL = "case:step:decide_further_deferral"  # grant or deny it again: one signature higher
    REFER = "case:step:refer"  # hand it to law enforcement
    WHISTLE = "case:step:whistle"  # call departments to the spot
    ARRIVE = "case:step:arrive"  # be there when called
    RATE_WHISTLE = "case:step:rate_whistle"  # say how a call was answered
    # checking and closing
    ASSIGN_CHECK = "case:step:assign_check"  # name another checker
    CHECK = "case:step:check"  # say whether it is done, when named to look
    CLOSE = "case:step:close"  # end the loop
    REFUSE_CLOSE = "case:step:refuse_close"  # not be convinced by the check
    REOPEN = "case:step:reopen"  # begin a new round
    CALL_BACK = "case:step:call_back"  # ask the reporter whether it is solved
    SPOT_CHECK = "case:step:spot_check"  # look oneself at what was closed
    FORCE_CLOSE = "case:step:force_close"  # end what cannot be solved, and answer for it
    # at any time
    CORRECT = "case:step:correct"  # put class, condition or place right
    URGENT = "case:step:urgent"  # let the limits run day and night, or no more
    URGE = "case:step:urge"  # remind whoever is answerable
    SUPERVISE = "case:step:supervise"  # show a card, and take it away
    REPLY_SUPERVISION = "case:step:reply_supervision"  # say what was done about it
    COMMENT = "case:step:comment"  # remark something
    COPY = "case:step:copy"  # let others know
    ATTACH = "case:step:attach"  # add a file


class CaseSource(Term):
    """Say from where a report came; the value is what the interface carries."""

    WORKER = "worker", "网格员上报", "Grid worker"
    AUXILIARY = "auxiliary", "辅警上报", "Auxiliary officer"
    CITIZEN = "citizen", "群众上报", "Citizen"
    HOTLINE = "hotline", "热线", "Hotline"
    MEDIA = "media", "媒体曝光", "Media"
    PETITION = "petition", "信访", "Petition"
    SUPERIOR = "superior", "上级交办", "Superior"
    SENSOR = "sensor", "感知设备", "Sensor"
    PLATFORM = "platform", "外部平台", "Platform"


class Placement(Term):
    """Say how a place was found."""

    MEASURED = "measured", "定位", "Measured"
    CHOSEN = "chosen", "手选位置", "Chosen by hand"


class TaskPart(Term):
    """Say which part a department, or a person by name, has in a case."""

    LEAD = "lead", "主办", "Lead"  # exactly one department
    ASSIST = "assist", "协办", "Assisting"  # the lead waits for it
    SUB = "sub", "内部承办", "Within the department"  # below the lead's or an assisting task; nobody waits for it
    CALLED = "called", "吹哨报到", "Called"  # nobody waits for it
    VERIFY = "verify", "核实", "Verification"  # a person's: look whether it is true
    CHECK = "check", "核查", "Check"  # a person's: look whether it is done


class TaskState(Term):
    """Say where a department's task stands."""

    SENT = "sent", "待签收", "Sent"  # or called and not yet there
    SIGNED = "signed", "处置中", "Signed"
    ARRIVED = "arrived", "已报到", "Arrived"  # called only
    ABSENT = "absent", "逾期未报到", "Absent"  # called only; may still come
    DONE = "done", "已完成", "Done"
    RETURNED = "returned", "已退件", "Returned"
    STOPPED = "stopped", "已终止", "Stopped"  # dropped, withdrawn, escalated, force-closed


class ClockResult(Term):
    """Say how a clock ended."""

    IN_TIME = "in_time", "按时", "In time"
    LATE = "late", "超时", "Late"
    NONE = "none", "不计", "Not counted"  # it only urged, or the case took another way


class LinkKind(Term):
    """Say how a case hangs together with another one, or with the file of another procedure."""

    MERGED_INTO = "merged_into", "并入", "Merged into"  # that one carries it
    CHILD_OF = "child_of", "上级案件", "Part of"  # that one was divided
    ENFORCEMENT_OF = "enforcement_of", "执法案件", "Enforcement file"  # that one decides
    FOLLOWS = "follows", "前案", "Follows"  # the same trouble, come back


class AskKind(Term):
    """Say what a department waits to be granted."""

    RETURN = "return", "退件", "Return"
    EXTENSION = "extension", "延期", "Extension"
    DEFERRAL = "deferral", "挂账", "Deferral"
    ASSIST = "assist", "协办", "Assistance"


class ReturnReason(Term):
    """Say why a department wants to be rid of a task."""

    NOT_OURS = "not_ours", "不属本单位职责", "Not ours"
    NOTHING_THERE = "nothing_there", "现场无此问题", "Nothing there"
    OTHER = "other", "其他", "Other"


class RecallReason(Term):
    """Say why a dispatcher takes work back from departments."""

    NOT_OURS = "not_ours", "不属该单位职责", "Not theirs"  # counts as a wrong dispatch
    SILENT = "silent", "迟迟未办、无反馈", "Nothing done, nothing heard"
    OTHER = "other", "其他", "Other"


class Finding(Term):
    """Say what a verifier found."""

    TRUE = "true", "属实", "True"
    FALSE = "false", "不属实", "False"
    UNKNOWN = "unknown", "无法核实", "Could not be verified"


class SpotMark(Term):
    """Say what makes it less certain that somebody was on the spot when a case was verified or checked."""

    FAR = "far", "离案件位置较远", "Far from the case"  # farther than the county's figure and what the fix may err
    NO_REASON = "no_reason", "较远而未说明原因（离线办理）", "Far, and no reason was given (done offline)"
    BY_HAND = "by_hand", "位置是手选的", "Place chosen by hand"  # a point on the map, or a grid
    INEXACT = "inexact", "定位误差较大", "Placed inexactly"  # by more than the county's figure
    PHOTO_EARLY = "photo_early", "照片拍摄过早", "A photo was taken too early"  # before there was anything to see
    PHOTO_FAR = "photo_far", "照片拍摄地点较远", "A photo was taken far away"


class SuccessionReason(Term):
    """Say why another is named to verify or check."""

    ACCOUNT_CLOSED = "account_closed", "账号停用", "Account was closed"
    ABSENT = "absent", "请假", "Away"
    ROLE_ENDED = "role_ended", "任职已终止", "Role ended"
    DUTY_ENDED = "duty_ended", "不再服务该网格", "Serves the grid no more"
    CLASS_CHANGED = "class_changed", "类别更正后由他人办理", "Another class is looked at by others"
    DONE_BEFORE = "done_before", "改派前已在手机上办理", "Done on a phone before"  # the task goes back to who did it


class Card(Term):
    """Say how strictly a supervisor looks on (督办)."""

    ORDINARY = "ordinary", "督办", "Supervised"
    YELLOW = "yellow", "黄牌", "Yellow card"
    RED = "red", "红牌", "Red card"


class CheckKind(Term):
    """Say how a class wants its result checked."""

    ON_SPOT = "on_spot", "现场核查", "On the spot"
    VISIT = "visit", "上门核查", "Visit"
    PHONE = "phone", "电话核查", "Phone"
    DOCUMENT = "document", "资料核查", "Document"
    NONE = "none", "不核查", "None"


GOING_THERE = frozenset({CheckKind.ON_SPOT, CheckKind.VISIT})  # somebody has to be at the place


class LimitKind(Term):
    """Say in which time a limit runs; the value is the key under which a file writes the amount."""

    URGENT_MINUTES = "urgent_minutes", "分钟（昼夜连续）", "minutes (day and night)"  # 紧急工作时
    WORK_MINUTES = "work_minutes", "工作分钟", "working minutes"  # 60 to the 工作时
    WORK_DAYS = "work_days", "工作日", "working days"
    CALENDAR_DAYS = "calendar_days", "自然日", "calendar days"

    @property
    def step(self) -> int | float:
        """Return the smallest amount, of which every other is a multiple: work days come in halves."""
        return 0.5 if self is LimitKind.WORK_DAYS else 1

    def stepped(self, number: float | Fraction, *, upwards: bool = False) -> int | float:
        """Return the nearest amount of the kind, or the next that is not less; at least the smallest."""
        steps = Fraction(number) / Fraction(self.step)
        amount = max(1, ceil(steps) if upwards else round(steps)) * self.step
        return int(amount) if amount == int(amount) else amount

    def amount(self, number: float) -> Words:
        """Say an amount as people do: 480 working minutes are 8 working hours."""
        hours, rest = divmod(number, 60)
        in_hours = self in _HOURS and hours and not rest
        unit, number = (_HOURS[self], int(hours)) if in_hours else (self.words, number)
        text = Words("{} 个{}" if unit in _COUNTED else "{} {}", "{} {}")
        return text.format(number, unit if number != 1 else Words(unit, _SEVERAL.sub("", unit.en)))


_HOURS = {
    LimitKind.URGENT_MINUTES: Words("小时（昼夜连续）", "hours (day and night)"),
    LimitKind.WORK_MINUTES: Words("工作小时", "working hours"),
}
_COUNTED = ("工作日", "自然日", "工作小时")  # what Chinese puts 个 before
ENFORCING = frozenset({CasePermission.REFER})  # no grid worker or auxiliary officer acts by these
