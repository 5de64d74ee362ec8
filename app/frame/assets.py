"""Serve the browser's files: those of each room, and the listed ones of npm packages. Nothing comes from elsewhere."""

import hashlib
from functools import lru_cache
from pathlib import Path

import flask
from flask import Flask, Response, current_app, request, url_for
from flask_compress import Compress
from werkzeug.security import safe_join

from app.core.errors import NotFound
from app.core.http import public
from app.frame import libraries

ROOMS = Path(__file__).parent.parent
FOREVER = "public, max-age=31536000, immutable"
COMPRESSED = [
    "application/geo+json",
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/javascript",
]  # no HTML: a page that holds a secret beside what somebody typed tells it by its compressed length

bp = flask.Blueprint("assets", __name__, static_folder=None)


def init(app: Flask) -> None:
    """Serve the files, and compress what goes to phones."""
    app.config.setdefault("COMPRESS_MIMETYPES", COMPRESSED)
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    Compress(app)
    app.register_blueprint(bp)


@bp.get("/lib/<path:name>")
@public("libraries of the pages")
def package_file(name: str) -> Response:
    """Serve a listed file of an npm package."""
    if name not in libraries.FILES:
        raise NotFound
    return serve(_package_path(name))


@bp.get("/static/<room>/<path:name>")
@public("scripts and style sheets of the pages")
def room_file(room: str, name: str) -> Response:
    """Serve a file that lies in a room."""
    return serve(_room_path(room, name))


def lib(name: str) -> str:
    """Return the address of a library's file, which changes with its content."""
    return url_for("assets.package_file", name=name, v=mark(_package_path(name)))


def static(room: str, name: str) -> str:
    """Return the address of a room's file, which changes with its content."""
    return url_for("assets.room_file", room=room, name=name, v=mark(_room_path(room, name)))


def mark(path: Path) -> str:
    """Return a few letters that stand for a file's content."""
    return _content(path)[1]


@lru_cache(maxsize=256)
def _content(path: Path) -> tuple[bytes, str]:
    """Return a file as it was when this process first saw it, and its mark."""
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def _package_path(name: str) -> Path:
    return Path(current_app.config["BROWSER_FILES"]) / libraries.FILES[name]


def _room_path(room: str, name: str) -> Path:
    path = safe_join(str(ROOMS), room, "static", name)
    if path is None:
        raise NotFound
    return Path(path)


def serve(path: Path) -> Response:
    """Answer with a file; browsers keep it for good if they asked for it by its mark."""
    if path.suffix not in _TYPES or not _is_file(path):
        raise NotFound
    content, known = _content(path)
    sent = Response(content, mimetype=_TYPES[path.suffix])
    sent.set_etag(known)
    if request.args.get("v") == known:
        sent.headers["Cache-Control"] = FOREVER
    sent.make_conditional(request)
    return sent


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have, for its length
        return False


_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
