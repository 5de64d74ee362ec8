"""What the tests of the demo share."""

import pytest

from app.catalogue import files
from app.deadlines.calendar_documents import load
from app.demo import county


@pytest.fixture(scope="module")
def office():
    (found,) = (each for each in files.read([county.SEEDS / "calendars.yaml"]) if each.kind == "calendars")
    return load(found.content).default
