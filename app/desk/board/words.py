"""What the board calls its figures and distances, in Chinese and in English. Pure."""

from collections.abc import Mapping

from app.cases.pages.words import Words
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
LEVELS: Mapping[Level, Words] = {
    Level.TOWNSHIP: ("乡镇", "Townships"),
    Level.VILLAGE: ("村（社区）", "Villages"),
    Level.GRID: ("网格", "Grids"),
}


def metres(distance: int | None) -> Words:
    """Say how far apart two places are."""
    if distance is None:
        return "没有位置", "No place"
    if distance < 1000:
        return f"{distance} 米", f"{distance} m"
    return f"{distance / 1000:.1f} 公里", f"{distance / 1000:.1f} km"
