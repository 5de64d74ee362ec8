"""A backup's file: a plain tar whose SHA256SUMS names every member, and whose last member says what it is.

`tar -xf FILE && sha256sum -c SHA256SUMS` checks it without us. Members are written and read one after the other.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from app.up.refused import Refused

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
KEYS = "citizen-keys.sealed"
FORMAT = 1
BLOCK_BYTES = 256 * 1024
_KNOWN = re.compile(r"rows/[a-z_]+\.jsonl\.gz|files/(original|public|thumb)/[0-9a-f]{64}|" + re.escape(KEYS))


class Writer:
    """Add members to a new file; `finish` makes it whole. `lines` is a scratch file for the sums."""

    def __init__(self, target: IO[bytes], lines: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w")  # noqa: SIM115 - closed by `finish`
        self._lines = lines

    def add(self, name: str, source: IO[bytes]) -> str:
        """Add a member from a stream that can be sought; return its SHA-256."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = source.seek(0, io.SEEK_END), 0o600
        source.seek(0)
        read = _Hashing(source)
        self._tar.addfile(info, read)
        self._tar.members.clear()  # type: ignore[attr-defined] # or memory would grow with the number of photos
        line = f"{read.digest.hexdigest()}  {name}\n".encode()
        self._lines.write(line)
        return read.digest.hexdigest()

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Add the sums and the manifest."""
        self._lines.seek(0)
        sums = self.add(SUMS, self._lines)
        body = {"format": FORMAT, **manifest, "sha256sums": sums}
        self.add(MANIFEST, io.BytesIO(json.dumps(body, ensure_ascii=False, indent=1).encode()))
        self._tar.close()


class _Hashing:
    """Hash what is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.digest.update(block)
        return block


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise Refused(f"{path} 不是完整的备份文件。It is not a whole backup.") from error


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members of a checked file: rows, files, the sealed key."""
    with _opened(path) as tar:
        for info in tar:
            stream = tar.extractfile(info)
            if stream is not None and info.name not in (SUMS, MANIFEST):
                yield info.name, stream
            tar.members.clear()  # type: ignore[attr-defined]


def check(path: Path) -> dict[str, Any]:
    """Read the whole file, compare every hash, and return the manifest; raise Refused naming what is wrong."""
    with _opened(path) as tar, TemporaryFile() as lines:
        sums = ""
        for info in tar:
            stream = tar.extractfile(info) if info.isreg() else None
            if stream is None or not (_KNOWN.fullmatch(info.name) or info.name in (SUMS, MANIFEST)):
                raise Refused(f"备份中有不认识的内容 {info.name}。The backup holds something unknown.")
            if info.name == MANIFEST:
                return _manifest(stream.read(), sums)
            if info.name == SUMS:
                lines.seek(0)
                sums = _compare(stream, lines)
            else:
                lines.write(f"{_sha256(stream)}  {info.name}\n".encode())
            tar.members.clear()  # type: ignore[attr-defined]
    raise Refused(f"{path} 不完整：缺少结尾的清单。The backup is not whole: its manifest is missing.")


def _manifest(body: bytes, sums: str) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(body)
    if manifest.get("format") != FORMAT:
        raise Refused("备份文件由更新的版本写成，请升级程序后再恢复。The backup was made by a newer Gezhi.")
    if manifest.get("sha256sums") != sums:
        raise Refused("备份文件的清单与内容不符，文件已损坏。The backup's manifest does not fit its contents.")
    return manifest


def _compare(expected: IO[bytes], found: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for line in expected:
        digest.update(line)
        if found.readline() != line:
            name = line.decode(errors="replace").split()[-1]
            raise Refused(f"备份文件已损坏：{name} 与清单不符。The backup is damaged: {name} does not fit its sum.")
    if found.readline():
        raise Refused("备份文件中有清单之外的内容。The backup holds more than its sums name.")
    return digest.hexdigest()


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()
