"""Read which coordinate system a GeoJSON file states, and say what to do about those we do not convert. Pure.

Degrees in WGS-84 (EPSG:4326, CRS84) and CGCS2000 (EPSG:4490) are taken as they are. Xi'an 80 (EPSG:4610) and Beijing 54
(EPSG:4214) are other datums: their degrees lie beside the place. They are refused, unless the offset is accepted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt
from typing import Any

from app.core import letters
from workflows.words import Words

SAME_AS_WGS84 = frozenset({"CRS84", "CRS84H", "4326", "4979", "4490", "4480"})
_OLD_DATUMS: Mapping[str, Words] = {"4610": Words("西安 80", "Xi'an 80"), "4214": Words("北京 54", "Beijing 54")}
_HOW: Words = Words(
    "请在 QGIS 中“导出 → 要素另存为”（ArcGIS 用“投影”工具），坐标系选 EPSG:4490 或 EPSG:4326，再导入",
    "save it in EPSG:4490 or EPSG:4326 (QGIS: Export, Save Features As; ArcGIS: Project) and import that",
)
# EPSG:15918, Beijing 1954 to WGS 84 (1): metres, published for the Ordos basin; semi-axes and flattenings by EPSG
_BEIJING_TO_WGS84_M = (12.646, -155.176, -80.863)
_KRASSOVSKY, _WGS84 = (6378245.0, 1 / 298.3), (6378137.0, 1 / 298.257223563)
_NAME_END = re.compile(r"(?:^|[:/#])(?:EPSG:)?([A-Za-z0-9.]+)/?\Z")


@dataclass(frozen=True, slots=True)
class NamedSystem:
    """A system as a file names it; `code` is a number of EPSG or CRS84, empty where none is stated."""

    name: str = ""
    code: str = ""

    @property
    def is_known(self) -> bool:
        """Tell whether the coordinates can be taken as WGS-84."""
        return not self.name or self.code in SAME_AS_WGS84

    @property
    def is_old_datum(self) -> bool:
        """Tell whether the coordinates are degrees that lie beside the place."""
        return self.code in _OLD_DATUMS


def stated(collection: Mapping[str, Any]) -> NamedSystem:
    """Return what a FeatureCollection says of its coordinates, in the ways of programs old and new."""
    member = collection.get("crs")
    properties = member.get("properties") if isinstance(member, Mapping) else None
    if not isinstance(properties, Mapping):
        return NamedSystem(str(member)[:60]) if member else NamedSystem()
    name = str(properties.get("name") or properties.get("code") or properties.get("href") or "?")[:120]
    end = _NAME_END.search(name.strip())
    return NamedSystem(name, end[1].upper() if end else "?")


def refusal(system: NamedSystem) -> Words:
    """Say why a file in this system is not read, and how to convert it."""
    if system.is_old_datum:
        return Words(
            "文件是{}坐标（EPSG:{}），直接使用会有偏移。{}；确认可以接受偏移时，选“接受偏移”（命令行用"
            " --accept-offset）。",
            "The file is in {} (EPSG:{}) and would lie beside the place: {}; or accept the offset (--accept-offset).",
        ).format(_OLD_DATUMS[system.code], system.code, _HOW)
    return Words(
        "不认识文件写明的坐标系“{}”。{}。", "The file states a system that is not known here, “{}”: {}."
    ).format(letters.without_unfit(system.name), _HOW)


def accepted(system: NamedSystem, lon: float, lat: float) -> Words:
    """Say that nothing was converted, and by how much the grids may lie beside their place."""
    datum = _OLD_DATUMS[system.code]
    if system.code == "4214":
        size_m = round(_beijing_offset_m(lon, lat))
        return Words(
            "{}坐标未作转换：此处偏移约 {} 米（按 EPSG:15918 的参数估算，该参数公布用于鄂尔多斯盆地）。",
            "{} was not converted: here it is off by about {} m (by the parameters of EPSG:15918, which were published"
            " for the Ordos basin).",
        ).format(datum, size_m)
    return Words(
        "{}坐标未作转换：EPSG 没有公布它的转换参数，偏移多大因地而异，请在地图上用一个已知点量一量。",
        "{} was not converted: EPSG publishes no parameters for it, and the offset depends on the place;"
        " measure it at a"
        " known point on the map.",
    ).format(datum)


def _beijing_offset_m(lon: float, lat: float) -> float:
    """Return how far apart the same degrees lie in the two datums, by Molodensky's formula."""
    (axis_m, flattening), (other_axis_m, other_flattening) = _KRASSOVSKY, _WGS84
    longitude, latitude = radians(lon), radians(lat)
    dx, dy, dz = _BEIJING_TO_WGS84_M
    e2 = flattening * (2 - flattening)
    w2 = 1 - e2 * sin(latitude) ** 2
    across_m, along_m = axis_m / sqrt(w2), axis_m * (1 - e2) / (w2 * sqrt(w2))
    east_m = cos(longitude) * dy - sin(longitude) * dx
    north_m = cos(latitude) * dz - sin(latitude) * (cos(longitude) * dx + sin(longitude) * dy)
    shape = across_m * e2 * (other_axis_m - axis_m) / axis_m
    shape += (along_m / (1 - flattening) + across_m * (1 - flattening)) * (other_flattening - flattening)
    return hypot(east_m, north_m + sin(latitude) * cos(latitude) * shape)
