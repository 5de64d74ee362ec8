"""Make the demo county through the rooms' own services: departments, grids, roles, catalogue, people, the centre.

It is made as if a year ago, so that days before today can be played in it. Each part is a transaction of its own and
made only if it is missing: a first start that was interrupted is taken up again. No phone could miss a
case by them, so they may take their time.
"""

from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.catalogue import service as catalogue
from app.catalogue.document_terms import DocumentKind
from app.catalogue.yaml_reader import read_yaml
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.permissions import ScopeKind
from app.core.transaction import transaction
from app.demo import departments, people, terrain
from app.departments.models import Department
from app.grids import queries as grid_queries
from app.grids import service as grids
from app.grids.drafts import Draft
from app.grids.models import Grid
from app.identity import queries as identity_queries
from app.identity import service as identity
from app.identity.models import PersonRow
from workflows import case as machine

AGE = timedelta(days=400)  # how long the county is said to have worked with the system
PILOT = "141025101"  # 北平镇: the example of a township with a centre of its own
SEEDS = Path(catalogue.__file__).parent / "seed"
_ROLES = Path(identity.__file__).parent / "seed" / "roles.yaml"


class NotTheDemoCounty(Conflict):
    """数据库中已有其他单位的资料，不能再建演示县；请用 --data 或 DATABASE_URL 另选一个空库。"""

    code = "not_the_demo_county"
    en = "The database holds another county's data: choose an empty one."


def exists() -> bool:
    """Tell whether the county with its people is there."""
    return db.session.scalar(select(PersonRow.id).where(PersonRow.username == "worker1")) is not None


def make(password_hash: str, now: datetime | None = None) -> int:
    """Make what is missing of the county; return how many accounts were made. Raises NotTheDemoCounty."""
    if exists():
        return 0
    _refuse_another_county()
    drafts, planned = terrain.county_grids(), departments.plans()
    with clock.at((now or clock.now()) - AGE):
        if db.session.scalar(select(Department.code).limit(1)) is None:
            with transaction(unbounded=True):
                departments.make(planned)
        _make_grids(drafts)
        with transaction(unbounded=True):
            if not identity_queries.roles().names:
                identity.load_roles(_ROLES, also_known=machine.CASE.permissions())
            catalogue.import_files([SEEDS], by="demo", note="演示县初始目录")
        give_calendars()
        everybody = people.plans(drafts, planned)
        with transaction(unbounded=True):
            for plan in everybody:
                _hire(plan, password_hash)
    return len(everybody)


def give_calendars() -> None:
    """Let the centres of the county work every day, in shifts, by calendars of their own; twice is once."""
    compared = catalogue.change(
        DocumentKind.CALENDARS, DocumentKind.CALENDARS, _with_centres, note="演示县各中心每天值班（示例）"
    )
    with transaction(unbounded=True):
        catalogue.carry_out(compared, by="demo")


def _with_centres(document: dict[str, Any]) -> dict[str, Any]:
    own: Any = read_yaml((files("app.demo") / "data" / "centres.yaml").read_bytes())
    known = {each["code"]: each for each in document["calendars"]}
    for code, centres in own["named"].items():
        known[code]["centres"] = centres
    document["calendars"] += [each for each in own["calendars"] if each["code"] not in known]
    return document


def open_pilot_centre() -> None:
    """Open a centre in one township, worked by the county centre's own people: cases can then be handed up and down."""
    if not grid_queries.grid(PILOT).has_centre:
        with transaction(unbounded=True):
            grids.open_centre(PILOT)
    if identity_queries.holders_of("acceptor", {ScopeKind.CENTRE: [PILOT]}):
        return
    with transaction(unbounded=True):
        for plan in people.plans((), ()):
            for role, kind, _ in plan.roles:
                if kind == ScopeKind.CENTRE:
                    identity.assign(plan.person_id, role, kind, PILOT)


def _refuse_another_county() -> None:
    stranger = db.session.scalar(select(PersonRow.id).limit(1))
    other_ground = db.session.scalar(select(Grid.code).where(~Grid.code.startswith(people.COUNTY)).limit(1))
    if stranger or other_ground:
        raise NotTheDemoCounty


def _make_grids(drafts: tuple[Draft, ...]) -> None:
    if db.session.scalar(select(Grid.code).limit(1)) is not None:
        return
    plan, stand = grids.check(drafts)
    with transaction(unbounded=True):
        grids.replace(plan, stand)
        grids.open_centre(people.COUNTY)


def _hire(plan: people.PersonPlan, password_hash: str) -> None:
    identity.create_person(
        plan.username, plan.name, password_hash=password_hash, must_change_password=False, person_id=plan.person_id
    )
    for role, kind, code in plan.roles:
        identity.assign(plan.person_id, role, kind, code)
    for code, duty in plan.duties:
        grids.appoint(code, plan.person_id, duty)
