"""Whom the phone asks for a reason before sending is whom the server would have asked."""

import json
import subprocess

import pytest

from app.grids.coordinates import distance_m
from app.grids.queries import grid_tree
from app.phone import pages
from tests.factories.town import GRID, HERE, NEXT_GRID
from tests.support.node import node

FRAME = pages.STATIC.parents[1] / "frame" / "static"
MOST = 100
METRE = 360 / 40_030_230


@pytest.fixture
def phone(tmp_path, town):
    """What functions of spot.js answer, with the grids as the phone keeps them."""
    for path in (*(pages.STATIC / name for name in ("places.js", "spot.js", "terms.js")), FRAME / "geometry.js"):
        text = path.read_text(encoding="utf-8").replace("/static/frame/", "./")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    (tmp_path / "address.js").write_text("export const isSecure = true;", encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    script = """import { isFar, metresTo } from "./spot.js";
        const [map, questions] = JSON.parse(process.argv[2]);
        const answer = ([one, form, most]) => [metresTo(one, form, map), isFar(one, form, most, map)];
        console.log(JSON.stringify(questions.map(answer)));"""
    (tmp_path / "call.js").write_text(script, encoding="utf-8")
    whole = town.worker.get("grids").get_json()

    def phone(*questions):
        command = [*node(), tmp_path / "call.js", json.dumps([whole, questions])]
        return json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)

    return phone


def form(lon=None, lat=None, accuracy=None, grid=None):
    return {"lon": lon, "lat": lat, "accuracy": accuracy, "grid": grid}


def test_the_phone_measures_as_the_server_does(app, phone):
    point = {"lon": HERE[0], "lat": HERE[1], "grid": {"code": GRID}}
    somewhere = {"lon": None, "lat": None, "grid": {"code": GRID}}
    north = HERE[1] + 150 * METRE
    east = 112.1 + 0.002  # of the grid's edge
    answers = phone(
        (point, form(HERE[0], north), MOST),
        (point, form(HERE[0], north, accuracy=60), MOST),
        (somewhere, form(*HERE), MOST),
        (somewhere, form(east, 36.05), MOST),
        (somewhere, form(east, 36.05, accuracy=90), MOST),
        (point, form(grid=NEXT_GRID), MOST),
        (point, form(grid=GRID), MOST),
        (point, form(HERE[0], north), None),  # a catalogue kept from before the figure
    )
    assert [far for _, far in answers] == [True, False, False, True, False, True, False, False]
    with app.app_context():
        edge = grid_tree().metres_to(GRID, east, 36.05)
    metres = [metres for metres, _ in answers]
    assert metres[0] == pytest.approx(distance_m(*HERE, HERE[0], north), abs=0.01)
    assert (metres[2], metres[3], metres[5]) == (0, pytest.approx(edge, abs=0.01), None)
