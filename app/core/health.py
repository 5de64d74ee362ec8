"""Tell whether Gezhi lives (/healthz), whether it can serve (/readyz), and how it fares (/metrics).

A part is `ok`, `off` (not set up here), `degraded` (people can work, somebody should look) or `failed` (they cannot:
503). What is told is counts and words, never addresses, names or the texts of errors.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Response, current_app, request
from marshmallow import fields
from redis.exceptions import RedisError
from rq import Worker
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock, connection, doorbell, jobs, metrics, outbox, restoration, space, storage
from app.core.db import db
from app.core.doorbell import Doorbell, is_loopback
from app.core.errors import NotFound, Problem
from app.core.http import Blueprint, public
from app.core.jobs import SCHEDULER, Heartbeat
from app.core.logs import log
from app.core.schemas import Schema

OK, OFF, DEGRADED, FAILED = "ok", "off", "degraded", "failed"
SCHEDULER_SILENT = timedelta(seconds=60)  # it beats every 10 s, between jobs
OWED_AFTER = timedelta(minutes=2)
TEXT = "text/plain; version=0.0.4; charset=utf-8"

bp = Blueprint("health", description="运行状况 Running it")


@dataclass(frozen=True)
class PartStatus:
    """How one part fares: its status, a word for machines, and a figure where there is one."""

    status: str
    word: str = ""
    figure: int | None = None


class PartOut(Schema):
    """One part."""

    status = fields.String(required=True)
    word = fields.String()
    figure = fields.Integer(allow_none=True)


class AliveOut(Schema):
    """The process answers."""

    status = fields.String(required=True)


class ReadyOut(AliveOut):
    """Whether people can be served, part by part."""

    parts = fields.Dict(keys=fields.String(), values=fields.Nested(PartOut))


class NotReady(Problem):
    """系统暂时不能提供服务，请运维人员按 parts 中的状态检查。"""

    code, status = "not_ready", 503
    en = "The system cannot serve just now: whoever runs it looks at the parts."


_checks: dict[str, Callable[[], PartStatus]] = {}


def check(name: str, look: Callable[[], PartStatus]) -> None:
    """Enter a further part; rooms do so in `wiring`. It may read the database."""
    _checks[name] = look


@bp.get("/healthz")
@public("load balancers and the supervisor ask whether the process lives")
@bp.response(200, AliveOut)
def alive() -> dict[str, str]:
    """进程是否在运行。Say that the process lives, without asking anything else."""
    return {"status": OK}


@bp.get("/readyz")
@public("load balancers ask whether people can be served; a stranger gets the bare word")
@bp.response(200, ReadyOut)
def ready() -> dict[str, Any]:
    """各部分是否就绪，缺少必需部分时为 503。Look at every part; 503 when people cannot work."""
    part_statuses = look()
    statuses = {part.status for part in part_statuses.values()}
    parts = {
        name: {"status": part.status, "word": part.word, "figure": part.figure} for name, part in part_statuses.items()
    }
    details: dict[str, Any] = {"parts": parts} if _runs_this() else {}
    if FAILED in statuses:
        raise NotReady(**details)
    return {"status": DEGRADED if DEGRADED in statuses else OK, **details}


@bp.get("/metrics")
@public("Prometheus, from this machine or with the token of the settings")
@bp.response(200, {"type": "string"}, content_type="text/plain")
def read_metrics() -> Response:
    """运行指标。Give the figures in Prometheus' text format."""
    if not _runs_this():
        raise NotFound
    return Response(metrics.text(), content_type=TEXT)


def look() -> dict[str, PartStatus]:
    """Look at every part; what needs a database that does not answer is not asked."""
    parts = {"database": _database(), "disk": _disk(), "storage": _storage(), **_redis()}
    if parts["database"].status == FAILED:
        return parts
    for name, ask in (("time", _time), ("scheduler", _scheduler), ("outbox", _outbox), *_checks.items()):
        try:
            parts[name] = ask()
        except SQLAlchemyError as error:
            log.error("health.failed", part=name, exc_info=error)
            parts[name] = PartStatus(FAILED, "unreadable")
    db.session.rollback()
    return parts


