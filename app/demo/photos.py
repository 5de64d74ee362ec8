"""Draw a few small photos in code: a spot with a heap (before), without it (after), and as a checker sees it."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from workflows.forms import Purpose

SIZE = (160, 120)
_KINDS = 4  # of each purpose; the same bytes are sent again and again, and kept once
_GROUND, _SKY, _ROAD = (122, 118, 96), (168, 196, 214), (96, 96, 100)


def draw() -> dict[str, tuple[bytes, ...]]:
    """Return JPEGs by purpose."""
    return {
        purpose: tuple(_photo(f"{purpose} {number}", heap=purpose is Purpose.BEFORE) for number in range(_KINDS))
        for purpose in (Purpose.BEFORE, Purpose.AFTER, Purpose.CHECK, Purpose.DOCUMENT)
    }


def _photo(seed: str, *, heap: bool) -> bytes:
    chance = Random(seed)  # noqa: S311 - drawing, not a secret
    width, height = SIZE
    image = Image.new("RGB", SIZE, _SKY)
    pen = ImageDraw.Draw(image)
    horizon = height // 2 + chance.randint(-10, 10)
    pen.rectangle((0, horizon, width, height), fill=_GROUND)
    pen.polygon([(width // 2, horizon), (chance.randint(0, 45), height), (width - 30, height)], fill=_ROAD)
    for _ in range(30 if heap else 3):
        left, top = 95 + chance.randint(-20, 20), horizon + 25 + chance.randint(-12, 12)
        colour = tuple(chance.randint(60, 220) for _ in range(3))
        pen.ellipse((left, top, left + chance.randint(3, 10), top + chance.randint(3, 10)), fill=colour)
    out = BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
