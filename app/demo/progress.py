"""How far a play has come, kept in the data folder: one that was broken off goes on where it stood."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

_FILE = "demo-playing.json"


@dataclass(frozen=True)
class Progress:
    """What is played, from which seed, up to when, and how far it has come; times as ISO 8601."""

    seed: int | str
    end: str
    reached: str

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Return from when to when is still to be played."""
        end = datetime.fromisoformat(self.end)
        return min(datetime.fromisoformat(self.reached), end), end

    @property
    def seed_of_rest(self) -> str:
        """Return the seed of what is left: another one, or its cases would bear the ids of those already played."""
        return f"{self.seed} {self.reached}"


def read() -> Progress | None:
    """Return how far a play came that was broken off; None when there is none."""
    try:
        return Progress(**json.loads(_path().read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def keep(progress: Progress) -> None:
    """Note how far a play has come."""
    file = _path()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    fresh.rename(file)


def forget() -> None:
    """Note that the play has come to its end."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / _FILE
