"""A web process answers everybody in one thread: nothing that it does on a whole county is long in one piece."""

import io
import json
import re
from functools import partial
from pathlib import Path

import pytest

from app.audit import service as audit
from app.audit.tags import Tag
from app.catalogue import service as catalogue
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.demo import county, terrain
from app.frame import sheets
from app.grids import geojson_writer, import_check, queries, service
from app.grids.coordinates import Crs
from app.identity.people_file import COLUMNS
from tests.desk.browser import Desk, path_of
from tests.factories.identity import assignment, person, role
from tests.grids.files import feature, file_of
from tests.support import pieces

CALLS_MOST = 100_000  # some 30 ms on a quiet core
ENTRIES, ROWS = 600, 800
ACCOUNTS = 250  # a quarter of the most that one file makes, in one write transaction
PAGES = (
    "/admin/catalogue/", "/admin/catalogue/export", "/api/v1/catalogue", "/api/v1/grids", "/openapi.json", "/docs",
    "/readyz", "/admin/grids/", "/admin/grids/export", "/admin/roster/", "/exports/", "/admin/people/",
    "/admin/people/import/template", "/board/grids?level=grid&days=90", "/board/outlines", "/board/figures?days=90",
    "/desk/cases", "/admin/audit/",
)  # fmt: skip


@pytest.fixture
def desk(app, app_context, database_kind):
    """Somebody who may do everything in the demo county."""
    if database_kind != "sqlite":
        pytest.skip("what is done in between is the same on both")
    county.make("hash")
    role(permissions=tuple(Permission))
    someone = person()
    assignment(someone, scope_code="141025", scope_path="141025/")
    with transaction():
        for _ in range(ENTRIES):
            audit.record(Tag.EXPORT_MADE, what="audit", rows=0)
    return Desk(app, someone)


def grids():
    """The county's own grids, each with another name."""
    collection = json.loads(geojson_writer.whole(queries.grid_tree().current))
    for one in collection["features"]:
        one["properties"]["name"] += "新"
    return json.dumps(collection).encode()


def people(count, prefix="new"):
    """A sheet of people who are new."""
    rows = [(f"张小{n}", f"{prefix}{n}", "", "网格员", "网格", "141025100005001", "", "") for n in range(count)]
    return sheets.write("人员", [(column, 12) for column in COLUMNS], rows)


def documents():
    """All that we ship, each saying something new."""
    files = sorted((Path(catalogue.__file__).parent / "seed").rglob("*.yaml"))
    return [(path.name, path.read_bytes().replace("天".encode(), "日".encode())) for path in files]


def requests(desk):
    """What is asked for, by name."""
    sheet, boundaries, seed = people(ROWS), grids(), documents()

    def bring():
        answer = desk.post("/admin/grids/import/", {"file": (io.BytesIO(boundaries), "g.json"), "crs": "gcj02"})
        brought.append(path_of(answer))
        return desk.get(brought[-1])

    def look(content):
        return desk.post("/admin/people/import", {"file": (io.BytesIO(content), "people.xlsx")})

    def sealed(prefix):
        page = look(people(ACCOUNTS, prefix)).text
        return {name: re.search(f'name="{name}" value="([^"]+)"', page)[1] for name in ("packed", "seal")}

    brought = []
    yield from ((path, partial(desk.get, path)) for path in PAGES)
    yield (
        "catalogue",
        lambda: desk.post("/admin/catalogue/import", {"files": [(io.BytesIO(text), name) for name, text in seed]}),
    )
    yield "people", lambda: look(sheet)
    looked = [sealed("one"), sealed("two")]
    yield "people, confirmed", lambda: desk.post("/admin/people/import/confirm", looked.pop(), buffered=True)
    yield "boundaries", bring
    yield "outlines of boundaries", lambda: desk.get(f"{brought[-1]}/outlines")


def test_nothing_on_a_whole_county_is_long_in_one_piece(desk, monkeypatch):
    longest = {}
    with pieces.counted(monkeypatch) as counted:
        for name, call in requests(desk):
            call()  # templates are compiled once
            answer = counted.of(call)
            assert answer.status_code == 200, (name, answer.text[:500])
            longest[name] = counted.longest
    assert {name: calls for name, calls in longest.items() if calls > CALLS_MOST} == {}


def test_what_is_done_here_is_seen(app_context, monkeypatch):
    with pieces.counted(monkeypatch) as counted:
        file = file_of(*(feature(one) for one in terrain.county_grids()))
        counted.of(lambda: import_check.judge_file(file, Crs.GCJ02, service.ground()[0]))
    assert counted.longest > CALLS_MOST
