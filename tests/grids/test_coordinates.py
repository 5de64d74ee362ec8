"""Places keep their place when they change from one coordinate system to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grids.coordinates import ERROR_BOUND_DEGREES, FORMULA_BOUND_DEGREES, Crs, from_wgs84, to_wgs84

# WGS-84 and GCJ-02 pairs published as test data: googollee/eviltransform, python/test.py (Shanghai, Shenzhen, Beijing);
# wandergis/coordtransform, test/app.js (Beijing).
GCJ_PAIRS = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]
# WGS-84, GCJ-02 and BD-09 of the same city: hujiulong/gcoord, test/fixtures/china-cities.json, seven decimals.
CITIES = {
    "驻马店": ((114.0164322, 33.0133556), (114.022306, 33.0115324), (114.0287781, 33.0176697)),
    "邢台": ((114.498916, 37.0700925), (114.5048503, 37.0705911), (114.5113116, 37.0766797)),
    "那曲": ((92.0499619, 31.4784436), (92.0512438, 31.4762063), (92.0576832, 31.4824421)),
    "运城": ((111.0017421, 35.0271663), (111.0075355, 35.0264171), (111.0139261, 35.0327206)),
    "辽阳": ((123.2312099, 41.2651725), (123.2369518, 41.2672464), (123.2433178, 41.2736074)),
    "酒泉": ((98.4937175, 39.7319946), (98.4943595, 39.7328234), (98.5008441, 39.7388949)),
    "毕节": ((105.2884121, 27.2873271), (105.2916458, 27.2839591), (105.2982343, 27.2896767)),
    "汕头": ((116.6775114, 23.3567569), (116.6819735, 23.3540964), (116.6885014, 23.3598884)),
}
inside_china = st.tuples(st.floats(73, 135), st.floats(3, 54))


def off(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


@pytest.mark.parametrize(("wgs", "gcj"), GCJ_PAIRS)
def test_published_gcj_pairs_are_met_exactly_there_and_back(wgs, gcj):
    assert off(from_wgs84(*wgs, Crs.GCJ02), gcj) < ERROR_BOUND_DEGREES
    assert off(to_wgs84(*gcj, Crs.GCJ02), wgs) < ERROR_BOUND_DEGREES


def test_the_published_bd09_value_of_a_gcj02_place_is_met_exactly():
    # wandergis/coordtransform, test/app.js: GCJ-02 (116.404, 39.915) is BD-09 (116.41036949371029, 39.92133699351021)
    assert off(to_wgs84(116.41036949371029, 39.92133699351021, "bd09"), to_wgs84(116.404, 39.915, "gcj02")) < 1e-9


@pytest.mark.parametrize("city", CITIES)
def test_published_cities_are_met_within_the_stated_bound(city):
    wgs, gcj, bd = CITIES[city]
    assert off(from_wgs84(*wgs, "gcj02"), gcj) < FORMULA_BOUND_DEGREES
    assert off(from_wgs84(*wgs, "bd09"), bd) < FORMULA_BOUND_DEGREES
    assert off(to_wgs84(*gcj, "gcj02"), wgs) < FORMULA_BOUND_DEGREES
    assert off(to_wgs84(*bd, "bd09"), wgs) < FORMULA_BOUND_DEGREES


@given(place=inside_china, crs=st.sampled_from(Crs))
def test_there_and_back_inside_china_returns_the_place(place, crs):
    assert off(to_wgs84(*from_wgs84(*place, crs), crs), place) < ERROR_BOUND_DEGREES


@given(place=inside_china)
def test_gcj02_moves_a_place_in_china_by_no_more_than_a_kilometre_or_two(place):
    assert 0 < off(from_wgs84(*place, "gcj02"), place) < 0.02


@pytest.mark.parametrize("place", [(0.0, 0.0), (2.3522, 48.8566), (151.2093, -33.8688), (-74.006, 40.7128)])
def test_gcj02_leaves_places_outside_china_alone(place):
    assert from_wgs84(*place, "gcj02") == place
    assert to_wgs84(*place, "gcj02") == place


def test_cgcs2000_is_taken_as_wgs84():
    assert to_wgs84(111.92, 36.27, "cgcs2000") == (111.92, 36.27) == from_wgs84(111.92, 36.27, Crs.CGCS2000)


def test_an_unknown_system_is_refused():
    with pytest.raises(ValueError, match="beijing54"):
        to_wgs84(111.92, 36.27, "beijing54")
