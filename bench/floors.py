"""The floors: a bare Flask route, and the rows of each operation written and read by hand with the plain driver."""

import json
import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, Response, g, request

PREFIX = "/floor"


def application(database: str) -> Flask:
    """Make the floors on the database of the product: a path, or a PostgreSQL address."""
    app = Flask("floors")
    hand = Hand(database)
    app.teardown_appcontext(hand.give_back)

    @app.get(f"{PREFIX}/bare")
    def bare() -> dict[str, bool]:
        return {"ok": True}

    @app.post(f"{PREFIX}/report")
    def report() -> dict[str, Any]:
        request.get_json()
        return hand.report()

    @app.post(f"{PREFIX}/act/<case_id>")
    def act(case_id: str) -> dict[str, Any]:
        request.get_json()
        return hand.act(case_id)

    @app.get(f"{PREFIX}/read/<case_id>")
    def read(case_id: str) -> Response:
        return _json(hand.read(case_id))

    @app.get(f"{PREFIX}/page")
    def page() -> Response:
        return _json(hand.page())

    return app


def _json(body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, default=str), mimetype="application/json")


class Hand:
    """The statements somebody would write by hand; each request looks its token up first, as the product does."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._postgres = database.startswith("postgres")
        self._mark = "%s" if self._postgres else "?"
        self._ready: list[Any] = []
        self._templates: dict[str, Any] = {}

    def report(self) -> dict[str, Any]:
        """Write a case, its first step and its first clock, copied from one that is there."""
        case_id = uuid.uuid4()
        with self._writing() as run:
            self._token(run)
            for table in ("cases", "case_steps", "case_clocks"):
                row = dict(self._template(run, table))
                row["case_id"] = self._id(case_id)
                if table == "case_steps":
                    row["op_id"] = row["case_id"]
                run(*self._insert(table, row))
        return {"case_id": str(case_id)}

    def act(self, case_id: str) -> dict[str, Any]:
        """Lock a case, append a step, stop a clock, start another, move the row on."""
        key = self._id(uuid.UUID(case_id))
        with self._writing() as run:
            self._token(run)
            lock = " FOR UPDATE" if self._postgres else ""
            case = dict(run(f"SELECT * FROM cases WHERE case_id = {self._mark}{lock}", [key])[0])  # noqa: S608
            run(f"SELECT * FROM case_clocks WHERE case_id = {self._mark}", [key])  # noqa: S608
            step = dict(self._template(run, "case_steps"))
            step |= {"case_id": key, "seq": case["seq"] + 1, "op_id": self._id(uuid.uuid4())}
            run(*self._insert("case_steps", step))
            clock = dict(self._template(run, "case_clocks")) | {"case_id": key, "clock": case["seq"] + 1}
            run(*self._insert("case_clocks", clock))
            now = self._now()
            stop = "UPDATE case_clocks SET stopped_at = {0}, result = 'in_time' WHERE case_id = {0} AND clock = {0}"
            run(stop.format(self._mark), [now, key, case["seq"]])
            move = "UPDATE cases SET seq = seq + 1, turned_seq = seq, changed_at = {0} WHERE case_id = {0}"
            run(move.format(self._mark), [now, key])
        return case

    def read(self, case_id: str) -> dict[str, Any]:
        """Read a case with what it owns."""
        key = self._id(uuid.UUID(case_id))
        run = self._reading()
        self._token(run)
        tables = ("cases", "case_tasks", "case_clocks", "case_steps")
        results = {}
        for table in tables:
            rows = run(f"SELECT * FROM {table} WHERE case_id = {self._mark}", [key])  # noqa: S608
            results[table] = [dict(row) for row in rows]
        return results

    def page(self) -> list[dict[str, Any]]:
        """Read fifty cases of a queue."""
        run = self._reading()
        self._token(run)
        rows = run("SELECT * FROM cases WHERE state = 'reported' ORDER BY changed_at DESC, case_id DESC LIMIT 50", [])
        return [dict(row) for row in rows]

    def _token(self, run: Any) -> None:
        statement = "SELECT * FROM sessions JOIN people ON people.id = sessions.person_id WHERE access_hash = "
        run(statement + self._mark, ["x" * 64])

    def _template(self, run: Any, table: str) -> Any:
        if table not in self._templates:
            self._templates[table] = run(f"SELECT * FROM {table} LIMIT 1", [])[0]  # noqa: S608
        return self._templates[table]

    def _insert(self, table: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
        marks = ", ".join([self._mark] * len(row))
        values = [json.dumps(value) if isinstance(value, (dict, list)) else value for value in row.values()]
        return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", values  # noqa: S608

    def _writing(self) -> "_Writing":
        return _Writing(self._connection(), self._postgres)

    def _reading(self) -> Any:
        connection = self._connection()
        return lambda statement, values: connection.execute(statement, values).fetchall()

    def _connection(self) -> Any:
        """Take a connection that lies ready; it comes back when the request has ended."""
        if "connection" not in g:
            g.connection = self._ready.pop() if self._ready else self._connect()
        return g.connection

    def give_back(self, error: BaseException | None) -> None:
        """Let the connection of a request serve the next one."""
        if "connection" in g:
            self._ready.append(g.pop("connection"))

    def _connect(self) -> Any:
        if self._postgres:
            return psycopg.connect(self._database, autocommit=True, row_factory=psycopg.rows.dict_row)
        connection = sqlite3.connect(self._database, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _id(self, value: uuid.UUID) -> Any:
        return value if self._postgres else value.hex

    def _now(self) -> Any:
        now = datetime.now(UTC)
        return now if self._postgres else now.replace(tzinfo=None).isoformat(" ")


class _Writing:
    """A transaction by hand."""

    def __init__(self, connection: Any, postgres: bool) -> None:
        self._connection, self._begin = connection, "BEGIN" if postgres else "BEGIN IMMEDIATE"

    def __enter__(self) -> Any:
        self._connection.execute(self._begin)
        return self._run

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._connection.execute("ROLLBACK" if kind else "COMMIT")

    def _run(self, statement: str, values: list[Any]) -> list[Any]:
        cursor = self._connection.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []
