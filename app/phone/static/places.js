// Which grid is here, from the boundaries the phone keeps. WGS-84 throughout.

import { contains } from "/static/frame/geometry.js";
import { isSecure } from "./address.js";
import { GridKind } from "./terms.js";

// The grids of a map by code, each with its depth in the tree.
export function byCode(map) {
  const features = new Map(map.features.map((one) => [one.properties.code, one]));
  for (const one of map.features) {
    let depth = 0;
    for (let at = one; at; at = features.get(at.properties.parent)) depth += 1;
    one.depth = depth;
  }
  return features;
}

// The deepest grid at a place; a general one before one of a single trade.
export function locate(map, lon, lat) {
  if (!map) return null;
  byCode(map);
  const here = map.features.filter((one) => contains(one.geometry, lon, lat));
  const rank = (one) => one.depth * 2 + (one.properties.kind === GridKind.GENERAL ? 1 : 0);
  return here.sort((one, other) => rank(other) - rank(one))[0] || null;
}

// Where something is, as a report or a step says it: a point, or a grid that was chosen by hand, never both.
export const hasPlace = ({ lon, grid }) => lon !== null || Boolean(grid);

// What a draft keeps of its place: what was chosen stands, what was measured is measured anew. A draft that does not
// know of grids may hold a point that was made of one: nobody has said that.
export function chosenIn({ lon, lat, accuracy, grid }) {
  const stands = grid || (grid === null && accuracy === null);
  return stands ? { lon, lat, accuracy, grid } : { lon: null, lat: null, accuracy: null, grid: null };
}

export const placeIn = ({ lon, lat, grid }) => (grid ? { grid } : { lon, lat });

const DENIED = 1; // of a GeolocationPositionError

// Where the phone is now, or was up to so long ago; {why} when it does not know or may not say.
export function whereAmI(ageMs = 0) {
  return new Promise((resolve) => {
    if (!isSecure) return resolve({ why: "address" });
    if (!navigator.geolocation) return resolve({ why: "none" });
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: Math.round(coords.accuracy) }),
      ({ code }) => resolve({ why: code === DENIED ? "denied" : "weak" }),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: ageMs },
    );
    return undefined;
  });
}
