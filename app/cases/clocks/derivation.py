"""Say how the end of a running clock came about: from when, with which limit, what was granted, what caps it."""

from collections.abc import Iterator
from datetime import datetime

from app.cases.clocks import case_limits, runs, urgency
from app.cases.clocks.clock_states import limit_of
from app.cases.models import CaseClock
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from app.core import clock as time
from workflows.case_terms import LimitKind
from workflows.words import Words

_FROM = Words("{}，自 {} 起", "{}, from {}")
_AGAIN = Words("第 {} 次进入，用去的时间接着算", "entered {} times: what was used counts")
_URGENT = Words("急要件：{}，自标记之时 {} 起", "urgent: {}, from the marking at {}")
_BEFORE = Words("不晚于原时限（{}，自 {} 起）", "not beyond the limit before ({}, from {})")
_GRANTED = Words("批准延至 {}", "extended to {}")
_CAP = Words("以上级或交办的期限为准", "as asked from above")
_STANDS = Words("自 {} 起暂停", "stands still since {}")
_URGES = Words("返工，只催办、不计考核", "rework: it urges and does not judge")


def derivation(whole: Whole, clock: CaseClock) -> Iterator[Words]:
    """Yield how the end of a running clock came about, part by part; nothing of one whose end was set by somebody."""
    rule = procedure_of(whole.case.workflow).clocks[clock.stage]
    if rule.fixed:
        return
    line = [*runs.earlier(whole, clock), clock]
    start, limit = _local(line[0].started_at), LimitKind.of(clock.kind).amount(limit_of(clock))
    ordinary = urgency.ordinary(clock)
    if ordinary is None:
        yield _FROM.format(limit, start)
    else:
        yield _URGENT.format(limit, _local(whole.case.urgent_since or line[0].started_at))
        yield _BEFORE.format(ordinary.kind.amount(ordinary.amount), start)
    if len(line) > 1:
        yield _AGAIN.format(len(line))
    if clock.extended_to is not None:
        yield _GRANTED.format(_local(clock.extended_to))
    if rule.of_case and clock.due_at == case_limits.cap_of(whole):
        yield _CAP
    if clock.paused_at is not None:
        yield _STANDS.format(_local(clock.paused_at))
    if clock.urging_only:
        yield _URGES


def _local(moment: datetime) -> str:
    return f"{time.local(moment):%m-%d %H:%M}"
