"""A backup's file: a plain tar whose SHA256SUMS names every member, and whose last member says what it is.

`tar -xf FILE && sha256sum -c SHA256SUMS` checks it without us. Members are written and read one after the other. What
comes from a file is bounded before it is read: whoever can write to the folder of the backups may have made it.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from app.core.commands import CommandError
from workflows.words import Words

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
KEYS = "citizen-keys.sealed"
FORMAT = 2  # the first had no seal
BLOCK_BYTES = 256 * 1024
MANIFEST_MOST, KEYS_MOST, HEADER_MOST = 4_194_304, 65_536, 65_536  # bytes; a manifest of ours has some 30,000
_KNOWN = re.compile(r"rows/[a-z_]+\.jsonl\.gz|files/(original|public|thumb)/[0-9a-f]{64}|" + re.escape(KEYS))
_CHANGED_MEANWHILE = Words(
    "备份文件在恢复过程中被改动，已撤回。", "The backup was changed while it was being restored."
)
_LINE_MOST = 512  # bytes of a line of the sums
_LONG_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_EXTENDED = (*_LONG_NAMES, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


@dataclass(frozen=True)
class SealedManifest:
    """A whole file: what it says of itself, in bytes that bear its seal, and the hash by which people know it."""

    manifest: Mapping[str, Any]
    fingerprint: str

    @property
    def sealed(self) -> bytes:
        """Return what the seal is over."""
        return _canonical({name: value for name, value in self.manifest.items() if name != "seal"})


class ArchiveWriter:
    """Add members to a new file; `finish` makes it whole. `lines` is a scratch file for the sums."""

    def __init__(self, target: IO[bytes], lines: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w")  # noqa: SIM115 - closed by `finish`
        self._lines = lines

    def add(self, name: str, source: IO[bytes]) -> str:
        """Add a member from a stream that can be sought; return its SHA-256."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = source.seek(0, io.SEEK_END), 0o600
        source.seek(0)
        read = _HashingReader(source)
        self._tar.addfile(info, read)
        self._tar.members.clear()  # type: ignore[attr-defined] # or memory would grow with the number of photos
        line = f"{read.digest.hexdigest()}  {name}\n".encode()
        self._lines.write(line)
        return read.digest.hexdigest()

    def finish(self, manifest: Mapping[str, Any], seal: Callable[[bytes], Mapping[str, Any]] | None) -> str:
        """Add the sums and the manifest, sealed if there is a seal; return the file's fingerprint."""
        self._lines.seek(0)
        body = {"format": FORMAT, **manifest, "sha256sums": self.add(SUMS, self._lines)}
        if seal is not None:
            body["seal"] = seal(_canonical(body))
        fingerprint = self.add(MANIFEST, io.BytesIO(json.dumps(body, ensure_ascii=False, indent=1).encode()))
        self._tar.close()
        return fingerprint


class _HashingReader(io.RawIOBase):
    """Hash what is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()
        self.begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._source.read(len(buffer))
        self.begun = True
        self.digest.update(block)
        buffer[: len(block)] = block
        return len(block)


class _Member(tarfile.TarInfo):
    """A member whose extended header, which tarfile reads whole into memory, is bounded."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _EXTENDED and self.size > HEADER_MOST:
            raise tarfile.ReadError("an extended header of this size is none of ours")
        return super()._proc_member(tar)  # type: ignore[misc]


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[tarfile.TarFile]:
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:", tarinfo=_Member) as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise CommandError(Words("这不是完整的备份文件。", "It is not a whole backup.")) from error


