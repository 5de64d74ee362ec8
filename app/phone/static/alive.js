// What IndexedDB holds, alive: a value that follows every change, from whichever tab it comes.

import { liveQuery } from "./db.js";
import { shallowRef } from "./ui.js";

export function alive(query, first) {
  const held = shallowRef(first);
  liveQuery(query).subscribe({ next: (value) => (held.value = value), error: (error) => console.error(error) });
  return held;
}
