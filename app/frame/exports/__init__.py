"""Lists as files to take away: the rooms register their tables, people order them, a job of its own writes them."""
