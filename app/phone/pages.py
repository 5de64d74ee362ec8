"""The shell of the phone page, its service worker and what makes it installable. All work happens in the browser."""

import hashlib
from functools import cache, partial
from pathlib import Path

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from app.core.http import public
from app.frame import assets
from app.frame.pages import Pages, render

bp = Pages("phone", __name__, url_prefix="/m")
bp.app_context_processor(lambda: {"phone_address": partial(url_for, "phone.shell")})  # for whoever signs in at a desk

STATIC = Path(__file__).parent / "static"
SHARED = (assets.ROOMS / "frame" / "static" / "geometry.js",)  # scripts of the frame that ours import
TEMPLATES = Path(__file__).parent / "templates" / "phone"
FIRST = ("vue.js", "htm.js", "dexie.js")  # libraries of every screen
LATER = ("tus.js", "leaflet.js", "leaflet.css")  # asked for when wanted, and there without network, too
MANIFEST = {
    "id": "/m/",
    "name": "格治 Gezhi",
    "short_name": "格治",
    "description": "网格员手机端：没有网络也能上报。Gezhi on the phone: it works without network.",
    "lang": "zh-CN",
    "start_url": "/m/",
    "scope": "/m/",
    "display": "standalone",
    "background_color": "#ffffff",
    "theme_color": "#0b4f8a",
    "icons": [
        {"src": "/static/phone/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "/static/phone/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {"src": "/static/phone/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        {"src": "/static/phone/icon.svg", "sizes": "any", "type": "image/svg+xml"},
    ],
}


@bp.get("/")
@public("the shell holds nobody's data: the phone signs in by itself")
def shell() -> Response:
    """Serve the page; its address ends in a slash, or it would lie outside of its service worker."""
    if not request.path.endswith("/"):
        return make_response(redirect(url_for("phone.shell")))
    return render("phone/shell.html", modules=[*_lib(FIRST), *_own(".js")], tiles=_tiles())


@bp.get("/sw.js")
@public("the service worker holds nobody's data")
def service_worker() -> Response:
    """Serve the service worker; with `sends` it is a module that also sends the queue when the browser wakes it."""
    files = [
        url_for("phone.shell"),
        url_for("phone.manifest"),
        *_lib(FIRST + LATER),
        *_own(".js", ".css", ".svg", ".png"),
    ]
    script = render_template("phone/sw.js", files=files, version=_version(_tiles()), sends="sends" in request.args)
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = url_for("phone.shell")
    return answer


@bp.get("/manifest.webmanifest")
@public("says how the page is installed")
def manifest() -> Response:
    """Serve the manifest."""
    answer = make_response(MANIFEST)
    answer.mimetype = "application/manifest+json"
    return answer


def _lib(names: tuple[str, ...]) -> list[str]:
    return [url_for("assets.package_file", name=name) for name in names]


def _own(*kinds: str) -> list[str]:
    files = [path for path in (*SHARED, *sorted(STATIC.iterdir())) if path.suffix in kinds]
    return [url_for("assets.room_file", room=path.parts[-3], name=path.name) for path in files]


def _tiles() -> str:
    """Return the address of map tiles; nothing where none is set."""
    return current_app.config["MAP_TILES"] or ""


@cache
def _version(tiles: str) -> str:
    """Return what changes when any file of the shell does, or a setting in it: then browsers fetch all of them anew."""
    digest = hashlib.sha256(f"{tiles}{MANIFEST}".encode())
    for path in [*SHARED, *sorted(STATIC.iterdir()), *sorted(TEMPLATES.iterdir())]:
        digest.update(path.name.encode() + path.read_bytes())
    for name in FIRST + LATER:
        digest.update(assets.lib(name).encode())
    return digest.hexdigest()[:16]
