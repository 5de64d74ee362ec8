"""The policy of every answer: nothing from another host, but tiles of the map from the one that the county names."""

import click
import pytest

from app.frame.tiles import TilesWrong, origin
from tests.support.processes import run

pytestmark = pytest.mark.one_database
PLAIN = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
TILES = "https://tiles.example:8443/street/{z}/{x}/{y}.png?key=abc"
WITH_TILES = PLAIN.replace("data: blob:;", "data: blob: https://tiles.example:8443;")
PATHS = ("/", "/nowhere", "/lib/vue.js", "/m/", "/api/v1/me")


@pytest.mark.parametrize(("setting", "expected"), [(None, PLAIN), ("", PLAIN), (TILES, WITH_TILES)])
def test_every_answer_carries_the_policy_extended_by_the_tiles_host_alone(make_app, setting, expected):
    client = make_app(MAP_TILES=setting).test_client()
    for path in PATHS:
        assert client.get(path, headers={"Accept": "text/html"}).headers["Content-Security-Policy"] == expected


@pytest.mark.parametrize(
    "address",
    [
        "tiles",
        "/tiles/{z}/{x}/{y}.png",
        "ftp://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}/{style}.png",
        "https://me:secret@tiles.example/{z}/{x}/{y}.png",
        "https://[/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "https://a.example; script-src *//{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}.png\nX: y",
    ],
)
def test_nonsense_is_no_address_of_tiles(address):
    with pytest.raises(TilesWrong) as refused:
        origin(address)
    assert isinstance(refused.value, click.ClickException)


def test_nonsense_stops_the_start_with_one_sentence(tmp_path):
    code, said = run("web", "--port", 1, GEZHI_DATA_DIR=str(tmp_path), GEZHI_MAP_TILES="https://tiles.example/")
    assert code == 1
    assert "GEZHI_MAP_TILES 不是瓦片地址" in said
    assert "Traceback" not in said
