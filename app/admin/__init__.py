"""Administration as a whole: where it begins, what stands open in it, the search in the audit log."""
