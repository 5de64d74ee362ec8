"""Deadlines: working calendars (工作日历) and limits (时限). Doors: `calendar_documents.load`, `limits`."""
