"""A county on an ordinary afternoon that can be put back as it was, and what its things are called by."""

import base64
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, NestedTransaction, func, select
from sqlalchemy.engine import make_url

from app.attachments.models import Attachment, Upload
from app.campaigns.models import Campaign
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseTask
from app.core import outbox
from app.core.db import db
from app.intake.models import Citizen
from app.notices.models import Notice
from app.objects.models import ObjectChange, ObjectRow
from app.rounds.models import RoundFinding, RoundRow, RoundStep
from app.warnings.models import WarningRow
from tests.attachments.pictures import jpeg
from tests.factories.identity import bearer, token_for
from tests.factories.lively import lively
from tests.factories.town import (
    COUNTY,
    GARBAGE,
    GRID,
    HOUSING,
    PHOTOS_FOLLOW,
    SHOWN_AT_ONCE,
    TEAM,
    WATER,
    Actor,
    Town,
)
from tests.support.databases import Database

OWNED = (
    Case, CaseStep, CaseTask, CaseClock, CaseLink, outbox.OutboxRow, Attachment, Citizen, Upload, Notice,
    ObjectRow, ObjectChange, RoundRow, RoundStep, RoundFinding, WarningRow, Campaign,
)  # fmt: skip
TUS = {"Tus-Resumable": "1.0.0"}
PHOTO = jpeg()
WITH_PHOTOS = (*SHOWN_AT_ONCE, *PHOTOS_FOLLOW)


class World:
    """A town with cases in many states, a grid worker, and a person who holds all roles of a small centre."""

    moment: datetime  # what time it is there
    restore: Callable[[], None]  # puts every row back as it was

    def __init__(self, town: Town, clock: Any) -> None:
        self.app, self.town, self.cases = town.app, town, lively(town, clock)
        self.worker, self.desk = self.town.worker, self._desk()
        self.everybody = [each for each in vars(self.town).values() if isinstance(each, Actor)] + self._others()
        self.cases |= self._more_cases()
        self.town.dispatched()  # somebody tells the desk of it
        with self.app.app_context():
            outbox.drain()
            self.seqs = {str(each): seq for each, seq in db.session.execute(select(Case.case_id, Case.seq))}
        for actor in self.everybody:
            assert actor.headers  # signed in before anything is kept
        self.offered = self._offers()
        self.photos = self._photos()
        self.names = {actor: Names(self, actor) for actor in (self.worker, self.desk)}

    def _desk(self) -> Actor:
        desk = self.town.hire("acceptor", "centre", COUNTY)
        for role in ("duty_officer", "dispatcher"):
            self.town.also(desk, role, "centre", COUNTY)
        self.town.also(desk, "administrator", "grid", COUNTY)
        self.town.also(desk, "department_desk", "department", HOUSING)
        return desk

    def _others(self) -> list[Actor]:
        hire = self.town.hire
        return [
            self.desk,
            hire("auxiliary", "grid", GRID),
            hire("inspector", "grid", COUNTY),
            hire("department_leader", "department", HOUSING),
            hire("handler", "department", HOUSING),
            hire("contractor", "department", WATER),
            hire("enforcement_officer", "department", TEAM),
            hire("integrator", "grid", COUNTY),
        ]

    def _more_cases(self) -> dict[str, dict]:
        """Cases that stand where the ordinary afternoon has none."""
        town = self.town
        asked = {name: town.handling(assist=[WATER]) for name in ("return", "extension", "deferral")}
        town.housing.act(asked["return"], "ask_return", reason_code="not_ours", reason="不属本单位")
        town.housing.act(asked["extension"], "ask_extension", due_at="2027-03-01T09:00:00+08:00", reason="材料未到")
        town.housing.act(asked["deferral"], "ask_deferral", review_on="2027-03-01", reason="冬季不能施工")
        fixed = town.worker.report(GARBAGE, fixed=True, attachments=[str(uuid4()), str(uuid4())]).get_json()
        referred = town.team.act(town.dispatched(lead=TEAM), "sign")
        town.team.act(referred, "refer", reason="须依法处理")
        return {**asked, "handled": town.handled(), "fixed": fixed, "enforcing": referred}

    def _offers(self) -> dict[str, list[tuple[str, Actor]]]:
        """Return for each action the pairs of case and person to whom it is offered now."""
        offered: dict[str, list[tuple[str, Actor]]] = {}
        for actor in self.everybody:
            for case in self.cases.values():
                answer = actor.get(f"cases/{case['case_id']}")
                for each in answer.get_json()["actions"] if answer.status_code == 200 else ():
                    offered.setdefault(each["action"], []).append((case["case_id"], actor))
        return offered

    def _photos(self) -> dict[tuple[str, Actor], str]:
        """Let whoever may take a step that asks for photos send one: it has come, and no step has named it yet."""
        pairs = dict.fromkeys(pair for action in WITH_PHOTOS for pair in self.offered.get(action, ()))
        return {(case_id, actor): actor.upload(case_id, PHOTO, purpose="check")[0] for case_id, actor in pairs}

    def counts(self) -> tuple[int, ...]:
        """Count the rows of everything a case owns or owes, and add up all `seq`."""
        with self.app.app_context():
            columns = [select(func.count()).select_from(kind).scalar_subquery() for kind in OWNED]
            return tuple(db.session.execute(select(*columns, select(func.sum(Case.seq)).scalar_subquery())).one())

    def sign_in(self, actor: Actor) -> dict[str, str]:
        """Return the headers of one more session of a person."""
        with self.app.app_context():
            return bearer(token_for(actor.id))


