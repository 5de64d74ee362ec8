"""Read the address of map tiles: which host pages may load pictures from, beside our own. Nonsense stops the start."""

import re

from flask import Flask

from app.core.commands import CommandError
from app.core.headers import allow_pictures
from workflows.words import Words

_ADDRESS = re.compile(  # a host by its name, written in full: no wildcard, no account, nothing that ends a policy
    r"(?P<origin>https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?)(?P<path>/[!$-;=?-\[\]_a-~]*)"
)


class TilesWrong(CommandError):
    """The address of map tiles is none."""

    def __init__(self, address: str) -> None:
        super().__init__(
            Words(
                "GEZHI_MAP_TILES 不是瓦片地址：{!r}。应形如 https://tiles.example/{{z}}/{{x}}/{{y}}.png，主机名写全；"
                "不用底图请去掉这个设置。",
                "GEZHI_MAP_TILES is no address of tiles: it should look like "
                "https://tiles.example/{{z}}/{{x}}/{{y}}.png, with a whole host name; to do without a base map, "
                "remove the setting.",
            ).format(address)
        )


def init(app: Flask) -> None:
    """Let pages load the map's pictures from the host that the county names."""
    if app.config["MAP_TILES"]:
        allow_pictures(app, origin(app.config["MAP_TILES"]))


def origin(address: str) -> str:
    """Return the origin of the tiles, as a policy names it; raise TilesWrong."""
    match = _ADDRESS.fullmatch(address)
    if not match or set(re.findall("{(.*?)}", match["path"])) != {"z", "x", "y"}:
        raise TilesWrong(address)
    return match["origin"]
