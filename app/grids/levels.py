"""Name what grids are: levels, kinds, area classes, duties, fields; and how a grid's path is written."""

from collections.abc import Mapping

from workflows.words import Term, Words


class Level(Term):
    """How deep a grid lies in the tree; members stand from the county down."""

    COUNTY = "county", "县", "county"
    TOWNSHIP = "township", "乡镇", "township"
    VILLAGE = "village", "村（社区）", "village"
    GRID = "grid", "网格", "grid"  # 300 to 500 households by 网格化服务管理条例 art. 8
    MICRO = "micro", "微网格", "micro-grid"  # 50 to 80 households

    @property
    def depth(self) -> int:
        """Count the levels above."""
        return _LEVELS.index(self)

    @property
    def above(self) -> "Level | None":
        """Return the level of the parent: a grid always belongs to one village, never straight to a township."""
        return _LEVELS[self.depth - 1] if self.depth else None


class GridKind(Term):
    """Whether a grid is ordinary ground or a place under a trade department of its own."""

    GENERAL = "general", "综合网格", "general grid"
    DEDICATED = "dedicated", "专属网格", "dedicated grid"  # government seats, parks, enterprises, markets


class AreaClass(Term):
    """How tightly an area is managed; limits may differ by it."""

    A = "A", "A 类区域", "Area class A"  # core area
    B = "B", "B 类区域", "Area class B"
    C = "C", "C 类区域", "Area class C"


class Duty(Term):
    """As what a person serves a grid. A duty is not membership of a department."""

    CHIEF = "chief", "网格长", "grid head"
    FULL_TIME = "full_time", "专职网格员", "full-time worker"
    PART_TIME = "part_time", "兼职网格员", "part-time worker"
    INSTRUCTOR = "instructor", "网格指导员", "instructor"
    AUXILIARY_OFFICER = "auxiliary_officer", "辅警", "auxiliary officer"  # "一村（格）一辅警"; cannot enforce
    BUILDING_HEAD = "building_head", "楼栋长", "building head"
    RIVER_CHIEF = "river_chief", "河长", "river chief"
    FOREST_CHIEF = "forest_chief", "林长", "forest chief"


# 行政处罚法 art. 42: an administrative penalty is the work of qualified officers alone
NEVER_ENFORCING = frozenset({Duty.FULL_TIME, Duty.PART_TIME, Duty.AUXILIARY_OFFICER})
_LEVELS = tuple(Level)
FIELDS: Mapping[str, Words] = {
    "name": Words("名称", "name"),
    "level": Words("级别", "level"),
    "kind": Words("类型", "kind"),
    "parent": Words("上级", "parent"),
    "boundary": Words("边界", "boundary"),
    "area_class": Words("区域类别", "area class"),
    "responsible_department": Words("责任部门", "responsible department"),
    "trade_department": Words("行业主管部门", "trade department"),
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
