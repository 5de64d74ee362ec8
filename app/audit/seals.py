"""Seal rows that are written once, in batches, so that none of them is changed, taken away or slipped in unseen.

Rows are written unsealed in their transaction: nobody waits for another's. Numbers are given out before they are
committed, and not in that order; so a batch ends at a number that was seen longer ago than any write may last.
What comes in below it later was not written by us.

Rows that the county keeps for a time only may be missing under a seal as old as the last entry in the audit about their
deletion: of such a seal only its place in the chain, and the rows that are still there, can be checked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import Table, func, select

from app.audit.models import AuditEntry, AuditSeal
from app.audit.tags import Tag
from app.core import clock, raw
from app.core.db import db, upsert
from app.core.digests import canonical, digest, method_of
from app.core.raw import RawRow, Unread
from app.core.transaction import WRITE_LIMIT_SECONDS, transaction

EVERY_SECONDS = 20  # our figure: with the wait below, a row is sealed within a minute
SETTLED_SECONDS = WRITE_LIMIT_SECONDS + 5
BATCH = 500  # rows under one seal
AT_ONCE = 40  # batches in one run: an old installation is sealed in some runs, beside its work
_TOGETHER = 20  # seals read at once to be checked
_LETTERS = 6  # of a column's digest: they only say which column it was
START = ""
SEALS = AuditSeal.__tablename__


@dataclass(frozen=True)
class Chain:
    """A table of rows that are written once, with an `id`, and the columns that are sealed."""

    table: Table
    columns: tuple[str, ...]
    deleted_by: Tag | None = None  # by which entry the audit says until when rows may be gone; none: never

    @property
    def name(self) -> str:
        """Return the name of the table."""
        return self.table.name


class SealFaultKind(StrEnum):
    """Say how a row, or a seal, is not as it was sealed."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    UNREAD = "unread"  # what the database holds is no value of the column


@dataclass(frozen=True)
class SealFault:
    """What is not as it was sealed: a row, or a seal."""

    table: str
    key: str
    kind: SealFaultKind
    column: str = ""


_chains: dict[str, Chain] = {}
_noted: dict[str, list[tuple[float, int]]] = defaultdict(list)  # what the highest number was, and when that was seen


def cover(model: Any, *, but: Sequence[str] = (), deleted_by: Tag | None = None) -> None:
    """Seal a table's rows from now on, all columns but those that are changed later."""
    table = model.__table__
    columns = tuple(each.key for each in table.columns if each.key not in but)
    _chains[table.name] = Chain(table, columns, deleted_by)


cover(AuditEntry)


def chains() -> Mapping[str, Chain]:
    """Return the tables that are sealed."""
    return _chains


def sweep(now: float | None = None) -> int:
    """Seal what was written long enough ago; return how many rows. `now` is seconds on a clock that never goes back."""
    moment, sealed = monotonic() if now is None else now, 0
    for chain in _chains.values():
        highest = db.session.scalar(select(func.max(chain.table.c.id))) or 0
        limit = _settled(_noted[chain.name], moment, highest)
        db.session.close()
        for _ in range(AT_ONCE):
            new_seal = seal(chain, limit)
            sealed += new_seal
            if not new_seal:
                break
    return sealed


def _settled(noted: list[tuple[float, int]], now: float, highest: int) -> int:
    """Return the highest number that was seen long enough ago, and note what it is now."""
    noted.append((now, highest))
    old = [number for moment, number in noted if moment <= now - SETTLED_SECONDS]
    del noted[: max(0, len(old) - 1)]
    return old[-1] if old else 0


def seal(chain: Chain, limit: int) -> int:
    """Seal the next batch of rows up to a number; return how many there were. Another process may do so beside."""
    before = _newest(chain.name)
    rows = _rows(chain, before.last if before else None, limit, BATCH)
    db.session.close()
    if not rows:
        return 0
    values = {
        "chain": chain.name, "n": before.n + 1 if before else 1, "first": rows[0].id, "last": rows[-1].id,
        "count": len(rows), "marks": _marks(chain.columns, rows), "at": clock.now(),
        "previous": before.digest if before else START,
    }  # fmt: skip
    values["digest"] = _digest(values, chain.columns, rows, current_app.config["HASH"])
    with transaction() as session:
        statement = upsert(AuditSeal).values(values).on_conflict_do_nothing(index_elements=["chain", "n"])
        row = session.execute(statement.returning(AuditSeal.n)).first()
    return len(rows) if row else 0


def sealed_to(name: str) -> int:
    """Return the number up to which the rows of a table are sealed."""
    newest = _newest(name)
    return newest.last if newest else 0


