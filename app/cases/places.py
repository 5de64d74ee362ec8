"""Take the place that a step names: one in the county, or none."""

from app.cases.turn import Turn
from app.grids.queries import Located, PlaceOutside, locate


def named(turn: Turn) -> Located | None:
    """Return the place that a step names, with its grid; raise PlaceOutside where it lies in none of the county."""
    if turn.data.get("lon") is None:
        return None
    try:
        return locate(turn.data["lon"], turn.data["lat"])
    except PlaceOutside as outside:
        raise PlaceOutside(fields={"data.lon": [outside.detail]}) from None
