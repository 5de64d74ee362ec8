"""Write figures and outlines for the browser: plain values, names instead of codes, each figure with its address."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for

from app.board.queries import NO_CLASS, ClassCount, DayCount, GridCount, today
from app.catalogue import queries as catalogue_queries
from app.catalogue.words import ENDED_CLASS
from app.frame.language import t
from app.grids.tree import GridNode
from workflows.words import Words


def day(counted: DayCount) -> dict[str, Any]:
    """Write what a day brought."""
    on = counted.day.isoformat()
    closed = {"closed_from": on, "closed_to": on}
    return {
        "day": on,
        "reported": counted.reported,
        "closed": counted.closed,
        "forced": counted.forced,
        "deferred": counted.deferred,
        "links": {
            "reported": _cases(reported_from=on, reported_to=on),
            "closed": _cases(show="closed", **closed),
            "forced": _cases(show="forced", **closed),
            "deferred": _cases(deferred_from=on, deferred_to=on),
        },
    }


def of_class(counted: ClassCount, days: int) -> dict[str, Any]:
    """Write the figures of a class."""
    code, last = counted.code or NO_CLASS, today()
    since = {"reported_from": (last - timedelta(days=days - 1)).isoformat(), "reported_to": last.isoformat()}
    return {
        "name": class_name(code),
        "reported": counted.reported,
        "open": counted.open,
        "overdue": counted.overdue,
        "deferred": counted.deferred,
        "links": {
            "reported": _cases(**{"class": code}, **since),
            "open": _cases(**{"class": code}, show="open"),
            "overdue": _cases(**{"class": code}, show="overdue"),
            "deferred": _cases(**{"class": code}, show="deferred"),
        },
    }


def of_grid(counted: GridCount, days: Sequence[date]) -> dict[str, Any]:
    """Write the figures of a grid: `reported` by day, in the order of the days."""
    return {
        "code": counted.node.code,
        "name": counted.node.name,
        "open": counted.open,
        "overdue": counted.overdue,
        "reported": [counted.reported[one] for one in days],
    }


def class_name(code: str) -> str:
    """Return what a class is called."""
    if code == NO_CLASS:
        return t(Words("类别待定", "No class yet"))
    case_class = catalogue_queries.catalogue().get(code)
    return t(case_class.name) if case_class else t(ENDED_CLASS)


def outlines(nodes: Iterable[GridNode]) -> str:
    """Write the outlines of grids; a boundary is put in as it is kept."""
    features = (
        f'{{"type":"Feature","properties":{json.dumps({"code": node.code, "name": node.name}, ensure_ascii=False)},'
        f'"geometry":{node.boundary}}}'
        for node in nodes
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _cases(**filters: Any) -> str:
    return url_for("board.cases", **filters)
