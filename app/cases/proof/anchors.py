"""Anchor the heads of all histories in a file kept elsewhere: what is cut off, or gone altogether, is found against it.

A file holds the newest step of every case that changed since the one before, which it names by its hash; now and then
one holds all. So a day's file is as large as the day, and a comparison reads back to the last whole one. Steps are only
ever appended: whatever a file says of a case must hold for ever.

Files follow one another in the order in which they were written, which their names count, and not by the clock: after
one that was ahead what changed since a file is not told by times, and the next file holds all.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, tuple_

from app.audit import seals
from app.audit.models import AuditSeal
from app.cases.models import Case, CaseStep
from app.cases.proof.faults import Fault
from app.core import clock, jobs
from app.core.db import db
from app.core.errors import Conflict
from app.core.logs import log
from workflows.words import Words

FORMAT, VERSION = "gezhi-anchor", 1
WHOLE_EVERY = timedelta(days=28)  # our figure: a comparison reads at most so many days' files
OVERLAP = timedelta(seconds=60)  # a write that began before the last file may have ended after it
BATCH = 500
_NAME = re.compile(r"anchor-\w+-(\d+)\.txt")  # without the number: written by a version before
_STEPS, _CASES = CaseStep.__table__, Case.__table__


class AnchorUnread(Conflict):
    """这不是完整的锚点文件，请换一个 anchors 文件夹中的文件。"""

    code = "anchor_unread"
    en = "This is no whole anchor file: choose another one of the folder “anchors”."


class Head(NamedTuple):
    """The newest step of a case when the file was written."""

    case_id: UUID
    seq: int
    hash: str


@dataclass
class AnchorReport:
    """What was compared: files and lines, when the newest was written, what lies after it, which file is not there."""

    at: datetime
    files: int = 0
    heads: int = 0
    unanchored: int = 0
    missing: str | None = None
    broken: set[UUID] = field(default_factory=set)


def folder() -> Path:
    """Return where the files are written."""
    return Path(current_app.config["ANCHOR_DIR"] or Path(current_app.config["DATA_DIR"]) / "anchors")


def daily() -> None:
    """Write today's file unless it is there."""
    newest = _newest(folder())
    if newest is not None and clock.local(_at(_header(newest))).date() == clock.local(clock.now()).date():
        return
    write()


def write(*, whole: bool = False) -> Path:
    """Write a new file beside the others and return it; it appears only when it is complete."""
    place, now = folder(), clock.now()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    newest = _newest(place)
    before = _header(newest) if newest else None
    set_back = jobs.times_set_back()
    entire = whole or before is None or _is_old(before, now) or before.get("set_back") != set_back
    header = {
        "format": FORMAT,
        "version": VERSION,
        "at": now.isoformat(),
        "whole_at": now.isoformat() if entire or before is None else before["whole_at"],
        "set_back": set_back,
        "previous": None if entire or newest is None else {"file": newest.name, "sha256": _sha256(newest)},
        "seals": {name: seals.head(name) for name in seals.chains()},
    }
    heads = _heads(None if entire or before is None else _at(before) - OVERLAP)
    path = place / f"anchor-{now:%Y%m%dT%H%M%S%f}-{_number(newest) + 1 if newest else 1}.txt"
    count = _put(path, header, heads)
    log.info("anchor.written", file=path.name, heads=count, sha256=_sha256(path))
    return path


def _is_old(header: dict[str, Any], now: datetime) -> bool:
    """Tell whether a whole file is due: the last one is old, or the clock was ahead when this was written."""
    return now - datetime.fromisoformat(header["whole_at"]) > WHOLE_EVERY or now < _at(header)


def _heads(since: datetime | None) -> Iterator[Head]:
    """Read the newest steps, in batches; a case that changes meanwhile is read with the one or the other."""
    last: UUID | None = None
    changed = [] if since is None else [_CASES.c.changed_at >= since]
    while True:
        after = [_CASES.c.case_id > last] if last else []
        chosen = select(_CASES.c.case_id, _CASES.c.seq, _CASES.c.hash).where(*changed, *after)
        batch = db.session.execute(chosen.order_by(_CASES.c.case_id).limit(BATCH)).all()
        db.session.close()
        if not batch:
            return
        yield from (Head(*row) for row in batch)
        last = batch[-1].case_id


