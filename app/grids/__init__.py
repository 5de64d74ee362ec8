"""Hold the grid tree: boundaries, which grid a place lies in, and who serves which grid as what.

Doors: `queries.grid_tree()` for reading, `service` for changing, `coordinates` for places given in another system.
"""
