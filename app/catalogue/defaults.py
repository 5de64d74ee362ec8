"""The figures of the county as they are shipped: what holds where a county's own document does not name one yet."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.catalogue.files import read

SEED = Path(__file__).parent / "seed"


@cache
def settings() -> Mapping[str, Mapping[str, Any]]:
    """Return the figures of `seed/settings.yaml` by name, with the full names of their sources."""
    (document,) = read([SEED / "settings.yaml"])
    shipped: Mapping[str, Mapping[str, Any]] = document.content["settings"]
    return shipped
