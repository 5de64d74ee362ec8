"""Draw a few small photos in code: a spot with a heap (before), without it (after), and as a checker sees it."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (320, 240)
_KINDS = 4  # of each purpose; the same bytes are sent again and again, and kept once
_GROUND, _SKY, _ROAD = (122, 118, 96), (168, 196, 214), (96, 96, 100)


def draw() -> dict[str, tuple[bytes, ...]]:
    """Return JPEGs by purpose."""
    return {
        purpose: tuple(_photo(f"{purpose} {number}", heap=purpose == "before") for number in range(_KINDS))
        for purpose in ("before", "after", "check", "document")
    }


def _photo(seed: str, *, heap: bool) -> bytes:
    chance = Random(seed)  # noqa: S311 - drawing, not a secret
    width, height = SIZE
    image = Image.new("RGB", SIZE, _SKY)
    pen = ImageDraw.Draw(image)
    horizon = height // 2 + chance.randint(-20, 20)
    pen.rectangle((0, horizon, width, height), fill=_GROUND)
    pen.polygon([(width // 2, horizon), (chance.randint(0, 90), height), (width - 60, height)], fill=_ROAD)
    for _ in range(30 if heap else 3):
        left, top = 190 + chance.randint(-40, 40), horizon + 50 + chance.randint(-25, 25)
        colour = tuple(chance.randint(60, 220) for _ in range(3))
        pen.ellipse((left, top, left + chance.randint(6, 20), top + chance.randint(6, 20)), fill=colour)
    out = BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
