"""Decode where it can do no harm: ordinary JPEGs here, everything else in a process of its own.

That process has a limit on memory and on time, no settings and no secrets in its environment, and dies alone.
Starting it takes about 0.1 s (measured).
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from app.attachments import images
from app.attachments.exif import Taken
from app.attachments.images import Facts, Reason, Refused

MEMORY_BYTES = 1024 * 1_048_576  # address space; 50 megapixels with transparency take 200 MB, twice while converted
CPU_SECONDS = 15
WAIT_SECONDS = 25
_HOME = Path(__file__).parents[2]


def prepare(source: Path, mime: str, public: Path, thumb: Path) -> Facts:
    """Decode a photo whole, write its public copy and thumbnail, return its facts; raise Refused."""
    if images.is_plain(source, mime):
        return images.prepare(source, mime, public, thumb)
    return prepare_apart(source, mime, public, thumb)


def prepare_apart(source: Path, mime: str, public: Path, thumb: Path) -> Facts:
    """Do the same in a process of its own; one that runs out of memory or time, or crashes, refuses the photo."""
    program = [sys.executable, "-W", "ignore", "-m", "app.attachments.decoder", str(MEMORY_BYTES)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the paths and the type are made by us
            [*program, str(source), mime, str(public), str(thumb)],
            cwd=_HOME,
            env={"PATH": os.defpath, "PYTHONPATH": str(_HOME)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(Reason.COSTLY) from error
    if done.returncode:
        raise Refused(Reason.COSTLY)
    return _read(json.loads(done.stdout))


def _read(answer: dict[str, Any]) -> Facts:
    if "refused" in answer:
        raise Refused(Reason(answer["refused"]))
    at = answer.pop("at")
    taken = Taken(datetime.fromisoformat(at) if at else None, answer.pop("lon"), answer.pop("lat"))
    return Facts(**answer, taken=taken)


def main(memory_bytes: str, source: str, mime: str, public: str, thumb: str) -> None:
    """Be that process: take the limits upon oneself, decode, and say what came of it in one line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        facts = images.prepare(Path(source), mime, Path(public), Path(thumb))
        said = asdict(facts)
        answer = {**said.pop("taken"), **said}
    except Refused as refusal:
        answer = {"refused": refusal.reason.value}
    sys.stdout.write(json.dumps(answer, default=datetime.isoformat))


if __name__ == "__main__":
    main(*sys.argv[1:])
