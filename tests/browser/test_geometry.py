"""What scripts say of places is what the server says of them: what lies where, and how far away."""

import random

from shapely import MultiPolygon, Point, Polygon
from shapely.geometry import mapping

from app.grids.coordinates import distance_m
from tests.factories.grids import INSIDE

ASK = """async ([geometries, points, pairs]) => {
    const { contains, distance } = await import('/static/frame/geometry.js');
    return [
        geometries.map((one) => points.map(([lon, lat]) => contains(one, lon, lat))),
        pairs.map(([one, other]) => distance({ lon: one[0], lat: one[1] }, { lon: other[0], lat: other[1] })),
    ];
}"""
COAST = [(0, 0), (8, 0), (8, 3), (5, 2), (8, 6), (0, 6), (3, 3), (0, 0)]
POND = [(1.5, 0.5), (4, 0.5), (4, 1.5), (1.5, 1.5), (1.5, 0.5)]
ISLAND = [(9, 7), (11, 7), (11, 9), (9, 9), (9, 7)]


def test_scripts_and_server_agree_on_places_and_distances(hold):
    hand = hold()
    hand.open()
    chance = random.Random(8)  # noqa: S311 - the same points each time
    lake, county = Polygon(COAST, [POND]), MultiPolygon([(COAST, [POND]), (ISLAND, [])])
    points = [(chance.uniform(-1, 12), chance.uniform(-1, 10)) for _ in range(500)]
    lon, lat = next(iter(INSIDE.values()))
    pairs = [((lon, lat), (lon + chance.gauss(0, 0.02), lat + chance.gauss(0, 0.02))) for _ in range(100)]
    inside, apart = hand.page.evaluate(ASK, [[mapping(lake), mapping(county)], points, pairs])
    for geometry, answers in zip((lake, county), inside, strict=True):
        assert answers == [geometry.contains(Point(point)) for point in points]
        assert 0 < sum(answers) < len(points)
    for (one, other), metres in zip(pairs, apart, strict=True):
        assert abs(metres - distance_m(*one, *other)) < 0.01