def sealed_by(name: str, moment: datetime) -> int:
    """Return the number up to which the rows of a table had been sealed by a moment."""
    last = select(func.max(AuditSeal.last)).where(AuditSeal.chain == name, AuditSeal.at <= moment)
    return db.session.scalar(last) or 0


def _gone_until(chain: Chain) -> datetime | None:
    """Return until when rows were deleted that had been sealed by then, as the audit says."""
    if chain.deleted_by is None:
        return None
    entries = select(AuditEntry.data).where(AuditEntry.tag == chain.deleted_by).order_by(AuditEntry.id)
    moments = (datetime.fromisoformat(data["sealed_by"]) for data in db.session.scalars(entries))
    return max(moments, default=None)


def unsealed(chain: Chain) -> int:
    """Count the rows that wait to be sealed."""
    waiting = select(func.count()).select_from(chain.table).where(chain.table.c.id > sealed_to(chain.name))
    return db.session.scalar(waiting) or 0


def head(name: str) -> dict[str, Any] | None:
    """Return where a chain of seals ends now: its number, the last row and the digest."""
    newest = _newest(name)
    return {"n": newest.n, "last": newest.last, "digest": newest.digest} if newest else None


def _newest(name: str) -> Any:
    columns = (AuditSeal.n, AuditSeal.last, AuditSeal.digest)
    return db.session.execute(select(*columns).where(AuditSeal.chain == name).order_by(AuditSeal.n.desc())).first()


def _rows(chain: Chain, after: int | None, upto: int, most: int | None = None) -> list[RawRow]:
    ids = chain.table.c.id
    chosen = [chain.table.c[name] for name in chain.columns]
    wanted = (ids <= upto,) if after is None else (ids > after, ids <= upto)
    return raw.rows(chosen, lambda rows: rows.where(*wanted).order_by(ids).limit(most))


def _plainly(value: Any) -> str:
    """Write a value for a digest; one that cannot be read, as it stands."""
    return f"? {value}" if isinstance(value, Unread) else canonical(value)


def _mark(name: str, value: Any) -> str:
    return sha256(f"{name}={_plainly(value)}".encode("utf-8", "surrogatepass")).hexdigest()[:_LETTERS]


def _marks(columns: Sequence[str], rows: Sequence[RawRow]) -> str:
    marked = (f"{row.id}:" + "".join(_mark(name, getattr(row, name)) for name in columns) for row in rows)
    return f"{','.join(columns)}|{';'.join(marked)}"


def _digest(values: Mapping[str, Any], columns: Sequence[str], rows: Sequence[RawRow], method: str) -> str:
    listed = [values[name] for name in ("chain", "n", "first", "last", "count", "at")]
    written = [[_plainly(getattr(row, name)) for name in columns] for row in rows]
    return digest(values["previous"] + canonical([*listed, values["marks"], written]), method)


def check(name: str) -> Iterator[SealFault | None]:
    """Compare the rows of a table with their seals, one after the other; yield None after each that holds."""
    chain, before = _chains[name], None
    after: int | None = None
    while batch := _seals(name, after, _TOGETHER):
        for one in batch:
            after = one.n
            broken: list[SealFault | None] = [*_of_seal(chain, before, one)]
            db.session.close()
            yield from broken or [None]
            if isinstance(one.n, Unread):  # behind all numbers: there is none after it
                return
            before = one if one.n > 0 else None


def proven(name: str, ids: Collection[int]) -> set[int]:
    """Return which of these rows are as they were sealed, by a seal that holds and that the next one follows."""
    chain, waiting, sound = _chains[name], sorted(set(ids)), set[int]()
    while waiting:
        covering = select(func.min(AuditSeal.n)).where(AuditSeal.chain == name, AuditSeal.last >= waiting[0])
        number = db.session.scalar(covering)
        if not isinstance(number, int):
            break
        sealed = _held_by(chain, number)
        sound |= sealed & set(waiting)
        waiting = [each for each in waiting[1:] if each not in sealed]
    return sound


def _held_by(chain: Chain, number: int) -> set[int]:
    """Return the rows that a seal proves; none where it is broken itself."""
    near = {one.n: one for one in _seals(chain.name, number - 2, 3)}
    before, one, following = (near.get(number + step) for step in (-1, 0, 1))
    if one is None or any(True for each in (before, following) if each for _ in each.unread()):
        return set()
    if before is not None:
        before.upto = before.last
    broken = list(_of_seal(chain, before, one))
    followed = following is None or following.previous == one.digest
    if not followed or any(unsound.table == SEALS for unsound in broken):
        return set()
    named = {unsound.key for unsound in broken}
    return {each for each in _marked(one.marks, chain)[1] if f"id={each}" not in named}


