"""Ninety days of the demo county, through the front door: every state, every act, nothing owed after."""

import pytest

from tests.demo.test_play import *  # noqa: F403 - the same questions, asked of a longer play


@pytest.fixture(scope="module")
def days():
    return 90
