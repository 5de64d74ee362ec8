"""Name the states, actions, relations, kinds and marks of a round; values never change, labels are for people."""

from __future__ import annotations

from enum import StrEnum

from workflows.words import Term, Words


class RoundKind(Term):
    """Say what a round is."""

    PATROL = "patrol", "巡查", "Patrol"  # along ground or works
    VISIT = "visit", "走访", "Visit"  # to people
    CHECK = "check", "检查", "Inspection"  # of places and works
    WARNING = "warning", "预警签收", "Receipt of a warning"  # to start it is to confirm
    CAMPAIGN = "campaign", "普查任务", "Round of a campaign"  # once, over the ground that whoever opens one names


# made when something asks for them, and then alone: by no frequency
ON_OCCASION = frozenset({RoundKind.WARNING, RoundKind.CAMPAIGN})


class RoundState(Term):
    """Say where a round stands."""

    PLANNED = "planned", "未到时间", "Planned"  # its time has not come
    DUE = "due", "待完成", "To do"  # its time runs
    STARTED = "started", "进行中", "Under way"  # somebody is on it
    MISSED = "missed", "漏巡", "Missed"  # its time is over; it may still be made up for
    DONE = "done", "已完成", "Done"  # an end
    CANCELLED = "cancelled", "已取消", "Cancelled"  # an end: it need not be done


class RoundAction(Term):
    """Say which step is taken."""

    PLAN = "plan", "安排", "Plan"  # frequency and calendar ask for it
    FALL_DUE = "fall_due", "到时间", "Fall due"  # its time has come
    START = "start", "开始", "Start"  # whoever serves sets out
    VISIT = "visit", "到点填报", "Fill in a stop"  # what was found at a stop
    FIND = "find", "上报发现的问题", "Report a finding"  # a case begins
    BREAK_OFF = "break_off", "中断", "Break off"  # it cannot be gone on with now
    RELEASE = "release", "交还", "Hand back"  # whoever set out has left the duty
    FINISH = "finish", "完成", "Finish"  # all is looked at
    MISS = "miss", "记为漏巡", "Miss"  # its time is over
    EXPLAIN = "explain", "说明原因", "Explain"  # why it was missed
    LIFT = "lift", "解除", "Lift"  # what it was made for is over
    CANCEL = "cancel", "取消巡查", "Cancel the round"  # it need not be done


class RoundRelation(Term):
    """Say how somebody stands to a round."""

    SERVES = "serves", "按花名册负责的人", "Whoever the roster names"
    MANAGES = "manages", "管理这片网格的人", "Whoever manages this ground"
    SYSTEM = "system", "系统", "System"


class RoundPermission(StrEnum):
    """Say what roles allow to do with rounds."""

    ACT = "round:step:act"  # those that the roster gives
    MANAGE = "round:plan:manage"  # those of one's ground
    OVERSEE = "round:ground:read"  # look at those of one's ground
    READ = "round:row:read"


class RoundMark(Term):
    """Say what is remarkable about a round that was done; it is shown, and holds nothing up."""

    LATE = "late", "超过期限完成", "Finished after its time"
    TOO_SOON = "too_soon", "距上次过近", "Too soon after the last one"
    SHORT_TIME = "short_time", "时间短于最低要求", "Shorter than the least time"
    SHORT_WAY = "short_way", "路程短于最低要求", "Shorter than the least way"
    NO_TRACK = "no_track", "没有轨迹，路程不详", "No track: the way is not known"
    STOPS_OPEN = "stops_open", "有未填报的点", "Stops were not filled in"
    ANSWERS_OPEN = "answers_open", "有必填项漏填", "Required answers were left open"


DRILL = Words("（演练）", " (drill)")  # behind the name of what is only practised
CONFIRM = Words("签收", "Confirm")  # how the start of a receipt is called: a warning has arrived
