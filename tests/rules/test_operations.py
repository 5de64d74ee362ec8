"""The operations pages say all there is to set and to watch, in both languages."""

import re

import pytest

from app import config
from app.core import health, metrics
from tests.rules.sources import ROOT

pytestmark = pytest.mark.one_database
PAGES = ("docs/operations.md", "docs/operations.zh-CN.md")


def settings():
    """The names of all settings as they stand in the environment."""
    for name in [*config.DEFAULTS, "SECRET_KEY"]:
        yield name if name in config._PLAIN else f"GEZHI_{name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_stands_in_the_table_with_its_default(page):
    said = (ROOT / page).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \|", said, re.MULTILINE))
    assert set(rows) == set(settings())
    for name, default in config.DEFAULTS.items():
        if isinstance(default, int) and not isinstance(default, bool):
            assert rows[f"GEZHI_{name}"] == str(default)


@pytest.mark.parametrize("page", PAGES)
def test_every_part_and_figure_is_explained(page, app):
    said = (ROOT / page).read_text(encoding="utf-8")
    with app.app_context():
        parts = {*health.look(), "failed_jobs"}
    for name in (*parts, *metrics._gauges):
        assert f"`{name}`" in said, f"{page} does not explain {name}"
