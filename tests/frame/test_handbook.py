"""The handbooks as pages: each leads somewhere, shows its pictures, and nothing else of the machine."""

import html
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.frame.handbook import FOLDER, _read
from app.rooms import MENU
from tests.board.boards import page
from tests.factories.grids import COUNTY
from tests.frame.test_docs import Page
from tests.support.elements import links_of, texts_of

pytestmark = pytest.mark.one_database
NAMES = sorted(path.name.removesuffix(".zh-CN.md") for path in FOLDER.glob("*.zh-CN.md"))


def shown(client, name):
    """A handbook as a browser finds it."""
    answer = client.get(f"/handbook/{name}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, name
    return Page(answer.text)


def test_every_part_of_the_house_has_its_handbook():
    assert sorted({place.handbook for place in MENU}) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_handbook_is_a_page_whose_links_and_pictures_are_there(client, name):
    found = shown(client, name)
    written = (FOLDER / f"{name}.zh-CN.md").read_text(encoding="utf-8")
    pictures = [link for link in found.links if link.startswith("/handbook/pictures/")]
    assert len(pictures) == written.count("](pictures/") > 0
    for link in pictures:
        assert client.get(link).mimetype == "image/png", link
    for link in found.links:
        if not link.startswith("#"):
            assert client.get(link, headers={"Accept": "text/html"}).status_code in (200, 302), link
    assert not found.events, "the policy lets no page carry these"
    assert "table" in found.tags or "|" not in written


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_contents_names_every_heading_once(client, name):
    found = shown(client, name)
    inside = [unquote(link.removeprefix("#")) for link in found.links if link.startswith("#") and link != "#main"]
    written = re.findall(r"^###? (.+)$", (FOLDER / f"{name}.zh-CN.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(inside) == len(written) > 3
    assert set(inside) <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


def test_a_link_to_what_is_no_page_is_words_alone(client):
    text = client.get("/handbook/administrator").text
    assert [line for line in texts_of(text, "p") if "先由运维人员按运维手册建好空系统" in line]
    assert [link for link in links_of(text) if "operations" in link] == []


@pytest.mark.parametrize(
    "path",
    [
        *("nobody", "desk.zh-CN.md", "desk.zh-CN", "pictures", "pictures/", "..", "%2e%2e/operations", "../operations"),
        *(
            "..%2foperations",
            "%2e%2e%2foperations",
            "pictures/nothing.png",
            "pictures/desk-queue",
            "*",
            "pictures/*.png",
        ),
        *("pictures/..%2fdesk.zh-CN.md", "pictures/%2e%2e/desk.zh-CN.md", "pictures/../../operations.png"),
        *("/etc/passwd", "%2fetc%2fpasswd", "pictures/%2fetc%2fpasswd", "desk%00", "pictures/desk-queue.png%00"),
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(f"/handbook/{path}", headers={"Accept": "text/html"}).status_code == 404


def test_what_is_written_in_a_handbook_is_never_markup(app, tmp_path):
    (tmp_path / "x.zh-CN.md").write_text(
        "# 题\n\n<script>1</script> [点](javascript:alert(1))\n第二行\n", encoding="utf-8"
    )
    with app.test_request_context():
        body = _read(tmp_path / "x.zh-CN.md").body
    assert "<script" not in body
    assert "href" not in body
    assert body.endswith("第二行</p>\n")
    assert "\n第二行" not in body, "Chinese runs on without a gap"


def test_everybody_is_led_to_their_own_handbook(app, town, client):
    admin = town.hire("administrator", "grid", COUNTY)
    readers = (
        (town.acceptor, "/desk/", "desk"),
        (town.supervisor, "/board/", "supervisor"),
        (admin, "/admin/", "administrator"),
    )
    for actor, path, name in (*readers, (town.worker, "/account", "grid-worker"), (town.duty, "/account", "desk")):
        assert f'<a href="/handbook/{name}">使用手册' in page(town, actor, path).text.replace(' class="btn"', ""), path
    listed = re.search('<a href="([^"]+)">使用手册', client.get("/", headers={"Accept": "text/html"}).text)[1]
    text = html.unescape(client.get(listed, headers={"Accept": "text/html"}).text)
    assert all(f'href="/handbook/{name}"' in text for name in NAMES)
    assert "handbook/grid-worker" in (Path(app.root_path) / "phone" / "static" / "account.js").read_text(
        encoding="utf-8"
    )