def _put(path: Path, header: dict[str, Any], heads: Iterable[Head]) -> int:
    partial, digest, count = path.with_name(f"{path.name}.partial"), sha256(), 0
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:

        def line(text: str) -> None:
            written = f"{text}\n".encode()
            digest.update(written)
            file.write(written)

        line(json.dumps(header))
        for head in heads:
            line(f"{head.case_id} {head.seq} {head.hash}")
            count += 1
        file.write(f"{json.dumps({'heads': count, 'sha256': digest.hexdigest()})}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    return count


def compare(path: Path, compared: AnchorReport) -> Iterator[Fault]:
    """Yield what a file says and the database does not hold any more, and the files before it back to a whole one."""
    following: Path | None = path
    expected: str | None = None
    while following is not None:
        if not following.exists():
            compared.missing = following.name
            return
        header = _checked(following)
        if expected is not None and _sha256(following) != expected:
            text = Words("锚点文件被改动", "The anchor file was changed")
            yield Fault("anchors", following.name, text, expected, _sha256(following))
            return
        compared.files += 1
        yield from _seals(header)
        yield from _compared(following, compared)
        previous = header["previous"]
        following = following.with_name(previous["file"]) if previous else None
        expected = previous["sha256"] if previous else None


def begin(path: Path) -> AnchorReport:
    """Return when a file was written, and how many cases have changed since."""
    at = _at(_checked(path))
    changed = select(func.count()).select_from(_CASES).where(_CASES.c.changed_at > at)
    return AnchorReport(at, unanchored=db.session.scalar(changed) or 0)


def _compared(path: Path, compared: AnchorReport) -> Iterator[Fault]:
    rest = _lines(path)
    while heads := list(islice(rest, BATCH)):
        compared.heads += len(heads)
        yield from _missing([head for head in heads if head.case_id not in compared.broken], compared)


def _missing(heads: Sequence[Head], compared: AnchorReport) -> Iterator[Fault]:
    pairs = tuple_(_STEPS.c.case_id, _STEPS.c.seq).in_([head[:2] for head in heads])
    chosen = select(_STEPS.c.case_id, _STEPS.c.seq, _STEPS.c.hash).where(pairs)
    known = {(row.case_id, row.seq): row.hash for row in db.session.execute(chosen)}
    ids = [head.case_id for head in heads]
    there = set(db.session.scalars(select(_CASES.c.case_id).where(_CASES.c.case_id.in_(ids))))
    db.session.close()
    for head in heads:
        digest = known.get((head.case_id, head.seq))
        if head.case_id in there and digest == head.hash:
            continue
        compared.broken.add(head.case_id)
        yield _fault(head, digest, head.case_id in there)


def _fault(head: Head, actual: str | None, is_there: bool) -> Fault:
    key, expected = f"case_id={head.case_id}", f"seq={head.seq} {head.hash}"
    if not is_there:
        text = Words("锚点所记的案件不存在", "The case that the anchor knows is gone")
        return Fault("cases", key, text, expected, "(none)")
    if actual is None:
        text = Words("锚点所记的步骤被截去", "Steps that the anchor knows were cut off")
        return Fault("case_steps", f"{key} seq={head.seq}", text, expected, "(none)", "seq")
    text = Words("锚点之前的历史被改写", "History before the anchor was written anew")
    return Fault("case_steps", f"{key} seq={head.seq}", text, expected, actual, "hash")


def _seals(header: dict[str, Any]) -> Iterator[Fault]:
    for name, head in header["seals"].items():
        if head is None:
            continue
        chosen = select(AuditSeal.digest).where(AuditSeal.chain == name, AuditSeal.n == head["n"])
        digest = db.session.scalar(chosen)
        if digest != head["digest"]:
            text = Words("锚点所记的封条不存在或被改写", "The seal that the anchor knows is gone or written anew")
            yield Fault("audit_seals", f"chain={name} n={head['n']}", text, head["digest"], str(digest), "digest")


def _newest(place: Path) -> Path | None:
    """Return the file that was written last, whatever time it says."""
    return max(place.glob("anchor-*.txt"), key=lambda path: (_number(path), path.name), default=None)


def _number(path: Path) -> int:
    counted = _NAME.fullmatch(path.name)
    return int(counted[1]) if counted else 0


def _at(header: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(header["at"])


def _header(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return _parsed(file.readline())


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
        if (header["format"], header["version"]) == (FORMAT, VERSION) and "previous" in header and _at(header):
            return dict(header)
    except (ValueError, KeyError, TypeError):
        pass
    raise AnchorUnread


def _checked(path: Path) -> dict[str, Any]:
    """Return the header of a file that is whole; raise AnchorUnread."""
    digest, lines, last = sha256(), 0, b""
    with path.open("rb") as file:
        for line in file:
            digest.update(last)
            lines, last = lines + 1, line
    try:
        sound = json.loads(last) == {"heads": lines - 2, "sha256": digest.hexdigest()}
    except ValueError:
        sound = False
    if not sound:
        raise AnchorUnread
    return _header(path)


def _lines(path: Path) -> Iterator[Head]:
    """Read the heads of a file that was found whole."""
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            if not line.startswith("{"):
                case_id, seq, digest = line.split()
                yield Head(UUID(case_id), int(seq), digest)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
