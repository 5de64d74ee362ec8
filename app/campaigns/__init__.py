"""Rounds asked for once, over some ground until a day: censuses and check-ups by year. Doors: service, queries."""
