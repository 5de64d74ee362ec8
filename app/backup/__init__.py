"""Keep everything in one file and bring it back: rows, photos and papers, and, sealed, the citizens' key."""
