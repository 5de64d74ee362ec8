"""What pages of the ground call things, in Chinese and in English. Pure."""

import re
from collections.abc import Mapping

from workflows.words import Words

PROBLEMS: Mapping[str, Words] = {
    "beyond": Words("不在管理范围", "Not your ground"),
    "department": Words("没有这个部门", "Unknown department"),
    "doubled": Words("编码重复", "Doubled code"),
    "gap": Words("缝隙", "Gap"),
    "invalid_ring": Words("边界无效", "Invalid boundary"),
    "orphan": Words("孤立", "Orphan"),
    "outside_parent": Words("超出上级", "Outside its parent"),
    "overlap": Words("重叠", "Overlap"),
    "property": Words("属性有误", "Wrong property"),
    "unknown": Words("没有这个网格", "Unknown grid"),
}
SYSTEMS: Mapping[str, Words] = {
    "wgs84": Words("WGS-84（GPS、北斗，GeoJSON 标准）", "WGS-84 (GPS, BeiDou, the standard of GeoJSON)"),
    "cgcs2000": Words("CGCS2000 经纬度（测绘成果）", "CGCS2000 in degrees (surveys)"),
    "gcj02": Words("GCJ-02（高德、腾讯地图）", "GCJ-02 (AMap, Tencent)"),
    "bd09": Words("BD-09（百度地图）", "BD-09 (Baidu)"),
}
_CODE = re.compile(r"[0-9A-Z]{2,20}")


def with_names(text: Words, names: Mapping[str, str]) -> Words:
    """Put the names of grids before the codes that a sentence mentions."""

    def named(match: re.Match[str]) -> str:
        code = match[0]
        return f"{names[code]}（{code}）" if code in names else code

    return Words(_CODE.sub(named, text), _CODE.sub(named, text.en))
