"""Scripts and styles look as Prettier writes them, and ESLint finds nothing in them."""

from tests.support.node import run


def test_scripts_and_styles_are_formatted():
    ended, text = run("prettier/bin/prettier.cjs", "--check", ".")
    assert ended == 0, f"node_modules/.bin/prettier --write . mends it:\n{text}"


def test_scripts_hold_nothing_that_is_undefined_unused_or_doubtful():
    ended, text = run("eslint/bin/eslint.js", "--max-warnings=0", "app", "eslint.config.mjs")
    assert ended == 0, text
