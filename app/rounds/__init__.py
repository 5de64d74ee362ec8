"""Duties that repeat, done by whoever the roster names: patrols, visits, inspections. Doors: service, queries."""
