"""Duty (值班): who is on duty at a centre in which shift, and handing over (交接班). Doors: `service`, `queries`."""
