"""Know every body that can be given work (部门), by code, name and alias; doors: `queries.directory`, `service`."""
