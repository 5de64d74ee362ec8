"""The browser's files: listed ones only, compressed, kept while they are the same; no other host in any of them."""

import re
from pathlib import Path

import pytest

from app.core import assets


@pytest.mark.parametrize("name", sorted(assets.PACKAGES))
def test_every_listed_file_is_served(app, client, name):
    with app.test_request_context():
        address = assets.lib(name)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) > 100


def test_scripts_are_compressed(client, app_context):
    plain = client.get("/lib/vue.js")
    small = client.get("/lib/vue.js", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 2


@pytest.mark.parametrize(
    "path", ["/lib/vue/package.json", "/lib/../setup.cfg", "/static/core/../db.py", "/static/core/none.js"]
)
def test_nothing_else_is(client, app_context, path):
    assert client.get(path).status_code == 404


def test_an_address_with_another_mark_is_not_kept_for_ever(client, app_context):
    assert client.get("/lib/vue.js?v=old").headers["Cache-Control"] == "no-cache"


def test_style_sheets_and_templates_name_no_other_host():
    rooms = Path(assets.__file__).parents[1]
    for file in [*rooms.rglob("*.html"), *rooms.rglob("static/*.css"), *rooms.rglob("static/*.js")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href|url\(|import|from)\s*[=(]?\s*["'(]?https?://""", text), file
