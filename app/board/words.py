"""What the board calls its figures and distances, in Chinese and in English. Pure."""

from collections.abc import Mapping
from typing import Any

from app.cases.clocks.clock_states import MilestoneState
from app.catalogue.words import NAMES
from app.grids.levels import Level
from workflows.case_clocks import Stage
from workflows.case_forms import FORMS
from workflows.case_terms import CaseAction, Placement
from workflows.ticket_terms import OrderState
from workflows.words import Term, Words, plain

TILES: Mapping[str, Words] = {
    "open": Words("未结案", "Open"),
    "due_today": Words("今日到期", "Due today"),
    "overdue": Words("已超时", "Overdue"),
    "reworked": Words("返工中", "Being reworked"),
    "reopen_wanted": Words("待重办（回访、抽查未解决）", "To be reopened (found unsolved)"),
    "deferred": Words("挂账", "Deferred"),
    "deferred_today": Words("今日挂账", "Deferred today"),
    "to_review": Words("挂账到期未复查", "Deferrals past their review"),
    "supervised": Words("督办中", "Supervised"),
    "reported_today": Words("今日上报", "Reported today"),
    "closed_today": Words("今日结案", "Closed today"),
    "forced_lately": Words("近 30 天强制结案", "Closed by force in 30 days"),
    "closed": Words("已结案（不含强制结案）", "Closed (not by force)"),
    "forced": NAMES["forced"],
}
ORDERS: Mapping[str, Words] = {
    **{str(state): state.words for state in OrderState},
    "late": Words("超期未答复", "Overdue and not answered"),
}
AT_A_GLANCE = (
    "open",
    "due_today",
    "overdue",
    "reworked",
    "reopen_wanted",
    "deferred",
    "to_review",
    "supervised",
    "reported_today",
    "closed_today",
    "deferred_today",
    "forced_lately",
)
LEVELS = (Level.TOWNSHIP, Level.VILLAGE, Level.GRID)
IN_SAMPLE = Words("抽中", "Drawn")


FINDING = next(field.label for field in FORMS[CaseAction.SPOT_CHECK].fields if field.name == "solved")
MILESTONE = Stage.MILESTONE.words
MILESTONES: Mapping[str, Words] = {str(state): state.words for state in MilestoneState}


class AuditFinding(Term):
    """How a closing that was drawn stands with its second look."""

    WAITING = "waiting", "待抽查", "To be looked at"
    PASSED = "passed", "通过", "Passed"
    FAILED = "failed", "不通过", "Failed"


def away(distance: Any) -> Words:
    """Say how far something lies from the place of the report, and from the place as it was corrected since."""
    if distance is None:
        return Words("没有记录位置", "no place was recorded")
    if distance.reported is None:
        return _without_reported(distance)
    reported = metres(distance.reported)
    if distance.corrected is None:
        return Words("距上报位置 {}", "{} from the report's place").format(reported)
    return Words(
        "距上报位置 {}；位置后来更正过，距更正后的位置 {}",
        "{} from the report's place; the place was corrected since: {} from there",
    ).format(reported, metres(distance.corrected))


def _without_reported(distance: Any) -> Words:
    """Say how far something lies where the report has no point: it was erased, or there never was one."""
    if distance.corrected is None:
        return Words("没有定位点：案件只知在网格内，不计距离", "no point: of the case only the grid is known")
    text = (
        Words("距案件位置 {}（上报内容已抹除）", "{} from the case's place (the report's was erased)")
        if distance.erased
        else Words("距更正后的位置 {}（上报时没有定位点）", "{} from the place as corrected (the report had no point)")
    )
    return text.format(metres(distance.corrected))


def checked_at(check: Any) -> Words:
    """Say how far away somebody checked; or that he named only a grid, of which nobody can tell how far it is."""
    if check.grid is not None:
        return Words("没有定位点：手选了网格“{}”", "no point: the grid “{}” was chosen by hand").format(check.grid)
    return away(check.metres)


def placed(check: Any) -> Words:
    """Say how far a distance can be relied on: whether the place was measured, and how exactly, or chosen by hand."""
    if check.metres is None or check.placed is None:
        return plain("")
    if check.placed == Placement.CHOSEN:
        return Words("手选位置，不是定位所得", "place chosen by hand, not measured")
    if check.accuracy_m is None:
        return Words("定位所得", "measured")
    return Words("定位所得，精度约 {}", "measured, exact to about {}").format(metres(check.accuracy_m))


def metres(distance: int) -> Words:
    """Write a distance."""
    if distance < 1000:
        return Words("{} 米", "{} m").format(distance)
    return Words("{:.1f} 公里", "{:.1f} km").format(distance / 1000)
