"""Administration of the ground: the tree of grids, the import of boundaries, the roster."""
