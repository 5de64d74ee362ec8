"""What the board calls its figures and distances, in Chinese and in English. Pure."""

from collections.abc import Mapping
from typing import Any

from app.desk.words import Words
from app.grids.levels import Level

SHOWN: Mapping[str, Words] = {
    "open": ("未结案", "Open"),
    "due_today": ("今日到期", "Due today"),
    "overdue": ("已超时", "Overdue"),
    "reworked": ("返工中", "Being reworked"),
    "reopen_wanted": ("待重办（回访、抽查未解决）", "To be reopened (found unsolved)"),
    "supervised": ("督办中", "Supervised"),
    "reported_today": ("今日上报", "Reported today"),
    "closed_today": ("今日结案", "Closed today"),
    "forced_lately": ("近 30 天强制结案", "Closed by force in 30 days"),
    "closed": ("已结案（不含强制结案）", "Closed (not by force)"),
    "forced": ("强制结案", "Closed by force"),
}
AT_A_GLANCE = (
    "open",
    "due_today",
    "overdue",
    "reworked",
    "reopen_wanted",
    "supervised",
    "reported_today",
    "closed_today",
    "forced_lately",
)
FINDINGS: Mapping[str, Words] = {
    "waiting": ("待抽查", "To be looked at"),
    "passed": ("通过", "Passed"),
    "failed": ("不通过", "Failed"),
}
LEVELS: Mapping[Level, Words] = {
    Level.TOWNSHIP: ("乡镇", "Townships"),
    Level.VILLAGE: ("村（社区）", "Villages"),
    Level.GRID: ("网格", "Grids"),
}


def away(distance: Any) -> Words:
    """Say how far something lies from the place of the report, and from the place as it was corrected since."""
    if distance is None:
        return "没有记录位置", "no place was recorded"
    if distance.reported is None:
        return _without_reported(distance)
    zh, en = metres(distance.reported)
    if distance.corrected is None:
        return f"距上报位置 {zh}", f"{en} from the report's place"
    after_zh, after_en = metres(distance.corrected)
    return (
        f"距上报位置 {zh}；位置后来更正过，距更正后的位置 {after_zh}",
        f"{en} from the report's place; the place was corrected since: {after_en} from there",
    )


def _without_reported(distance: Any) -> Words:
    """Say how far something lies where the report has no point: it was erased, or there never was one."""
    if distance.corrected is None:
        return (
            "没有定位点：案件只知在网格内，不计距离",
            "no point: of the case only the grid is known",
        )
    zh, en = metres(distance.corrected)
    if distance.erased:
        return f"距案件位置 {zh}（上报内容已抹除）", f"{en} from the case's place (the report's was erased)"
    return f"距更正后的位置 {zh}（上报时没有定位点）", f"{en} from the place as corrected (the report had no point)"


def checked_at(check: Any) -> Words:
    """Say how far away somebody checked; or that he named only a grid, of which nobody can tell how far it is."""
    if check.grid is not None:
        return f"没有定位点：手选了网格“{check.grid}”", f"no point: the grid “{check.grid}” was chosen by hand"
    return away(check.metres)


def placed(check: Any) -> Words:
    """Say how far a distance can be relied on: whether the place was measured, and how exactly, or chosen by hand."""
    if check.metres is None or check.placed is None:
        return "", ""
    if check.placed == "chosen":
        return "手选位置，不是定位所得", "place chosen by hand, not measured"
    if check.accuracy_m is None:
        return "定位所得", "measured"
    zh, en = metres(check.accuracy_m)
    return f"定位所得，精度约 {zh}", f"measured, exact to about {en}"


def metres(distance: int) -> Words:
    """Write a distance."""
    if distance < 1000:
        return f"{distance} 米", f"{distance} m"
    return f"{distance / 1000:.1f} 公里", f"{distance / 1000:.1f} km"