@cache
def migrations(folder: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the newest migrations of a folder, and all; read once, before anybody is served."""
    scripts = ScriptDirectory(folder)
    return frozenset(scripts.get_heads()), frozenset(script.revision for script in scripts.walk_revisions())


def _database() -> PartStatus:
    newest, known = migrations(current_app.extensions["migrate"].directory)
    try:
        there = set(MigrationContext.configure(db.session.connection()).get_current_heads())
        if restoration.stage() is not None:
            return PartStatus(FAILED, "half_restored")
    except SQLAlchemyError as error:
        db.session.rollback()
        log.error("health.failed", part="database", exc_info=error)
        return PartStatus(FAILED, "unreachable")
    if there == newest:
        return PartStatus(OK)
    # while an upgrade restarts one part after the other, the version before serves on the newer database
    return PartStatus(FAILED, "not_migrated") if there <= known else PartStatus(DEGRADED, "newer")


def _disk() -> PartStatus:
    free = space.free_mb()
    if space.is_short():
        return PartStatus(FAILED, "full", free)
    return (
        PartStatus(DEGRADED, "low", free)
        if free < current_app.config["DISK_WARN_MB"]
        else PartStatus(OK, "free_mb", free)
    )


def _storage() -> PartStatus:
    """Ask where photos are kept; without it people report and act, and photos wait on their phones."""
    return PartStatus(OK) if storage.here().answers() else PartStatus(DEGRADED, "unreachable")


def _redis() -> dict[str, PartStatus]:
    """Look at the doorbell and whoever listens to it; without either the scheduler's sweep does the work, later."""
    bell = doorbell.bell()
    if bell is None:
        return {"redis": PartStatus(OFF), "workers": PartStatus(OFF)}
    if not bell.alive():
        return {"redis": PartStatus(DEGRADED, "silent"), "workers": PartStatus(DEGRADED, "unknown")}
    try:
        open_ = PartStatus(DEGRADED, "open") if bell.is_open() else PartStatus(OK)
        return {"redis": open_, "workers": _workers(bell), "failed_jobs": _failed_jobs(bell)}
    except (RedisError, OSError):
        return {"redis": PartStatus(DEGRADED, "silent"), "workers": PartStatus(DEGRADED, "unknown")}


def _workers(bell: Doorbell) -> PartStatus:
    number = len(Worker.all(queue=bell.queue, serializer=JSONSerializer))
    return PartStatus(OK if number else DEGRADED, "" if number else "none", number)


def _failed_jobs(bell: Doorbell) -> PartStatus:
    number = FailedJobRegistry(queue=bell.queue).count
    return PartStatus(DEGRADED if number else OK, "failed" if number else "", number)


def _scheduler() -> PartStatus:
    beat = db.session.get(Heartbeat, SCHEDULER, populate_existing=True)
    if beat is None:
        return PartStatus(DEGRADED, "never_seen")
    silent = clock.now() - beat.at
    late = abs(silent) > SCHEDULER_SILENT  # a beat from a time to come is as good as none
    return PartStatus(DEGRADED if late else OK, "silent" if late else "", int(silent.total_seconds()))


def _time() -> PartStatus:
    """Say by how many seconds the clock was ahead, until that time has come."""
    ahead = jobs.ran_ahead()
    figure = int(ahead.total_seconds())
    return PartStatus(DEGRADED, "ran_ahead", figure) if ahead > clock.DIFFER else PartStatus(OK, "", figure)


def _outbox() -> PartStatus:
    number = outbox.owed(OWED_AFTER)
    return PartStatus(DEGRADED if number else OK, "owed" if number else "", number)


def _runs_this() -> bool:
    """Tell whether whoever runs the system asks: by the token or, where none is set, from this very machine."""
    token: str | None = current_app.config["METRICS_TOKEN"]
    if token:
        secret = request.headers.get("Authorization", "").partition(" ")[2]
        return hmac.compare_digest(secret.encode(), token.encode())
    return _from_here() and not _through_a_proxy()


def _from_here() -> bool:
    """Tell whether the request came from this machine; over a socket of ours it bears no address."""
    return is_loopback(request.remote_addr or "127.0.0.1")


def _through_a_proxy() -> bool:
    """Tell whether something in between, here or elsewhere, handed the request on: by its headers, or by its host."""
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:  # no browser and no Prometheus asks so
        return True
    return connection.is_forwarded() or not is_loopback(host or "")
