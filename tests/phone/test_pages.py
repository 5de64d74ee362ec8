"""What the server gives of the phone page: a shell that holds nobody's data, and what makes it work without network."""

import json
import re

import pytest

from app.phone import pages

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("app_context")]


def files_of(script):
    """The files that a service worker keeps, and the version under which it keeps them."""
    files = json.loads(re.search(r"const FILES = (\[.*\]);", script)[1])
    return files, re.search(r'const VERSION = "(\w+)";', script)[1]


def test_the_shell_is_the_same_for_everybody_and_holds_no_script_or_style(client):
    answer = client.get("/m/")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", answer.text)
    assert client.get("/m/", headers={"Cookie": "lang=en"}).data == answer.data


def test_an_address_without_a_slash_leads_into_the_scope_of_the_service_worker(client):
    assert client.get("/m").headers["Location"] == "/m/"


def test_the_service_worker_keeps_every_file_of_the_page(client):
    answer = client.get("/m/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/m/"
    assert answer.headers["Cache-Control"] == "no-cache"
    files, _ = files_of(answer.text)
    assert "/m/" in files
    for file in files:
        assert client.get(file).status_code == 200, file
    own = {f"/static/phone/{path.name}" for path in pages.STATIC.iterdir()}
    assert own <= set(files)


def test_scripts_ask_only_for_what_the_service_worker_keeps(client):
    files, _ = files_of(client.get("/m/sw.js").text)
    for path in pages.STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for asked in re.findall(r"""(?:from|import)\s+"([^"]+)\"|(?:src|href)[:=]\s*"([^"]+)\"""", text):
            name = asked[0] or asked[1]
            wanted = name if name.startswith("/") else f"/static/phone/{name.removeprefix('./')}"
            elsewhere = name.startswith(("#", "/handbook/"))  # another screen, or a page that is not the phone's
            assert elsewhere or wanted in files, f"{path.name}: {name}"


def test_only_the_service_worker_that_is_a_module_can_send(client):
    assert "worker.js" in client.get("/m/sw.js?sends=1").text.splitlines()[0]
    assert not [line for line in client.get("/m/sw.js").text.splitlines() if line.startswith("import")]


def test_another_file_is_another_version(client, tmp_path, monkeypatch):
    _, before = files_of(client.get("/m/sw.js").text)
    for path in pages.STATIC.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "ids.js").write_text("// newer\n", encoding="utf-8")
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    pages._version.cache_clear()
    try:
        assert files_of(client.get("/m/sw.js").text)[1] != before
    finally:
        pages._version.cache_clear()


def test_the_manifest_says_how_to_install_it(client):
    answer = client.get("/m/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    said = answer.get_json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/m/", "/m/", "standalone")
    for icon in said["icons"]:
        assert client.get(icon["src"]).status_code == 200


WRITES = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
DECIDES = re.compile(r"grid_worker|duty_officer|\.state === \"(?:reported|verifying|handled|closed)")


def test_scripts_write_no_html_and_leave_states_and_roles_to_the_server():
    for path in pages.STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not WRITES.search(text), path
        assert not DECIDES.search(text), path
        assert len(text.splitlines()) <= 300, path
