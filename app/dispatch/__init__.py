"""Send cases to departments and carry their answers: routing, joint handling, asks, whistles (吹哨报到)."""
