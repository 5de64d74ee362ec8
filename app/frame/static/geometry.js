// Places and outlines, WGS-84 throughout: for every script that asks what lies where, and how far away.

const EARTH_RADIUS_M = 6_371_008.8; // mean radius, IUGG
const RADIANS = Math.PI / 180;

// Whether a point lies in a ring: a line to the east of it crosses the ring an odd number of times.
function isInRing(ring, lon, lat) {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [x, y] = ring[at];
    const [px, py] = ring[before];
    if (y > lat !== py > lat && ((px - x) * (lat - y)) / (py - y) + x > lon) inside = !inside;
  }
  return inside;
}

export function contains(geometry, lon, lat) {
  const holds = ([shell, ...holes]) => isInRing(shell, lon, lat) && !holes.some((hole) => isInRing(hole, lon, lat));
  return (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).some(holds);
}

const ringsOf = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat();
const M_PER_DEGREE = EARTH_RADIUS_M * RADIANS;

// How far a point lies outside an outline, in metres on flat ground: right for what is near; nothing within it.
export function outside(geometry, lon, lat) {
  if (contains(geometry, lon, lat)) return 0;
  const narrow = Math.cos(lat * RADIANS);
  const near = ([[x, y], [px, py]]) => {
    const [ax, ay, bx, by] = [(x - lon) * narrow, y - lat, (px - x) * narrow, py - y];
    const length = bx * bx + by * by;
    const share = length ? Math.min(1, Math.max(0, -(ax * bx + ay * by) / length)) : 0;
    return Math.hypot(ax + share * bx, ay + share * by);
  };
  const lines = ringsOf(geometry).flatMap((ring) => ring.slice(1).map((corner, at) => [ring[at], corner]));
  return Math.min(...lines.map(near)) * M_PER_DEGREE;
}

export function distance(one, other) {
  const half =
    Math.sin(((other.lat - one.lat) * RADIANS) / 2) ** 2 +
    Math.cos(one.lat * RADIANS) * Math.cos(other.lat * RADIANS) * Math.sin(((other.lon - one.lon) * RADIANS) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
}
