"""Hold what every room stands on (database, transaction, outbox, errors, HTTP, permissions, clock, logs); no domain."""
