"""Offer nearby open cases of the same class as possible duplicates."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Float, bindparam, select

from app.cases.models import Case
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.db import db
from workflows import case as machine

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180
MOST = 10


@dataclass(frozen=True)
class Near:
    """An open case close by; never one of a confidential class."""

    case_id: UUID
    number: str
    state: str
    address: str
    reported_at: datetime
    distance_m: int


# Built once. Nearest first by the flat distance, in which nothing this near comes out of order.
_north = Case.lat - bindparam("lat", type_=Float)
_east = (Case.lon - bindparam("lon", type_=Float)) * bindparam("narrow", type_=Float)
_NEAR = (
    select(Case.case_id, Case.number, Case.state, Case.address, Case.reported_at, Case.lon, Case.lat)
    .where(
        Case.class_code == bindparam("class_code"),
        Case.lat.between(bindparam("south"), bindparam("north")),
        Case.lon.between(bindparam("west"), bindparam("east")),
        Case.state.in_(sorted(machine.OPEN)),
        Case.reported_at >= bindparam("since"),
        ~Case.confidential,
    )
    .order_by(_north * _north + _east * _east, Case.case_id)
    .limit(MOST)
)


def near_case(case: Any) -> list[Near]:
    """Return open cases close to one (or to a row that becomes one) that may be the same trouble, itself left out.

    Nothing is near a case without a point, and of a confidential one nothing is said.
    """
    if case.confidential or case.lon is None:
        return []
    return [one for one in near(case.lon, case.lat, case.class_code) if one.case_id != case.case_id]


def near(lon: float, lat: float, class_code: str | None) -> list[Near]:
    """Return open cases of a class near a WGS-84 place, the nearest first; how near is a setting.

    A case of which only the grid is known is near nothing.
    """
    if class_code is None:
        return []
    setting = catalogue_queries.catalogue().setting
    metres, since = setting("duplicate_metres"), clock.now() - timedelta(days=setting("duplicate_days"))
    high, narrow = metres / _METRES_PER_DEGREE, max(math.cos(math.radians(lat)), 0.01)
    around = {"south": lat - high, "north": lat + high, "west": lon - high / narrow, "east": lon + high / narrow}
    asked = {"lon": lon, "lat": lat, "narrow": narrow, "class_code": class_code, "since": since, **around}
    found = db.session.execute(_NEAR, asked)
    here = [Near(*row[:5], round(distance_m(lon, lat, row.lon, row.lat))) for row in found]
    return [one for one in here if one.distance_m <= metres]


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance in metres (haversine; the earth as a sphere, within 0.6 %)."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = math.sin((other_phi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
