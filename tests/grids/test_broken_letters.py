"""Half a surrogate pair, which JSON may hold and no database takes, anywhere in a file of boundaries: a refusal."""

import json

import pytest
from shapely import box

from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, draft
from tests.factories.town import GRID
from tests.grids.files import feature, file_of, sent

URL = "/admin/grids/import/"
HALF = "\ud800"
STATED = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def spoilt(value):
    """Yield every copy of a value in which one text, or one name of a member, holds half a surrogate pair."""
    if isinstance(value, str):
        yield value + HALF
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield {f"{other}{HALF}" if other == name else other: item for other, item in value.items()}
            yield from ({**value, name: one} for one in spoilt(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from ([*value[:place], one, *value[place + 1 :]] for one in spoilt(inner))


@pytest.mark.parametrize(
    "more", [{}, {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}]
)
def test_half_a_letter_is_refused_or_passed_over_wherever_it_stands(app, town, more):
    desk = Desk(app, town.hire("administrator", "grid", COUNTY))
    known = feature(draft(GRID, box(112, 36, 112.05, 36.1)), OBJECTID="7", remark="x")
    whole = json.loads(file_of(known)) | more
    for collection in spoilt(whole):
        answer = desk.post(URL, sent(json.dumps(collection).encode()))
        assert answer.status_code in (303, 422), (collection, answer.text)
        if answer.status_code == 303:
            shown = desk.get(answer.headers["Location"])
            assert shown.status_code == 200, collection
            assert HALF not in shown.text
            assert desk.get(f"{answer.headers['Location']}/outlines").status_code == 200
