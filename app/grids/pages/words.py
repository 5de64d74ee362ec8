"""What pages of the ground call things, in Chinese and in English. Pure."""

import re
from collections.abc import Mapping

Words = tuple[str, str]

PROBLEMS: Mapping[str, Words] = {
    "beyond": ("不在管理范围", "Not your ground"),
    "department": ("没有这个部门", "Unknown department"),
    "doubled": ("编码重复", "Doubled code"),
    "gap": ("缝隙", "Gap"),
    "invalid_ring": ("边界无效", "Invalid boundary"),
    "orphan": ("孤立", "Orphan"),
    "outside_parent": ("超出上级", "Outside its parent"),
    "overlap": ("重叠", "Overlap"),
    "property": ("属性有误", "Wrong property"),
    "unknown": ("没有这个网格", "Unknown grid"),
}
CHANGED: Mapping[str, Words] = {
    "name": ("名称", "name"),
    "level": ("级别", "level"),
    "kind": ("类型", "kind"),
    "parent": ("上级", "parent"),
    "boundary": ("边界", "boundary"),
    "area_class": ("区域类别", "area class"),
    "responsible_department": ("责任部门", "responsible department"),
    "trade_department": ("行业主管部门", "trade department"),
}
SYSTEMS: Mapping[str, Words] = {
    "wgs84": ("WGS-84（GPS、北斗，GeoJSON 标准）", "WGS-84 (GPS, BeiDou, the standard of GeoJSON)"),
    "cgcs2000": ("CGCS2000 经纬度（测绘成果）", "CGCS2000 in degrees (surveys)"),
    "gcj02": ("GCJ-02（高德、腾讯地图）", "GCJ-02 (AMap, Tencent)"),
    "bd09": ("BD-09（百度地图）", "BD-09 (Baidu)"),
}
_CODE = re.compile(r"[0-9A-Z]{2,20}")


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Put the names of grids before the codes that a sentence mentions."""

    def named(found: re.Match[str]) -> str:
        code = found[0]
        return f"{names[code]}（{code}）" if code in names else code

    return _CODE.sub(named, text)
