"""What an honest client writes down on disk: what it is about to ask, and what it was answered."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Ledger:
    """A file of JSON lines, each on the disk before its writer goes on. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked = 0
        self._lock = threading.Lock()
        self._file = path.open("a")

    def ask(self, kind: str, case_id: str, op_id: str, **more: Any) -> None:
        """Write down what is asked for next."""
        self._write(said="asked", kind=kind, case_id=case_id, op_id=op_id, **more)
        self.asked += kind == "step"

    def note(self, op_id: str, **answer: Any) -> None:
        """Write down an answer."""
        self._write(said="answered", op_id=op_id, **answer)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, **line: Any) -> None:
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """Return what was asked for, each with its answer merged in."""
    found: dict[str, dict[str, Any]] = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        found.setdefault(entry["op_id"], {}).update(entry)
    yield from found.values()
