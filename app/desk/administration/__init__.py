"""Administration: where it begins, and the search in the audit."""
