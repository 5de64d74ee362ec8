"""Residents and households to visit: what is kept of them is sealed, each field with its readers. Doors: service."""
