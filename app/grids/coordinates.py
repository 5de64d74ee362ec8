"""Convert places between the coordinate systems that Chinese maps and phones speak.

Covered: WGS-84, CGCS2000, GCJ-02 (国测局, "Mars" coordinates), BD-09 (Baidu). All values are degrees, longitude first.

- CGCS2000 is treated as WGS-84. At one epoch the two frames agree to centimetres; what plates drifted since its epoch
  2000.0 (a few centimetres a year) is less than a metre. Both lie below what a phone can measure.
- GCJ-02 and BD-09 have no published definition. The formulas are the ones all public implementations share. Against the
  city pairs published with gcoord they stand off by at most `FORMULA_BOUND_DEGREES` (less than a metre).
- The inverse is found by iteration. Inside China there and back again returns the place within `ERROR_BOUND_DEGREES`
  (a tenth of a millimetre); the tests measure it.
- Outside the rectangle around China GCJ-02 equals WGS-84 and nothing is shifted. Along that rectangle's edge (sea and
  foreign land, at most 0.02 degrees wide) the shift jumps, and the bound does not hold. BD-09 is GCJ-02 with a twist of
  Baidu's own, applied everywhere.

Distances are great circles on a sphere: within 0.6 % of the ellipsoid.

Not covered: heights, projected (metre) coordinates, Beijing 54, Xi'an 80.
"""

from collections.abc import Callable
from enum import StrEnum
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt

ERROR_BOUND_DEGREES = 1e-9
FORMULA_BOUND_DEGREES = 6e-6

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
M_PER_DEGREE = pi * EARTH_RADIUS_M / 180  # of latitude

Point = tuple[float, float]

_KRASOVSKY_AXIS_M = 6378245.0  # The semi-major axis GCJ-02 computes with, whatever the ellipsoid of the input.
_KRASOVSKY_E2 = 0.00669342162296594323
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north
_ROUNDS = 12  # Each round gains two digits or more; the loop ends earlier, when nothing moves any more.


class Crs(StrEnum):
    """The coordinate system in which a place is given."""

    WGS84 = "wgs84"  # GPS, BeiDou and what browsers give
    CGCS2000 = "cgcs2000"  # 2000 国家大地坐标系, surveying and the national platforms
    GCJ02 = "gcj02"  # AMap, Tencent and other Chinese street maps
    BD09 = "bd09"  # Baidu


def to_wgs84(lon: float, lat: float, crs: Crs | str) -> Point:
    """Give the WGS-84 longitude and latitude of a place given in `crs`; an unknown name raises ValueError."""
    match Crs(crs):
        case Crs.GCJ02:
            return _gcj_to_wgs(lon, lat)
        case Crs.BD09:
            return _gcj_to_wgs(*_undo(_gcj_to_bd, (lon, lat)))
        case _:
            return lon, lat


def from_wgs84(lon: float, lat: float, crs: Crs | str) -> Point:
    """Give the longitude and latitude in `crs` of a WGS-84 place; an unknown name raises ValueError."""
    match Crs(crs):
        case Crs.GCJ02:
            return _wgs_to_gcj(lon, lat)
        case Crs.BD09:
            return _gcj_to_bd(*_wgs_to_gcj(lon, lat))
        case _:
            return lon, lat


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance of two WGS-84 places in metres (haversine)."""
    phi, other_phi = radians(lat), radians(other_lat)
    half = sin((other_phi - phi) / 2) ** 2
    half += cos(phi) * cos(other_phi) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def narrow(lat: float) -> float:
    """Return how much shorter a degree of longitude is than one of latitude."""
    return max(cos(radians(lat)), 0.01)


def _in_china(lon: float, lat: float) -> bool:
    west, south, east, north = _CHINA
    return west <= lon <= east and south <= lat <= north


def _wgs_to_gcj(lon: float, lat: float) -> Point:
    return _shifted(lon, lat) if _in_china(lon, lat) else (lon, lat)


def _gcj_to_wgs(lon: float, lat: float) -> Point:
    return _undo(_shifted, (lon, lat)) if _in_china(lon, lat) else (lon, lat)


def _undo(forward: Callable[[float, float], Point], target: Point) -> Point:
    """Find the point that `forward` takes to `target`, correcting a guess by what it misses."""
    lon, lat = target
    for _ in range(_ROUNDS):
        reached = forward(lon, lat)
        miss = target[0] - reached[0], target[1] - reached[1]
        lon, lat = lon + miss[0], lat + miss[1]
        if abs(miss[0]) + abs(miss[1]) < ERROR_BOUND_DEGREES / 100:
            break
    return lon, lat


def _shifted(lon: float, lat: float) -> Point:
    """Add the GCJ-02 shift, a sum of waves in metres east and north, seen as degrees on Krasovsky's ellipsoid."""
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    root, product = sqrt(abs(x)), x * y
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * product + 0.1 * root + ripple
    east_m += (20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * product + 0.2 * root + ripple
    north_m += (20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    latitude = radians(lat)
    w2 = 1 - _KRASOVSKY_E2 * sin(latitude) ** 2
    meridian_m = radians(_KRASOVSKY_AXIS_M * (1 - _KRASOVSKY_E2) / (w2 * sqrt(w2)))
    parallel_m = radians(_KRASOVSKY_AXIS_M / sqrt(w2) * cos(latitude))
    return lon + east_m / parallel_m, lat + north_m / meridian_m


def _gcj_to_bd(lon: float, lat: float) -> Point:
    """Add Baidu's twist to a GCJ-02 place."""
    radius = hypot(lon, lat) + 0.00002 * sin(radians(lat * 3000))
    angle = atan2(lat, lon) + 0.000003 * cos(radians(lon * 3000))
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006
