"""Every list leaves the house: a template that turns pages offers what it lists as a file, or says here why not."""

import re

from tests.rules.sources import texts

NOT_TAKEN_AWAY = {"app/frame/templates/macros.html": "describes the pager"}


def test_every_template_that_turns_pages_offers_a_file():
    ours = {path: text for path, text in texts() if re.match(r"app/.*\.html$", path) and "pager(" in text}
    kept = {path for path, text in ours.items() if "{{ take_away(" not in text}
    assert len(ours) > 10
    assert kept == NOT_TAKEN_AWAY.keys(), "enter an ExportTable (app/frame/exports/registry.py), or say why not"
