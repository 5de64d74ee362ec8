"""Take the place that somebody names: a point in the county, or somewhere in a grid chosen by hand; or none.

Nobody makes a point of a grid: what was not said is not kept.
"""

from collections.abc import Mapping
from typing import Any

from app.cases.models import PlaceKind
from app.cases.turn import Turn
from app.core.errors import Invalid
from app.grids import queries as grids
from app.grids.queries import GridPoint, PlaceOutside
from app.grids.tree import GridNode
from workflows.words import Words


def kind_of(case: Any) -> PlaceKind:
    """Tell what is known of where a case is: a point, or only the grid in which it lies somewhere."""
    return PlaceKind.GRID if case.lon is None else PlaceKind.POINT


def prepare(turn: Turn) -> None:
    """Let a grid chosen by hand stand for the point that the machine's `needs` ask for."""
    if turn.data.get("grid") is not None:
        turn.satisfied |= {"lon", "lat"}


def hold(turn: Turn) -> None:
    """Refuse a place outside the county, and a grid that there is not."""
    point_in(turn)
    grid_in(turn.data, "data.grid")


def point_in(turn: Turn) -> GridPoint | None:
    """Return the point that a step names, with its grid; raise PlaceOutside where it lies in none of the county."""
    if turn.data.get("lon") is None:
        return None
    try:
        return grids.locate(turn.data["lon"], turn.data["lat"])
    except PlaceOutside as outside:
        raise PlaceOutside.at("data.lon", outside.detail) from None


def grid_in(data: Mapping[str, Any], name: str) -> GridNode | None:
    """Return the grid that somebody chose; raise Invalid, by this name of the field, where there is no such one now."""
    if data.get("grid") is None:
        return None
    node = grids.of_today(data["grid"])
    if node is None:
        raise Invalid.at(
            name, Words("没有这个网格，请从现用的网格中选择。", "There is no such grid: choose one of those in use.")
        )
    return node
