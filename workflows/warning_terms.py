"""Name the levels of a warning, to whom silence is told, and what roles allow; values never change."""

from __future__ import annotations

from enum import StrEnum

from workflows.words import Term


class WarningLevel(Term):
    """Say how grave a warning is, the gravest last, in the four colours of the warning signals."""

    BLUE = "blue", "蓝色", "Blue"
    YELLOW = "yellow", "黄色", "Yellow"
    ORANGE = "orange", "橙色", "Orange"
    RED = "red", "红色", "Red"


class WarningRung(Term):
    """Say who is called when grids stay silent (叫应)."""

    GRID_HEAD = "grid_head", "网格长（叫应）", "Heads of silent grids"
    TOWNSHIP = "township_centre", "乡镇中心", "Centre of the township"
    COUNTY = "county_centre", "县中心", "Centre of the county"


class WarningPermission(StrEnum):
    """Say what roles allow to do with warnings."""

    GIVE = "warning:row:give"  # and end, on the ground of the centre
    READ = "warning:row:read"  # with the picture of who has confirmed
