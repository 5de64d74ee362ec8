"""The browser's files: listed ones only, compressed, kept while they are the same; no other host in any of them."""

import re
from pathlib import Path

import pytest

from app.frame import assets, libraries

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("name", sorted(libraries.FILES))
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
    "path", ["/lib/vue/package.json", "/lib/../setup.cfg", "/static/frame/../db.py", "/static/core/none.js"]
)
def test_nothing_else_is(client, app_context, path):
    assert client.get(path).status_code == 404


def test_an_address_with_another_mark_is_not_kept_for_ever(client, app_context):
    assert client.get("/lib/vue.js?v=old").headers["Cache-Control"] == "no-cache"


HOST = r"""(?:https?:|wss?:)?//[\w-]+\."""
LOADS = re.compile(  # what makes a browser ask another host; a namespace or a link in a message does not
    rf"""(?ix) \burl\(\s*["']?{HOST}
        | @import\s+["']{HOST}
        | \b(?:fetch|importScripts|import|Worker|SharedWorker|WebSocket|EventSource|sendBeacon)\(\s*["'`]{HOST}
        | \.open\(\s*["'`]\w+["'`]\s*,\s*["'`]{HOST}
        | \b(?:from|import)\s*["']{HOST}
        | \b(?:src|href|action)\s*=\s*["'`]{HOST}"""
)
LEADS = re.compile(r"<a [^>]*>")  # a link that somebody may follow is not loaded


def loads(text):
    """What a file has a browser load from another host."""
    return LOADS.findall(LEADS.sub("", re.sub(r"(?s)/\*.*?\*/", "", text)))


@pytest.mark.parametrize(
    "line",
    [
        "a { background: url(https://cdn.example/x.png) }",
        "@font-face { src: url('//fonts.example/x.woff') }",
        "@import 'https://cdn.example/x.css';",
        'fetch("https://api.example/x")',
        "importScripts(`https://cdn.example/sw.js`)",
        'request.open("GET", "https://api.example/x")',
        'import{a}from"https://cdn.example/x.js"',
        'image.src="https://cdn.example/x.png"',
        '<script src="//cdn.example/x.js"></script>',
    ],
)
def test_the_look_for_other_hosts_sees_one(line):
    assert loads(line)


@pytest.mark.parametrize(
    "line",
    [
        "/* See: https://bugs.example/1 */",
        'document.createElementNS("http://www.w3.org/2000/svg","svg")',
        "a { background: url(\"data:image/svg+xml,%3csvg xmlns='http://www.w3.org/2000/svg'%3e\") }",
        '<a href="https://leafletjs.com" title="A library">',
        'fetch("/api/v1/me")',
    ],
)
def test_and_takes_nothing_else_for_one(line):
    assert not loads(line)


def test_nothing_that_we_serve_loads_from_another_host(app):
    rooms = Path(assets.__file__).parents[1]
    kinds = ("**/*.html", "*/static/**/*.css", "*/static/**/*.js", "**/templates/**/*.js")
    ours = [path for kind in kinds for path in rooms.glob(kind)]
    packages = Path(app.config["BROWSER_FILES"])
    theirs = [packages / file for file in libraries.FILES.values() if file.endswith((".css", ".js", ".mjs"))]
    assert len(ours) > 50
    assert len(theirs) > 8
    assert not {path.name: found for path in (*ours, *theirs) if (found := loads(path.read_text(encoding="utf-8")))}
