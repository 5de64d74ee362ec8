// The way of one round: recorded only while it is under way, this page is open and its doer has said so.

import { distance } from "/static/frame/geometry.js";
import { db, keep, recall } from "./db.js";

const APART_METRES = 20; // nearer points say nothing; our figure
const POINTS_MOST = 2_000; // as the server takes them
const nameOf = (round_id) => `track ${round_id}`;
let watching = null;

export const canTrack = () => "geolocation" in navigator;
export const trackOf = (round_id) => recall(nameOf(round_id));

// Begin, or go on after the page was closed: what lay between is not made up.
export async function beginTrack(round_id) {
  endWatch();
  const track = (await trackOf(round_id)) || { began: Date.now(), points: [] };
  await keep(nameOf(round_id), track);
  watching = navigator.geolocation.watchPosition(
    ({ coords }) => add(round_id, track, coords),
    () => {}, // no position now: there is no point
    { enableHighAccuracy: true },
  );
}

async function add(round_id, track, { longitude: lon, latitude: lat }) {
  if (watching === null) return; // a place that comes after the end
  const last = track.points.at(-1);
  if (
    track.points.length >= POINTS_MOST ||
    (last && distance({ lon: last[0], lat: last[1] }, { lon, lat }) < APART_METRES)
  )
    return;
  track.points.push([lon, lat, Math.round((Date.now() - track.began) / 1000)]);
  await keep(nameOf(round_id), track);
}

export function endWatch() {
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
}

// The points up to now; they stay on this phone until the step that takes them along is saved.
export async function pointsOf(round_id) {
  const track = await trackOf(round_id);
  return track?.points.length ? track.points : null;
}

// Stop, and leave no point on this phone.
export async function dropTrack(round_id) {
  endWatch();
  await db.kept.delete(nameOf(round_id));
}
