"""Make the demo county: synthetic boundaries, people, departments and a life of cases, from published names and codes.

Everything here is an example and runs through the same doors as the real thing. Doors: the command `gezhi demo`,
`county.make()`, `play.play()`, `boundaries.county_grids()`.
"""
