"""What happens to files that people take away; wiring says what follows."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ExportReady:
    """A file with so many rows has been written."""

    export_id: UUID
    person_id: UUID
    table_name: str
    rows: int
    address: str | None


@dataclass(frozen=True)
class ExportFailed:
    """A file was given up; `fault` says why."""

    export_id: UUID
    person_id: UUID
    fault: str


@dataclass(frozen=True)
class ExportTaken:
    """Its maker has downloaded a file."""

    person_id: UUID
    table_name: str
    rows: int
