"""The handbooks as pages (`/handbook/`): each with its pictures and a table of contents, on a phone too.

They are written in `docs/handbook/` and served from there. Only what lies in that folder by that name is read.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from flask import Response, url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.config import shipped
from app.core.errors import NotFound
from app.core.http import public
from app.frame import assets
from app.frame.pages import Pages, part_of, render

bp = Pages("handbook", __name__, url_prefix="/handbook")

FOLDER = shipped("docs/handbook")
LANGUAGE = ".zh-CN"
PICTURES = "pictures"
_LISTED = ("h2", "h3")  # in the table of contents
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents."""

    tag: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Handbook:
    """A handbook as its page shows it."""

    name: str
    title: str
    contents: Sequence[Heading]
    body: Markup


@bp.get("/")
@public("handbooks hold nobody's data, and who cannot sign in may look there")
def every() -> Response:
    """List the handbooks."""
    return render("handbooks.html", handbooks=_all(), part_of=part_of)


@bp.get("/<name>")
@public("handbooks hold nobody's data, and who cannot sign in may look there")
def one(name: str) -> Response:
    """Show a handbook."""
    page = _known(FOLDER, f"{LANGUAGE}.md").get(name)
    if page is None:
        raise NotFound
    return render("handbook.html", handbook=_read(page), others=_all(), part=part_of(name))


@bp.get(f"/{PICTURES}/<name>")
@public("pictures of the handbooks: everybody in them is invented")
def picture(name: str) -> Response:
    """Serve a picture of a handbook."""
    path = _known(FOLDER / PICTURES, ".png").get(name.removesuffix(".png"))
    if path is None or not name.endswith(".png"):
        raise NotFound
    return assets.serve(path)


def _known(folder: Path, ending: str) -> dict[str, Path]:
    """Return what lies in a folder by its name: no name that is asked for ever becomes a path."""
    return {path.name.removesuffix(ending): path for path in sorted(folder.glob(f"*{ending}"))}


def _all() -> list[Handbook]:
    return [_read(path) for path in _known(FOLDER, f"{LANGUAGE}.md").values()]


@lru_cache(maxsize=16)
def _read(path: Path) -> Handbook:
    """Read a handbook as it was when this process first saw it."""
    tokens = _MARKDOWN.parse(path.read_text(encoding="utf-8"))
    title, headings = "", []
    for opening, inside in pairwise(tokens):
        if opening.type == "heading_open":
            text = _plain(inside)
            anchor = "-".join(text.split())
            opening.attrSet("id", anchor)
            title = title or text
            headings += [Heading(opening.tag, anchor, text)] if opening.tag in _LISTED else []
    for token in tokens:
        _settle(token, path.parent)
    rest = tokens[3:] if tokens and tokens[0].tag == "h1" else tokens  # the page writes the title itself
    body = Markup(_MARKDOWN.renderer.render(rest, _MARKDOWN.options, {}))  # noqa: S704 - ours, and its HTML escaped
    return Handbook(path.name.removesuffix(f"{LANGUAGE}.md"), title, tuple(headings), body)


def _plain(inside: Token) -> str:
    return "".join(child.content for child in inside.children or ())


def _settle(token: Token, folder: Path) -> None:
    """Let pictures and links lead to where pages have them, and lines of Chinese run on without a gap."""
    for child in token.children or ():
        if child.type == "softbreak":
            child.type = "text"
        elif child.type == "image":
            child.attrs = dict(_pictured(str(child.attrs["src"]), folder))
    for link, end in _links(token.children or ()):
        address = _address(str(link.attrs["href"]), folder)
        if address:
            link.attrSet("href", address)
        else:
            link.type = end.type = "text"  # it leads to what is no page; the words remain


def _links(children: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    opened = [child for child in children if child.type == "link_open"]
    closed = [child for child in children if child.type == "link_close"]
    return zip(opened, closed, strict=True)  # links hold no links


def _pictured(source: str, folder: Path) -> Iterator[tuple[str, str | int]]:
    """Name a picture with its size, so that the page stands still while pictures come."""
    path = _known(folder / PICTURES, ".png")[Path(source).stem]
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    yield "src", url_for("handbook.picture", name=path.name, v=assets.mark(path))
    yield "alt", ""  # the renderer writes the words here
    yield from (("width", width), ("height", height), ("loading", "lazy"))


def _address(address: str, folder: Path) -> str | None:
    """Return where a link of a handbook leads: into itself, to another one, or to nothing that pages have."""
    if address.startswith("#"):
        return address
    name, _, anchor = address.removesuffix("/").partition("#")
    known = name.removesuffix(f"{LANGUAGE}.md")
    if known == name or known not in _known(folder, f"{LANGUAGE}.md"):
        return None
    return url_for("handbook.one", name=known, _anchor=anchor or None)
