"""Files of boundaries as map programs write them."""

import io
import json

import shapely

from tests.factories.grids import county


def feature(draft, **properties):
    """One grid of a file."""
    known = {"code": draft.code, "name": draft.name, "level": draft.level, "parent": draft.parent, **properties}
    return {"type": "Feature", "properties": known, "geometry": json.loads(shapely.to_geojson(draft.geometry))}


def file_of(*features):
    """The bytes of a file."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def whole_county(**changes):
    """The small county as a file; changes are drafts by code, None leaves a grid out."""
    drafts = [changes.get(f"_{one.code}", one) for one in county()]
    return file_of(*(feature(one) for one in drafts if one))


def sent(content, crs="wgs84", name="网格.geojson"):
    """A form with a file."""
    return {"file": (io.BytesIO(content), name), "crs": crs}
