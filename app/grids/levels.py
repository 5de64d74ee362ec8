"""Name what grids are: levels, kinds, area classes, duties; and how a grid's path is written."""

from enum import StrEnum

from workflows.words import Words


class Level(StrEnum):
    """How deep a grid lies in the tree; members stand from the county down."""

    COUNTY = "county"  # 县
    TOWNSHIP = "township"  # 乡镇
    VILLAGE = "village"  # 村、社区
    GRID = "grid"  # 网格, 300 to 500 households by 网格化服务管理条例 art. 8
    MICRO = "micro"  # 微网格, 50 to 80 households

    @property
    def depth(self) -> int:
        """Count the levels above."""
        return _LEVELS.index(self)

    @property
    def above(self) -> "Level | None":
        """Return the level of the parent: a grid always belongs to one village, never straight to a township."""
        return _LEVELS[self.depth - 1] if self.depth else None

    @property
    def label(self) -> str:
        """Return the word people read."""
        return str(self.words)

    @property
    def words(self) -> Words:
        """Return the word people read, in Chinese and in English."""
        return _LEVEL_WORDS[self]


class GridKind(StrEnum):
    """Whether a grid is ordinary ground or a place under a trade department of its own."""

    GENERAL = "general"  # 综合网格
    DEDICATED = "dedicated"  # 专属网格: government seats, parks, enterprises, markets

    @property
    def words(self) -> Words:
        """Return the word people read, in Chinese and in English."""
        return Words("专属网格", "dedicated grid") if self is GridKind.DEDICATED else Words("综合网格", "general grid")


class AreaClass(StrEnum):
    """How tightly an area is managed; limits may differ by it."""

    A = "A"  # core area
    B = "B"
    C = "C"

    @property
    def words(self) -> Words:
        """Return the word people read, in Chinese and in English."""
        return Words("{} 类区域", "Class {}").format(self)


class Duty(StrEnum):
    """As what a person serves a grid. A duty is not membership of a department."""

    CHIEF = "chief"  # 网格长
    FULL_TIME = "full_time"  # 专职网格员
    PART_TIME = "part_time"  # 兼职网格员
    INSTRUCTOR = "instructor"  # 网格指导员
    AUXILIARY_OFFICER = "auxiliary_officer"  # 辅警, "一村（格）一辅警"; cannot enforce
    BUILDING_HEAD = "building_head"  # 楼栋长

    @property
    def label(self) -> str:
        """Return the word people read."""
        return str(self.words)

    @property
    def words(self) -> Words:
        """Return the word people read, in Chinese and in English."""
        return _DUTY_WORDS[self]


_LEVELS = tuple(Level)
_LEVEL_WORDS = {
    Level.COUNTY: Words("县", "county"),
    Level.TOWNSHIP: Words("乡镇", "township"),
    Level.VILLAGE: Words("村（社区）", "village"),
    Level.GRID: Words("网格", "grid"),
    Level.MICRO: Words("微网格", "micro-grid"),
}
_DUTY_WORDS = {
    Duty.CHIEF: Words("网格长", "grid head"),
    Duty.FULL_TIME: Words("专职网格员", "full-time worker"),
    Duty.PART_TIME: Words("兼职网格员", "part-time worker"),
    Duty.INSTRUCTOR: Words("网格指导员", "instructor"),
    Duty.AUXILIARY_OFFICER: Words("辅警", "auxiliary officer"),
    Duty.BUILDING_HEAD: Words("楼栋长", "building head"),
}


def path_of(code: str, parent_path: str = "") -> str:
    """Write the path of a grid: the codes from the county down to itself, each ending in a slash."""
    return f"{parent_path}{code}/"


def codes_in(path: str) -> tuple[str, ...]:
    """Read the codes in a path, county first, the grid itself last."""
    return tuple(path.rstrip("/").split("/"))


def subtree_range(path: str) -> tuple[str, str]:
    """Return the bounds low <= path < high that hold a grid and everything below it, compared byte by byte."""
    return path, path[:-1] + chr(ord("/") + 1)
