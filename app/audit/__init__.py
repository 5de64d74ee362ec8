"""Remember who signed in, was refused, saw personal data, exported; doors: `service.record`, `queries.search`."""
