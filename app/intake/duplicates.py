"""Offer nearby open cases of the same class as possible duplicates."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Float, bindparam, select

from app.cases.confidentiality import is_confidential
from app.cases.models import Case
from app.cases.visibility import IN_EARNEST, visible_to
from app.catalogue import queries as catalogue_queries
from app.core import clock, rates
from app.core.db import db
from app.core.errors import Forbidden
from app.core.permissions import Permission, Person
from app.grids import queries as grids
from app.grids.coordinates import M_PER_DEGREE, distance_m, narrow
from app.grids.queries import GridPoint
from workflows import case as machine

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
        Case.workflow == machine.CASE.name,
        Case.class_code == bindparam("class_code"),
        Case.lat.between(bindparam("south"), bindparam("north")),
        Case.lon.between(bindparam("west"), bindparam("east")),
        Case.state.in_(sorted(machine.OPEN)),
        Case.reported_at >= bindparam("since"),
        ~Case.confidential,
        IN_EARNEST,
    )
    .order_by(_north * _north + _east * _east, Case.case_id)
    .limit(MOST)
)


class NotAround(Forbidden):
    """这里不在您负责的网格附近，不能查看附近案件；照常上报即可，受理员会查重。"""

    code = "not_around"
    en = "This place is not near your grids: report it all the same, the centre looks for duplicates."


def around(located: GridPoint, class_code: str | None, person: Person) -> list[Near]:
    """Return open cases of a class near a place in or around the person's own grids; who asks too often has to wait.

    Raises NotAround elsewhere: no list would say that nothing is known there. Raises TooMany.
    """
    config = current_app.config
    if person.person_id is not None:
        rates.count(person.person_id, "near", config["NEAR_PER_MINUTE"])
    if not grids.is_around(person, Permission.CASE_REPORT, located, config["NEAR_BORDER_METRES"]):
        raise NotAround
    return near(located.lon, located.lat, class_code, person)


def near_case(case: Any, person: Person) -> list[Near]:
    """Return open cases close to one (or to a row that becomes one) that may be the same trouble, itself left out.

    Nothing is near a case without a point, and of a confidential one nothing is said.
    """
    if is_confidential(case) or case.lon is None:
        return []
    return [one for one in near(case.lon, case.lat, case.class_code, person) if one.case_id != case.case_id]


def near(lon: float, lat: float, class_code: str | None, person: Person) -> list[Near]:
    """Return open cases of a class near a WGS-84 place, the nearest first; how near is a setting.

    A case of which only the grid is known is near nothing. Who does not see a case is not told its address.
    """
    catalogue = catalogue_queries.catalogue()
    if class_code is None or class_code in catalogue.readers:
        return []
    setting = catalogue.setting
    metres, since = setting("duplicate_metres"), clock.now() - timedelta(days=setting("duplicate_days"))
    high, narrower = metres / M_PER_DEGREE, narrow(lat)
    around = {"south": lat - high, "north": lat + high, "west": lon - high / narrower, "east": lon + high / narrower}
    parameters = {"lon": lon, "lat": lat, "narrow": narrower, "class_code": class_code, "since": since, **around}
    rows = db.session.execute(_NEAR, parameters)
    here = [Near(*row[:5], round(distance_m(lon, lat, row.lon, row.lat))) for row in rows]
    return _without_hidden([one for one in here if one.distance_m <= metres], person)


def _without_hidden(rows: list[Near], person: Person) -> list[Near]:
    if not rows:
        return rows
    statement = select(Case.case_id).where(Case.case_id.in_([one.case_id for one in rows]), visible_to(person))
    visible = set(db.session.scalars(statement))
    return [one if one.case_id in visible else replace(one, address="") for one in rows]
