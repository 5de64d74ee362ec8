"""Take the pictures of the handbook: into docs/handbook/pictures where `GEZHI_PICTURES` is set, else to a side.

The machine needs a font with Chinese letters (Debian: fonts-wqy-microhei).
"""

import os
from pathlib import Path
from typing import Any

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook" / "pictures"


def picture(page: Any, name: str, aside: Path, **more: Any) -> None:
    """Take a picture of what the page shows, and find that it shows something, and no error."""
    whole = getattr(page, "page", page)  # of a part of a page: the page it is on
    assert "未能完成" not in whole.title(), whole.url
    assert whole.locator("main").first.inner_text().strip(), whole.url
    folder = HANDBOOK if os.environ.get("GEZHI_PICTURES") else aside
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", **more)
