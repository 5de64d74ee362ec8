"""Fifty made-up requests of every operation and of every act, and every odd value in every address and head."""
# ruff: noqa: F403 - how many there are is read when the tests are

import os

os.environ.setdefault("GEZHI_FUZZ_EXAMPLES", "50")

from tests.fuzz.conftest import *
from tests.fuzz.test_acts import *
from tests.fuzz.test_addresses import *
from tests.fuzz.test_description import *
