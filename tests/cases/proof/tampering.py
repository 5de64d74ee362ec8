"""Change a county's rows behind the door's back, at random from a seed, and tell what should be found of it."""

import random
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.audit import seals
from app.audit.models import AuditSeal
from app.cases import own_tables
from app.cases.models import Case, CaseStep
from app.cases.proof import seal_checks, verify
from app.core.types import UtcDateTime

KINDS = ("change", "change", "change", "change", "break", "delete", "insert", "reorder", "truncate")
WRONG = {sa.JSON: "{", UtcDateTime: "gestern", sa.Uuid: "zz", sa.Integer: "viel", sa.Float: "weit"}
OF_CASES = (Case.__table__, CaseStep.__table__, *(table.table for table in own_tables.TABLES.values()))
LEFT_OUT = {"notices": {"read_at"}}


@dataclass
class Done:
    """What was done: to which table, to the rows with which keys, to which column if it was one."""

    kind: str
    table: str
    keys: list
    column: str | None = None
    chain: str | None = None  # of the seal that covers it
    cases: tuple = ()

    def __str__(self):
        return f"{self.kind} {self.table}.{self.column or '*'} {self.keys}"


class Tamperer:
    """Changes one thing at a time, past the foreign keys, over a connection of its own, and puts it back."""

    def __init__(self, url, seed):
        self.random = random.Random(seed)  # noqa: S311 - it shall be the same again
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self.sqlite = self.engine.dialect.name == "sqlite"
        sealed = [chain.table for chain in seals.chains().values()]
        self.tables = [*OF_CASES, *OF_CASES, *sealed, AuditSeal.__table__]
        with self.engine.connect() as connection:
            self.kept = {table.name: self._read(connection, table) for table in set(self.tables)}

    def _read(self, connection, table):
        rows = [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
        return [row for row in rows if table is not own_tables.FILES.table or row["step"] is not None]

    def difference(self, done):
        """Say how the table now differs from what it was: a row that is gone, a row that is new."""
        table = next(each for each in self.tables if each.name == done.table)
        with self.engine.connect() as connection:
            now = self._read(connection, table)
        kept = self.kept[table.name]
        gone, new = [row for row in kept if row not in now], [row for row in now if row not in kept]
        return f"{gone[:1]!s:.300} -> {new[:1]!s:.300}"

    def put_back(self, done):
        """Undo what was done."""
        table = next(each for each in self.tables if each.name == done.table)
        rows = [row for row in self.kept[table.name] if self._keys(table, row) in done.keys]
        gone = [sa.delete(table).where(*self._is(table, keys)) for keys in done.keys]
        if done.kind == "break" and done.column in table.primary_key:
            gone = [
                sa.delete(table).where(sa.type_coerce(table.c[done.column], sa.String) == wrong)
                for wrong in WRONG.values()
            ]
        assert self._run(*gone, *(sa.insert(table).values(row) for row in rows)), done

    def tamper(self):
        """Do one thing; return what it was."""
        while True:
            table = self.random.choice([each for each in self.tables if self.kept[each.name]])
            done = getattr(self, f"_{self.random.choice(KINDS)}")(table)
            if done is not None:
                assert done.keys
                done.chain = self._chain_of(table, done)
                done.cases = tuple({key["case_id"] for key in done.keys if "case_id" in key}) if not done.chain else ()
                return done

    def _chain_of(self, table, done):
        if table.name in seals.chains():
            return table.name
        return done.keys[0]["chain"] if table is AuditSeal.__table__ else None

    def _pick(self, table):
        return self.random.choice(self.kept[table.name])

    def _columns(self, table):
        return [each for each in table.columns if each.key not in LEFT_OUT.get(table.name, ())]

    def _change(self, table):
        """Another value that the column may hold."""
        row, column = self._pick(table), self.random.choice(self._columns(table))
        if column.key == "chain":
            return None  # a seal in another chain is one less in its own: as if deleted
        value = self._other(table, column, row[column.key])
        if value == row[column.key]:
            return None
        return self._update(table, row, {column.key: value}, column.key, "change")

    def _break(self, table):
        """What the column may not hold: only SQLite takes it."""
        row, column = self._pick(table), self.random.choice(self._columns(table))
        wrong = next((text for kind, text in WRONG.items() if isinstance(column.type, kind)), None)
        if column.key == "data" and table is CaseStep.__table__ and row["data"] is not None:
            return self._update(table, row, {"data": row["data"][:-1]}, "data", "break")
        if wrong is None or not self.sqlite:
            return None
        return self._update(table, row, {column.key: sa.literal_column(f"'{wrong}'")}, column.key, "break")

    def _delete(self, table):
        row = self._pick(table)
        if table is AuditSeal.__table__ and row["n"] == self._last_seal(row["chain"]):
            return None  # a chain that was cut is found against an anchor
        keys = self._keys(table, row)
        if not self._run(sa.delete(table).where(*self._is(table, keys))):
            return None
        return Done("delete", table.name, [keys])

    def _insert(self, table):
        row = dict(self._pick(table))
        if table.name in seals.chains():
            row["id"] = -self.random.randrange(1_000)  # among what is sealed, where there is room
            if "outbox_id" in row:
                row["outbox_id"] = -self.random.randrange(1_000_000)
        elif table is AuditSeal.__table__:
            row["n"] = -1
        elif table is Case.__table__:
            row["case_id"] = uuid4()
        else:
            key = self.random.choice([each for each in table.primary_key if each.key != "case_id"])
            value = 1_000 + self.random.randrange(1_000) if isinstance(key.type, sa.Integer) else uuid4()
            row[key.key] = value if not isinstance(key.type, sa.String) else "other"
            if "op_id" in row:
                row["op_id"] = uuid4()
        if not self._run(sa.insert(table).values(row)):
            return None
        return Done("insert", table.name, [self._keys(table, row)])

    def _reorder(self, table):
        """Let two rows of one case, or of one sealed table, change places."""
        first = self._pick(table)
        others = [row for row in self.kept[table.name] if row is not first and self._beside(table, first, row)]
        if table is Case.__table__ or not others:
            return None
        second = self.random.choice(others)
        keys, names = [self._keys(table, one) for one in (first, second)], [each.key for each in table.primary_key]
        swapped = [{name: one[name] for name in one if name not in names} for one in (second, first)]
        if all(first[name] == second[name] for name in swapped[0] if name not in LEFT_OUT.get(table.name, ())):
            return None
        gone = [sa.delete(table).where(*self._is(table, key)) for key in keys]
        put = [sa.insert(table).values({**key, **values}) for key, values in zip(keys, swapped, strict=True)]
        return Done("reorder", table.name, keys) if self._run(*gone, *put) else None

    def _beside(self, table, one, other):
        name = "case_id" if "case_id" in table.primary_key else "chain" if "chain" in table.columns else None
        return name is None or one[name] == other[name]

    def _truncate(self, table):
        """Take away the last rows of a case, or all of a sealed table."""
        if table is Case.__table__ or table is AuditSeal.__table__:
            return None
        row = self._pick(table)
        if table.name in seals.chains():
            rows, condition = self.kept[table.name], sa.true()
        else:
            beside = [each for each in self.kept[table.name] if each["case_id"] == row["case_id"]]
            rows = beside[-self.random.randrange(1, len(beside) + 1) :]
            condition = sa.or_(*(sa.and_(*self._is(table, self._keys(table, each))) for each in rows))
        if not self._run(sa.delete(table).where(condition)):
            return None
        return Done("truncate", table.name, [self._keys(table, each) for each in rows])

    def _last_seal(self, name):
        return max(row["n"] for row in self.kept["audit_seals"] if row["chain"] == name)

    def _keys(self, table, row):
        return {each.key: row[each.key] for each in table.primary_key}

    def _is(self, table, keys):
        return [table.c[name] == value for name, value in keys.items()]

    def _update(self, table, row, values, column, kind):
        keys = self._keys(table, row)
        if not self._run(sa.update(table).where(*self._is(table, keys)).values(values)):
            return None
        moved = {**keys, **{name: value for name, value in values.items() if name in keys and kind == "change"}}
        return Done(kind, table.name, [keys, *([moved] if moved != keys else [])], column)

    def _run(self, *statements):
        """Do it past every constraint that can be passed by; what the database still refuses was not done."""
        try:
            with self.engine.begin() as connection:
                if not self.sqlite:
                    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
                for statement in statements:
                    done = connection.execute(statement)
                    assert done.rowcount or statement.is_delete, statement
        except sa.exc.DBAPIError:
            return False
        return True

    def _other(self, table, column, value):
        """Another value for a column; the same where there is none."""
        if column.nullable and value is not None and self.random.random() < 0.2:
            return None
        others = [row[column.key] for row in self.kept[table.name] if row[column.key] not in (None, value)]
        other = self.random.choice(others) if others else value
        makers = {
            sa.Boolean: lambda: not value,
            UtcDateTime: lambda: other,
            sa.Uuid: lambda: UUID(int=self.random.getrandbits(128)),
            sa.Integer: lambda: (value or 0) + self.random.choice((-1, 1, 2, 700)),
            sa.Float: lambda: (value or 0) + 0.001,
            sa.JSON: lambda: {**(value or {}), "more": self.random.randrange(9)},
            sa.String: lambda: self._other_text(column, value, other),
        }
        return next(make() for kind, make in makers.items() if isinstance(column.type, kind))

    def _other_text(self, column, value, other):
        if other != value and self.random.random() < 0.7:
            return other
        room = column.type.length or 10_000
        return f"{(value or '')[: room - 1]}x"


def found_of(done):
    """Return the faults that the narrowest honest look finds: at the cases, or at the seals, that were touched."""
    if done.chain is not None:
        return [fault for fault in seal_checks.faults(done.chain) if fault is not None]
    if done.table == "cases" and (done.column == "case_id" or done.kind == "insert"):
        return list(verify.faults(verify.VerifyScope(), verify.Tally()))
    return [fault for case_id in done.cases for fault in verify.faults(verify.VerifyScope(case_id), verify.Tally())]


def is_located(done, faults):
    """Tell whether some fault names what was done: the table, one of the rows, the column if it was one."""
    return any(_names(done, fault) for fault in faults)


def _names(done, fault):
    table = next(each for each in (*OF_CASES, AuditSeal.__table__, *_sealed()) if each.name == done.table)
    of_row = fault.table == done.table and any(_is_key(fault.key, keys) for keys in done.keys)
    if done.column and done.column not in table.primary_key:
        return of_row and (done.column in fault.column.split(", ") or not fault.column)
    if done.kind == "break" and fault.table == done.table and done.column in fault.column.split(", "):
        return True  # under what stands there now it is not found by its key
    # a row more or less: what is missing at the end shows in the row of its case
    return of_row or any(str(keys.get("case_id")) in fault.key for keys in done.keys)


def _sealed():
    return [chain.table for chain in seals.chains().values()]


def _is_key(text, keys):
    return {f"{name}={value}" for name, value in keys.items()} <= set(text.split(" "))
