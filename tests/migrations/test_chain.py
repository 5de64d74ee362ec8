"""Migrations stand in one line, numbered, each with both ways."""

import ast
import re
from itertools import pairwise

from alembic.config import Config
from alembic.script import ScriptDirectory

from app.factory import MIGRATIONS
from tests.rules.sources import parsed


def scripts():
    """All migrations, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    directory = ScriptDirectory.from_config(config)
    assert len(directory.get_heads()) == 1
    return list(reversed(list(directory.walk_revisions())))


def test_there_is_one_head_and_every_number_follows_the_one_before():
    line = scripts()
    assert [script.revision for script in line] == [f"{number:04}" for number in range(1, len(line) + 1)]
    assert all(later.down_revision == earlier.revision for earlier, later in pairwise(line))


def test_every_file_is_called_by_number_and_words_and_says_what_it_is_for():
    for script in scripts():
        name = script.path.rsplit("/", 1)[-1]
        assert re.fullmatch(rf"{script.revision}_[a-z0-9_]+\.py", name), name
        assert script.doc.endswith("."), name


def test_every_migration_goes_both_ways():
    for script in scripts():
        tree = parsed(MIGRATIONS / "versions" / script.path.rsplit("/", 1)[-1])
        bodies = {node.name: node.body for node in tree.body if isinstance(node, ast.FunctionDef)}
        for way in ("upgrade", "downgrade"):
            assert any(not isinstance(line, ast.Pass) for line in bodies[way]), f"{script.revision} {way}"
