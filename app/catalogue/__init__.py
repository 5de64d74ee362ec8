"""The catalogue (目录): what a county calls its cases, when it files them, how long it allows, who handles them.

Classes, 网格+N services, step limits, settings and calendars are documents in files (`seed/`), imported as versions
that hold from a moment on. Doors: `queries.catalogue`, `queries.class_at`, `service.import_files`. What a document may
say is in `schemas.py`; what others get to see, frozen, is in `documents.py` and `lookups.py`.
"""
