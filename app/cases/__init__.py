"""Keep cases: their timeline, tasks, clocks and links. Doors: `service.act` changes a case, `queries` reads it."""
