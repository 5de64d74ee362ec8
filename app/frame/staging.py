"""Take rows in from a file: checked whole in a staging table, then taken a few at a time, each batch a short turn.

Each room has its own two tables, one of files and one of their rows, and says what a row means and what is done with it
(`Staging`). A file with a fault changes nothing. One that was broken off while it was taken in goes on where it
stopped, since each batch notes how far it came.

A table of files has `id, stage, by_id, by_name, rows, faults, settled, begun_at, ended_at`, one of rows `import_id,
place` (from 1, without gaps), `number` (the row in the file) and `faults` (JSON: column, Chinese, English of each).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.permissions import Person
from app.core.transaction import transaction
from workflows.words import Term, Words

F = TypeVar("F")  # a file
R = TypeVar("R")  # a row of one
P = TypeVar("P")  # what is worked out of some rows
TWICE = Words("与第 {} 行重复。", "This stands in row {}, too.")
FaultTexts = Sequence[Sequence[Sequence[str]]]  # of each: column and text, each in Chinese and English


class ImportStage(Term):
    """How far a file is."""

    LOADING = "loading", "检查中", "being checked"
    CHECKED = "checked", "待确认", "to be confirmed"
    FAULTY = "faulty", "有错误", "faulty"
    TAKING = "taking", "导入中", "being taken in"
    DONE = "done", "已导入", "taken in"


@dataclass(frozen=True)
class Staging(Generic[F, R]):
    """The two tables of a room, how many rows it takes at once, and for how long a file can be looked at."""

    file: type[F]
    row: type[R]
    at_once: int
    kept: timedelta
    unknown: type[NotFound]
    not_ready: type[Conflict]
    forgetting: Callable[[], None] = lambda: None  # called in the transaction, before rows are deleted

    @property
    def _file(self) -> Any:
        return self.file

    @property
    def _row(self) -> Any:
        return self.row

    def check(
        self,
        rows: Iterator[Mapping[str, Any]],
        *,
        by: Person,
        progress: Callable[[int], object] = lambda count: None,
        **about: Any,
    ) -> F:
        """Keep what the rows of a file say and what is wrong with them; return the file, checked or faulty."""
        import_id = self._begin(about, by)
        number, faulty = 0, 0
        while batch := list(islice(rows, self.at_once)):
            with transaction():
                db.session.execute(insert(self._row.__table__), [{**row, "import_id": import_id} for row in batch])
            number += len(batch)
            faulty += sum(row["faults"] is not None for row in batch)
            progress(len(batch))
        with transaction():
            file = self._locked(import_id)
            file.rows, file.faults = number, faulty
            file.stage = ImportStage.FAULTY if faulty else ImportStage.CHECKED
        return self.one(import_id, by)

    def earlier(self, by: Person, **same: Any) -> F | None:
        """Return the same file of a person where it was broken off while it was taken in; forget other remains."""
        alike = [getattr(self._file, name) == value for name, value in same.items()]
        own = self._file.by_id.is_not_distinct_from(by.person_id)
        files = db.session.scalars(select(self._file).where(*alike, own).order_by(self._file.begun_at.desc())).all()
        resumed = next((file for file in files if file.stage == ImportStage.TAKING), None)
        if resumed is None and files:
            with transaction():
                self._forget([file.id for file in files if file.stage != ImportStage.DONE])
        return resumed

    def one(self, import_id: UUID, by: Person) -> F:
        """Return a file of a person's own; raise what says that there is none."""
        file: Any = db.session.get(self.file, import_id, populate_existing=True)
        if file is None or file.by_id != by.person_id:
            raise self.unknown
        own: F = file
        return own

    def own(self, by: Person, most: int = 20) -> Sequence[F]:
        """Return a person's files, the newest first."""
        mine = (self._file.by_id == by.person_id, self._file.begun_at > clock.now() - self.kept)
        return db.session.scalars(
            select(self._file).where(*mine).order_by(self._file.begun_at.desc()).limit(most)
        ).all()

    def faults(self, import_id: UUID, most: int) -> list[tuple[int, Words, Words]]:
        """Return what is wrong in a file: row, column, what; at most so many rows."""
        return self.remarks(import_id, most, self._row.faults)

    def remarks(self, import_id: UUID, most: int, column: Any) -> list[tuple[int, Words, Words]]:
        """Return what a column of the rows says that is written as faults are."""
        wanted = select(self._row.number, column).where(self._row.import_id == import_id, column.is_not(None))
        rows = db.session.execute(wanted.order_by(self._row.place).limit(most))
        return [
            (number, Words(*heading), Words(*text)) for number, texts in rows for heading, text in json.loads(texts)
        ]

    def confirm(self, import_id: UUID, *, by: Person) -> None:
        """Let a file that was checked be taken in."""
        self.one(import_id, by)
        file = self._locked(import_id)
        if file.stage != ImportStage.CHECKED:
            raise self.not_ready
        file.stage = ImportStage.TAKING

    def drop(self, import_id: UUID, *, by: Person) -> None:
        """Forget a file that is not being taken in."""
        file: Any = self.one(import_id, by)
        if file.stage == ImportStage.TAKING:
            raise self.not_ready
        self._forget([import_id])

    def take(
        self,
        import_id: UUID,
        prepare: Callable[[F, Sequence[R]], P],
        settle: Callable[[F, Sequence[R], P], None],
        end: Callable[[F], None],
    ) -> int:
        """Take the next rows of a file in a transaction of its own; return how many, 0 when all are taken.

        `prepare` works out what takes long before the database is locked, `settle` writes, `end` follows the last.
        """
        file: Any = db.session.get_one(self.file, import_id, populate_existing=True)
        if file.stage != ImportStage.TAKING:
            return 0
        settled = file.settled
        rows = self._rows_after(import_id, settled)
        prepared = prepare(file, rows)
        with transaction():
            file = self._locked(import_id)
            if file.stage != ImportStage.TAKING or file.settled != settled:
                return len(rows)  # another process was quicker
            settle(file, rows, prepared)
            file.settled += len(rows)
            if file.settled >= file.rows:
                file.stage, file.ended_at = ImportStage.DONE, clock.now()
                end(file)
        return len(rows)

    def refuse(self, file: F, place: int, texts: FaultTexts, **more: Any) -> None:
        """Note what a row is refused for while its file is taken in."""
        about: Any = file
        about.faults += 1
        wrong = update(self._row).where(self._row.import_id == about.id, self._row.place == place)
        db.session.execute(_plain(wrong.values(faults=json.dumps(texts, ensure_ascii=False), **more)))

    def under_way(self) -> Sequence[UUID]:
        """Return the files that are being taken in, the oldest first."""
        running = select(self._file.id).where(self._file.stage == ImportStage.TAKING)
        return db.session.scalars(running.order_by(self._file.begun_at)).all()

    def tidy(self) -> int:
        """Forget the files that are too old; those that are taken in first have to come to their end."""
        old = (self._file.begun_at < clock.now() - self.kept, self._file.stage != ImportStage.TAKING)
        import_ids = db.session.scalars(select(self._file.id).where(*old).limit(20)).all()
        with transaction():
            self._forget(import_ids)
        return len(import_ids)

    def _begin(self, about: Mapping[str, Any], by: Person) -> UUID:
        import_id = uuid4()
        started = {"stage": ImportStage.LOADING, "begun_at": clock.now(), "by_id": by.person_id, "by_name": by.name}
        with transaction():
            db.session.add(self._file(id=import_id, **started, rows=0, faults=0, settled=0, **about))
        return import_id

    def _forget(self, import_ids: Sequence[UUID]) -> None:
        self.forgetting()
        for import_id in import_ids:
            db.session.execute(_plain(delete(self._row).where(self._row.import_id == import_id)))
            db.session.execute(_plain(delete(self._file).where(self._file.id == import_id)))

    def _locked(self, import_id: UUID) -> Any:
        statement = select(self._file).where(self._file.id == import_id).with_for_update()
        return db.session.scalars(statement.execution_options(populate_existing=True)).one()

    def _rows_after(self, import_id: UUID, settled: int) -> Sequence[R]:
        some = select(self._row).where(self._row.import_id == import_id, self._row.place > settled)
        return db.session.scalars(some.order_by(self._row.place).limit(self.at_once)).all()


def _plain(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def packed(wrong: Sequence[tuple[Words, Words]]) -> str | None:
    """Return what is wrong with a row, column and text of each, as its table keeps it; None where nothing is."""
    return json.dumps([[both(column), both(text)] for column, text in wrong], ensure_ascii=False) if wrong else None


def both(text: Words) -> list[str]:
    """Return a text in both languages, as a table keeps it."""
    return [str(text), text.en]