class Names:
    """The real ids and cursors that one person may put into a request."""

    def __init__(self, world: World, actor: Actor) -> None:
        world.sign_in(actor)
        self.metadata = {"case_id": uuid4(), "attachment_id": uuid4(), "purpose": "before", "filetype": "image/jpeg"}
        self.uploads = [_begin(world, actor, {**self.metadata, "attachment_id": uuid4()}) for _ in range(3)]
        self.cursors = [
            actor.get("cases", limit=1).get_json()["next_cursor"],
            actor.get("notices", limit=1).get_json()["next_cursor"],
            actor.send("POST", "sync", {}).get_json()["cursor"],
        ]
        with world.app.app_context():
            self.cases = [str(each) for each in db.session.scalars(select(Case.case_id).order_by(Case.number))]
            rows = db.session.execute(select(Attachment.case_id, Attachment.attachment_id).order_by(Attachment.step))
            self.attachments = [(str(case_id), str(attachment_id)) for case_id, attachment_id in rows]
            self.notices = list(db.session.scalars(select(Notice.id).where(Notice.person_id == actor.id)))
        sessions = actor.get("me/sessions").get_json()["items"]
        self.sessions = [each["session_id"] for each in sessions if not each["current"]]


def metadata(said: Mapping[str, Any]) -> str:
    """Write what stands beside an upload as tus wants it."""
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in said.items())


def _begin(world: World, actor: Actor, said: Mapping[str, Any]) -> str:
    headers = {**actor.headers, **TUS, "Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata(said)}
    began = world.town.client.post("/api/v1/uploads", headers=headers)
    return began.headers["Location"].rsplit("/", 1)[1]


@contextmanager
def restoring(database: Database, connection: Connection | None) -> Iterator[Callable[[], None]]:
    """Keep every row as it is now; the call that is given puts all of them back."""
    if connection is not None:
        yield _Savepoint(connection).restore
        return
    live = make_url(database.url).database or ""
    with closing(sqlite3.connect(live)) as now, closing(sqlite3.connect(":memory:")) as kept:
        now.backup(kept)
        yield lambda: kept.backup(now)


class _Savepoint:
    """A point in the one transaction of a connection to go back to, any number of times."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._point: NestedTransaction = connection.begin_nested()

    def restore(self) -> None:
        """Go back, and stand at the same point again."""
        self._point.rollback()
        self._point = self._connection.begin_nested()
