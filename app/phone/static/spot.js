// Whether somebody is so far from a case that a reason is owed: asked before it is sent, since the server judges later.

import { distance, outside } from "/static/frame/geometry.js";
import { byCode } from "./places.js";

function isWithin(features, code, other) {
  for (let at = features.get(code); at; at = features.get(at.properties.parent))
    if (at.properties.code === other) return true;
  return false;
}

// How far a place lies from a case, in metres, or outside the grid in which it is somewhere; null where nobody knows.
export function metresTo(one, form, map) {
  if (form.grid || form.lon === null) return null;
  if (one.lon !== null) return distance(form, one);
  const grid = map?.features.find((each) => each.properties.code === one.grid.code);
  return grid ? outside(grid.geometry, form.lon, form.lat) : null;
}

// By the county's figure, with what the fix may be wrong by counted in; a grid is far that lies apart from the case's.
export function isFar(one, form, most, map) {
  if (most === undefined || most === null) return false; // a catalogue kept long ago has no such figure
  if (form.grid) {
    const features = map ? byCode(map) : null;
    return Boolean(
      features?.has(form.grid) &&
      !isWithin(features, form.grid, one.grid.code) &&
      !isWithin(features, one.grid.code, form.grid),
    );
  }
  const metres = metresTo(one, form, map);
  return metres !== null && Math.round(metres) - (form.accuracy || 0) > most;
}