def members(file: IO[bytes], lines: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members of a checked file: rows, files, the sealed key; `lines` are the sums that `check` has written.

    Whoever may write to the file may do so until we have read it: every member that is read is compared again, and
    CommandError raised for another one. So what was read counts only when the next member has been asked for.
    """
    lines.seek(0)
    with _opened(file) as tar:
        for info in tar:
            if info.name == SUMS:
                break
            digest, _, name = lines.readline().decode().rstrip("\n").partition("  ")
            if info.name != name or not _is_ours(info, set()):
                raise CommandError(_CHANGED_MEANWHILE)
            stream = tar.extractfile(info)
            assert stream is not None, "a plain file has its bytes"  # noqa: S101
            read = _HashingReader(stream)
            rest = io.BufferedReader(read, BLOCK_BYTES)
            yield name, rest
            while read.begun and rest.read(BLOCK_BYTES):
                pass
            if read.begun and read.digest.hexdigest() != digest:
                raise CommandError(_CHANGED_MEANWHILE)
            tar.members.clear()  # type: ignore[attr-defined]
    if lines.readline():
        raise CommandError(_CHANGED_MEANWHILE)


def check(file: IO[bytes], lines: IO[bytes]) -> SealedManifest:
    """Read the whole file, compare every hash, and return what it says; raise CommandError naming what is wrong.

    Go on with the same open file, for under its path there may be another by then, and with `lines`, a scratch file for
    the sums that only we can write to.
    """
    with _opened(file) as tar:
        sums, tables = "", set[str]()
        for info in tar:
            if not _is_ours(info, tables) or (sums and info.name != MANIFEST):
                raise CommandError(
                    Words("备份中有不认识的内容 {!r}。", "The backup holds something unknown.").format(info.name[:100])
                )
            stream = tar.extractfile(info)
            assert stream is not None, "a plain file has its bytes"  # noqa: S101
            if info.name == MANIFEST:
                checked = _checked(stream.read(), sums, tables)
                _check_end(file, tar.offset)
                return checked
            if info.name == SUMS:
                lines.seek(0)
                sums = _compare(stream, lines)
            else:
                lines.write(f"{_sha256(stream)}  {info.name}\n".encode())
            tar.members.clear()  # type: ignore[attr-defined]
    raise CommandError(Words("备份不完整：缺少结尾的清单。", "The backup is not whole: its manifest is missing."))


def _check_end(file: IO[bytes], end: int) -> None:
    """Raise CommandError for anything behind the manifest, which is the last that a fingerprint or a seal speaks of."""
    file.seek(end)
    while block := file.read(BLOCK_BYTES):
        if block.strip(b"\0"):
            raise CommandError(
                Words("备份的清单之后还有内容，文件被改动过。", "Something was added behind the backup's manifest.")
            )


def _is_ours(info: tarfile.TarInfo, tables: set[str]) -> bool:
    """Tell whether a member is a plain file of a known name and size; no table comes twice."""
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.issparse():
        return False
    if info.name.startswith("rows/"):
        if info.name in tables:
            return False
        tables.add(info.name)
    most = {MANIFEST: MANIFEST_MOST, KEYS: KEYS_MOST}.get(info.name)
    known = info.name in (SUMS, MANIFEST) or _KNOWN.fullmatch(info.name) is not None
    return known and (most is None or info.size <= most)


def _checked(body: bytes, sums: str, tables: set[str]) -> SealedManifest:
    manifest = _manifest(body)
    if manifest["format"] > FORMAT:
        raise CommandError(
            Words("备份文件由更新的版本写成，请升级程序后再恢复。", "The backup was made by a newer Gezhi.")
        )
    named = {f"rows/{name}.jsonl.gz" for name in manifest["tables"]}
    if manifest["sha256sums"] != sums or named != tables:
        raise CommandError(
            Words("备份文件的清单与内容不符，文件已损坏。", "The backup's manifest does not fit its contents.")
        )
    return SealedManifest(manifest, hashlib.sha256(body).hexdigest())


def _manifest(body: bytes) -> dict[str, Any]:
    """Read a manifest; raise CommandError for what no Gezhi has written."""
    try:
        manifest = json.loads(body)
        whole = all(isinstance(manifest[name], kind) for name, kind in _SHAPE.items())
        whole = whole and all(_is_table(table) for table in manifest["tables"].values())
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CommandError(
            Words("备份文件的清单无法读取，文件已损坏。", "The backup's manifest cannot be read.")
        ) from error
    if not whole:
        raise CommandError(Words("备份文件的清单缺少内容，文件已损坏。", "The backup's manifest lacks something."))
    return manifest


_SHAPE = {"format": int, "revision": str, "tables": dict, "sha256sums": str, "unsound": list}


def _is_table(table: Any) -> bool:
    columns = table["columns"]
    return isinstance(table["rows"], int) and all(
        isinstance(column, list) and len(column) == 2 and all(isinstance(word, str) for word in column)
        for column in columns
    )


def _compare(expected: IO[bytes], actual: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while line := expected.readline(_LINE_MOST):
        digest.update(line)
        if actual.readline() != line:
            name = (line.decode(errors="replace").split() or [""])[-1]
            raise CommandError(
                Words("备份文件已损坏：{} 与清单不符。", "The backup is damaged: {} does not fit its sum.").format(name)
            )
    if actual.readline():
        raise CommandError(Words("备份文件中有清单之外的内容。", "The backup holds more than its sums name."))
    return digest.hexdigest()


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
