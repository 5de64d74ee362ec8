"""The rows that a case owns beside its own: what a step writes down of them, so that they are proved by the steps.

A table with a `case_id` that is read by people belongs into TABLES, or is proved in another way: a test asks for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from app.attachments.models import Attachment
from app.cases.models import CaseClock, CaseLink, CaseSupervision, CaseTask, CaseTicket

Values = dict[str, Any]
Rows = dict[str, dict[str, Values]]  # by table and, in it, by the rest of the key


@dataclass(frozen=True)
class OwnTable:
    """One table: which columns make the key within a case, and which a step writes down."""

    model: type[Any]
    keys: tuple[str, ...] = field(init=False)
    columns: tuple[str, ...] = field(init=False)
    defaults: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        of_table = self.table.columns
        keys = tuple(each.key for each in self.table.primary_key if each.key != "case_id")
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "columns", tuple(each.key for each in of_table if not each.primary_key))
        defaults = {each.key: getattr(each.default, "arg", None) for each in of_table if not each.nullable}
        object.__setattr__(self, "defaults", {name: one for name, one in defaults.items() if not callable(one)})

    @property
    def table(self) -> Table:
        """Return the table."""
        table: Table = self.model.__table__
        return table

    @property
    def name(self) -> str:
        """Return the name under which its rows stand in a step."""
        return self.table.name

    def key_of(self, values: Mapping[str, Any]) -> str:
        """Return what tells a row from the others of its case."""
        return " ".join(str(values[name]) for name in self.keys)

    def values_of(self, row: Any) -> Values:
        """Return what a row holds, or will hold once it is written, beside its key."""
        held = row.__dict__
        values = {name: held[name] if name in held else getattr(row, name) for name in self.columns}
        for name, default in self.defaults.items():
            if values.get(name, default) is None:
                values[name] = default
        return values


TASKS, CLOCKS, LINKS, FILES = (OwnTable(model) for model in (CaseTask, CaseClock, CaseLink, Attachment))
TICKETS, SUPERVISIONS = (OwnTable(model) for model in (CaseTicket, CaseSupervision))
TABLES: Mapping[str, OwnTable] = {owned.name: owned for owned in (TASKS, CLOCKS, LINKS, FILES, TICKETS, SUPERVISIONS)}
ENTIRE = frozenset({LINKS.name, FILES.name})  # written down whole whenever a step touches them, the others by column


def held(
    tasks: Sequence[CaseTask],
    clocks: Sequence[CaseClock],
    ticket: CaseTicket | None,
    supervisions: Sequence[CaseSupervision],
) -> Rows:
    """Return what the rows hold that a step is compared by; a table without any is left out."""
    tickets = [ticket] if ticket is not None else []
    owned_rows = ((TASKS, tasks), (CLOCKS, clocks), (TICKETS, tickets), (SUPERVISIONS, supervisions))
    return {owned.name: {owned.key_of(vars(row)): owned.values_of(row) for row in rows} for owned, rows in owned_rows}


def differences(before: Rows, after: Rows) -> Iterator[tuple[str, dict[str, Values]]]:
    """Yield, by table, the values that differ, for rows in which any does."""
    for table, rows in after.items():
        known = before.get(table, {})
        differing = {key: _differing(known.get(key, {}), values) for key, values in rows.items()}
        changed = {key: values for key, values in differing.items() if values}
        if changed:
            yield table, changed


def _differing(before: Values, after: Values) -> Values:
    return {name: value for name, value in after.items() if before.get(name) != value}
