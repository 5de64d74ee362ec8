// Which grid is here, from the boundaries the phone keeps. WGS-84 throughout.

const EARTH_RADIUS_M = 6_371_008.8; // mean radius, IUGG
const RADIANS = Math.PI / 180;
const ROWS = 9; // lines on which a place inside is looked for

export function polygonsOf(geometry) {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

function crossings(ring, lat) {
  const found = [];
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [x, y] = ring[at];
    const [px, py] = ring[before];
    if (y > lat !== py > lat) found.push(((px - x) * (lat - y)) / (py - y) + x);
  }
  return found;
}

function isInside(polygon, lon, lat) {
  const odd = (ring) => crossings(ring, lat).filter((x) => x > lon).length % 2 === 1;
  return odd(polygon[0]) && !polygon.slice(1).some(odd);
}

export function contains(geometry, lon, lat) {
  return polygonsOf(geometry).some((polygon) => isInside(polygon, lon, lat));
}

// The grids of a map by code, each with its depth in the tree.
export function byCode(map) {
  const found = new Map(map.features.map((one) => [one.properties.code, one]));
  for (const one of map.features) {
    let depth = 0;
    for (let at = one; at; at = found.get(at.properties.parent)) depth += 1;
    one.depth = depth;
  }
  return found;
}

// The deepest grid at a place; a general one before one of a single trade.
export function locate(map, lon, lat) {
  if (!map) return null;
  byCode(map);
  const here = map.features.filter((one) => contains(one.geometry, lon, lat));
  const rank = (one) => one.depth * 2 + (one.properties.kind === "general" ? 1 : 0);
  return here.sort((one, other) => rank(other) - rank(one))[0] || null;
}

// A place that lies inside a grid: the middle of its widest stretch on one of a few lines.
export function placeInside(geometry) {
  let best = { width: -1 };
  for (const polygon of polygonsOf(geometry)) {
    const lats = polygon[0].map((point) => point[1]);
    const low = Math.min(...lats);
    const high = Math.max(...lats);
    for (let row = 1; row < ROWS; row += 1) {
      const lat = low + ((high - low) * row) / ROWS;
      const cuts = polygon.flatMap((ring) => crossings(ring, lat)).sort((one, other) => one - other);
      for (let at = 0; at + 1 < cuts.length; at += 2) {
        const width = cuts[at + 1] - cuts[at];
        if (width > best.width) best = { width, lon: (cuts[at] + cuts[at + 1]) / 2, lat };
      }
    }
  }
  return { lon: best.lon, lat: best.lat };
}

export function distance(one, other) {
  const half =
    Math.sin(((other.lat - one.lat) * RADIANS) / 2) ** 2 +
    Math.cos(one.lat * RADIANS) * Math.cos(other.lat * RADIANS) * Math.sin(((other.lon - one.lon) * RADIANS) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

// Where the phone is now, or was up to so long ago; null when it does not know or may not say.
export function whereAmI(ageMs = 0) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: ageMs },
    );
    return undefined;
  });
}
