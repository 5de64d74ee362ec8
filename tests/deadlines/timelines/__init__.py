"""Timelines worked out by hand: what was done when, and where every clock has to end; `play` takes them to the door."""
