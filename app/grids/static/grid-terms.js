// Words of closed sets of the grids, under the names that the house gives them
// (tests/rules/test_closed_sets_of_pages.py holds them to its enums).

export const GridKind = { DEDICATED: "dedicated" };
export const Level = { TOWNSHIP: "township", VILLAGE: "village", GRID: "grid" }; // from above
export const OutlineRole = {
  BEFORE: "before",
  BELOW: "below",
  BESIDE: "beside",
  CHANGED: "changed",
  ENDED: "ended",
  FAULTY: "faulty",
  NEW: "new",
  OWN: "own",
  PLACE: "place",
  SOUND: "sound",
};
