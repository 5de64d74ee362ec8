"""Duties that repeat: patrols, visits and inspections by plan, done by whoever the roster names. Doors: service, queries."""
