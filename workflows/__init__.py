"""Hold the procedures as tables: one engine, and one machine for each kind of case."""
