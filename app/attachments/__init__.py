"""Keep photos and files: bytes by their hash, originals sealed, copies for people; doors: service, queries, events."""
