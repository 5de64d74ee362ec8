"""A walk through a grid: something that phones send and follow, and that is no case. It ships nowhere.

Its door and its stream are what a room after `intake` enters: rows and steps of its own, operation ids of its own, and
nothing of cases but the phone's word of when it was.
"""

from datetime import datetime
from uuid import UUID

from marshmallow import fields
from sqlalchemy import ColumnElement, ForeignKey, MetaData, exists, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.hints import HintedMoment, HintedSchema
from app.core.permissions import Permission
from app.core.schemas import BoundedInteger, Schema, Text, choice
from app.core.transaction import transaction
from app.core.types import Code, UtcDateTime
from app.frame.exports.registry import holdings_digest
from app.grids.levels import subtree_range
from app.intake.sync_table import Door, Stream

OPERATION, STREAM = "walk", "walks"


class Base(DeclarativeBase):
    """What no migration makes."""

    metadata = MetaData(info={"bind_key": None})


class Walk(Base):
    """A walk as it is now."""

    __tablename__ = "toy_walks"

    walk_id: Mapped[UUID] = mapped_column(primary_key=True)
    grid_path: Mapped[str] = mapped_column(Code(200))
    state: Mapped[str]
    seq: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WalkStep(Base):
    """One step of a walk, and where it lay then."""

    __tablename__ = "toy_walk_steps"

    walk_id: Mapped[UUID] = mapped_column(ForeignKey("toy_walks.walk_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[UUID]
    asked: Mapped[str]
    grid_path: Mapped[str] = mapped_column(Code(200))
    phone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WalkOperationIn(HintedSchema):
    """One thing a phone did on a walk."""

    type = choice(OPERATION, required=True)
    walk_id = fields.UUID(required=True)
    op_id = fields.UUID(required=True)
    action = choice("begin", "move", "end", required=True)
    seen = BoundedInteger(0, 1_000)
    grid_path = Text(60)
    phone_at = HintedMoment("手机上办理的时间。When the phone says it was done.")


class WalkOut(Schema):
    """A walk as phones keep it."""

    walk_id = fields.UUID(required=True)
    seq = fields.Integer(required=True)
    state = fields.String(required=True)


class Differs(Conflict):
    """这一编号已用于别的操作。"""

    code, en = "operation_differs", "This id has been used for something else."


class Stale(Conflict):
    """这次走访已有变化。"""

    code, en = "stale", "The walk has changed meanwhile."


def view(walk):
    """A walk as phones keep it."""
    return {"walk_id": str(walk.walk_id), "seq": walk.seq, "state": walk.state}


def act(person, asked, phone):
    """Take one step of a walk: the one way in which walks change. Return whether it is new, and the walk."""
    with transaction():
        walk = db.session.get(Walk, asked["walk_id"], populate_existing=True)
        request = repr((asked["action"], asked.get("grid_path"), str(person.person_id)))
        repeated = walk and _step(walk.walk_id, asked["op_id"])
        if repeated and repeated.asked != request:
            raise Differs
        if repeated:
            return False, view(walk)
        if walk is None and asked["action"] == "begin":
            walk = _begin(person, asked)
        elif walk is None or db.session.scalar(_seen(person).where(Walk.walk_id == walk.walk_id)) is None:
            raise NotFound
        elif asked.get("seen") != walk.seq:
            raise Stale(walk=view(walk))
        walk.state = "ended" if asked["action"] == "end" else "walking"
        walk.grid_path, walk.changed_at, walk.seq = asked.get("grid_path", walk.grid_path), clock.now(), walk.seq + 1
        step = WalkStep(walk_id=walk.walk_id, seq=walk.seq, op_id=asked["op_id"], asked=request, phone_at=phone.at)
        step.grid_path = walk.grid_path
        db.session.add(walk)
        db.session.flush()
        db.session.add(step)
        return True, view(walk)


def _begin(person, asked):
    if not any(asked["grid_path"].startswith(held.scope_path) for held in person.assignments if held.on_ground):
        raise Forbidden
    return Walk(walk_id=asked["walk_id"], grid_path=asked["grid_path"], seq=0)


def _step(walk_id, op_id):
    return db.session.scalar(select(WalkStep).where(WalkStep.walk_id == walk_id, WalkStep.op_id == op_id))


def _seen(person):
    return select(Walk.walk_id).where(visible(person))


def visible(person) -> ColumnElement[bool]:
    """The condition for the walks on a person's ground."""
    return or_(*(_within(Walk.grid_path, held) for held in person.assignments if held.on_ground), Walk.seq < 0)


def once_visible(person) -> ColumnElement[bool]:
    """The condition for the walks that have ever been there."""
    there = or_(*(_within(WalkStep.grid_path, held) for held in person.assignments if held.on_ground), Walk.seq < 0)
    return exists().where(WalkStep.walk_id == Walk.walk_id, there)


def _within(path, held):
    low, high = subtree_range(held.scope_path)
    return (path >= low) & (path < high)


DOOR = Door(OPERATION, "walk_id", WalkOperationIn, act, (WalkOut,))
WALKS = Stream(
    STREAM, Permission.CASE_READ, Walk, Walk.walk_id, Walk.changed_at, visible, once_visible, holdings_digest,
    lambda person, rows: [view(walk) for walk in rows], WalkOut,
)  # fmt: skip
