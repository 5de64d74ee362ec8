"""Decode photos where it can do no harm: every one in a process of its own, see `core/apart.py`."""

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from app.attachments import images
from app.attachments.exif import Capture
from app.attachments.images import Facts, ImageRefused, Reason
from app.core.apart import Apart

MEMORY_BYTES = 1024 * 1_048_576  # address space; 52 megapixels with transparency take 200 MB, twice while converted
CPU_SECONDS = 15
WAIT_SECONDS = 25
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # in one of the web server's processes; the others answer people
_apart = Apart("app.attachments.decoder", AT_ONCE, MEMORY_BYTES, CPU_SECONDS, WAIT_SECONDS)


def prepare(source: Path, mime: str, public: Path, thumb: Path) -> Facts:
    """Decode a photo whole, write its public copy and thumbnail, return its facts.

    Raises ImageRefused with the decoder's own word about the bytes; ProcessDied when its process was killed, crashed or
    ran out of time, which says nothing of them; Busy when no turn came.
    """
    question = {"source": str(source), "mime": mime, "public": str(public), "thumb": str(thumb)}
    return _read(_apart.ask(question))


def answer(question: dict[str, str]) -> dict[str, Any]:
    """Be that process: decode, and say what came of it."""
    source, public, thumb = (Path(question[name]) for name in ("source", "public", "thumb"))
    try:
        facts = asdict(images.prepare(source, question["mime"], public, thumb))
    except ImageRefused as refusal:
        return {"refused": refusal.reason.value}
    except MemoryError:  # of its own limit, so it says something of the photo
        return {"refused": Reason.COSTLY.value}
    capture = facts.pop("capture")
    return {**facts, **capture, "at": capture["at"] and capture["at"].isoformat()}


def _read(answer: dict[str, Any]) -> Facts:
    if "refused" in answer:
        raise ImageRefused(Reason(answer["refused"]))
    at = answer.pop("at")
    capture = Capture(datetime.fromisoformat(at) if at else None, answer.pop("lon"), answer.pop("lat"))
    return Facts(**answer, capture=capture)
