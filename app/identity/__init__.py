"""Know who acts: people, roles, assignments, sessions; doors: `queries.authenticate`, `service`, `gate`."""