def _seals(name: str, after: int | None, most: int) -> list[RawRow]:
    chosen = [AuditSeal.chain == name, *([] if after is None else [AuditSeal.n > after])]
    return raw.rows(AuditSeal.__table__.columns, lambda rows: rows.where(*chosen).order_by(AuditSeal.n).limit(most))


def _of_seal(chain: Chain, before: RawRow | None, one: RawRow) -> Iterator[SealFault]:
    """Compare one seal with its rows: where its digest is that of the rows, they hold, and what differs is its own."""
    key = f"chain={chain.name} n={one.n}"
    one.upto = before.upto if before else 0
    if any(one.unread()):
        yield from (SealFault(SEALS, key, SealFaultKind.UNREAD, name) for name, _ in one.unread())
        return
    expected = before.n + 1 if before else 1
    if one.n > expected:
        yield SealFault(SEALS, f"chain={chain.name} n={expected}", SealFaultKind.MISSING)
    if one.n < expected:
        yield SealFault(SEALS, key, SealFaultKind.ADDED)
        return
    columns, marks = _marked(one.marks, chain)
    ends = dict.fromkeys((max(marks, default=one.last), one.last))
    rows_by_end = {end: _rows(chain, before.upto if before else None, end) for end in ends}
    one.upto = next(iter(ends))
    for end, rows in rows_by_end.items():
        true = _sealed_as(before, one, columns, rows)
        if true is not None:
            one.upto = end
            yield from (
                SealFault(SEALS, key, SealFaultKind.CHANGED, name) for name in true if getattr(one, name) != true[name]
            )
            return
    if one.previous != (before.digest if before else START):
        yield SealFault(SEALS, key, SealFaultKind.CHANGED, "previous")
    broken = list(_of_rows(chain, columns, marks, {row.id: row for row in rows_by_end[one.upto]}))
    gone_until = _gone_until(chain) if any(each.kind is SealFaultKind.MISSING for each in broken) else None
    if gone_until is not None and one.at <= gone_until:
        yield from (each for each in broken if each.kind is not SealFaultKind.MISSING)
        return
    yield from broken or [SealFault(SEALS, key, SealFaultKind.CHANGED, "at, digest")]


def _sealed_as(
    before: RawRow | None, one: RawRow, columns: Sequence[str], rows: Sequence[RawRow]
) -> dict[str, Any] | None:
    """Return what a seal must say for its digest to be that of these rows; None if they are not those it sealed."""
    if not rows:
        return None
    true = {"first": rows[0].id, "last": rows[-1].id, "count": len(rows), "marks": _marks(columns, rows)}
    # were the digest of the seal before changed, this one's own word for it would still be the old one
    for previous in dict.fromkeys((one.previous, before.digest if before else START)):
        values = {**vars(one), **true, "previous": previous}
        if _digest(values, columns, rows, method_of(str(one.digest))) == one.digest:
            return {**true, "previous": previous}
    return None


def _marked(text: str, chain: Chain) -> tuple[Sequence[str], dict[int, str]]:
    """Return the columns that a seal covers, and the marks of each row; none where these are no marks of ours."""
    named, _, rest = text.partition("|")
    columns = named.split(",")
    pairs = [each.partition(":") for each in rest.split(";")]
    ours = set(columns) <= set(chain.columns) and all(
        number.lstrip("-").isdecimal() and len(letters) == len(columns) * _LETTERS for number, _, letters in pairs
    )
    return (columns, {int(number): letters for number, _, letters in pairs}) if ours else (chain.columns, {})


def _of_rows(
    chain: Chain, columns: Sequence[str], marks: Mapping[int, str], rows: Mapping[int, RawRow]
) -> Iterator[SealFault]:
    for number in sorted(marks.keys() - rows.keys()):
        yield SealFault(chain.name, f"id={number}", SealFaultKind.MISSING)
    for number in sorted(rows.keys() - marks.keys()):
        yield SealFault(chain.name, f"id={number}", SealFaultKind.ADDED)
    for number in marks.keys() & rows.keys():
        for place, name in enumerate(columns):
            letters = marks[number][place * _LETTERS : (place + 1) * _LETTERS]
            value = getattr(rows[number], name)
            if _mark(name, value) != letters:
                kind = SealFaultKind.UNREAD if isinstance(value, Unread) else SealFaultKind.CHANGED
                yield SealFault(chain.name, f"id={number}", kind, name)
