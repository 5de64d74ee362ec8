"""Carry files from a preview to its confirmation inside the page itself, so that no host keeps anything meanwhile.

Whoever confirms could send other files as well; all is checked again, and the difference has to be the one shown.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator

from app.catalogue.files import UploadedFile
from app.core.errors import Invalid
from app.frame.sheets import FILES_MOST

LARGEST = FILES_MOST
FILES_MOST = 50
NAME_MOST = 100


class CarriedBroken(Invalid):
    """预览已失效，请重新选择文件。"""

    code = "carried_broken"
    en = "The preview is no longer valid: choose the files again."


class TooMuch(Invalid):
    """文件过大或过多：一次最多 50 个文件，合计不超过 4 MB，请分批导入。"""

    code = "too_much"
    en = "Too large or too many: at most 50 files and 4 MB at once."


def pack(uploads: Iterable[UploadedFile]) -> str:
    """Write files as one word: their names and lengths on a line, then all that they hold."""
    files = list(uploads)
    head = json.dumps([[upload.name, len(upload.content)] for upload in files]).encode()
    return base64.b64encode(zlib.compress(b"\n".join([head, b"".join(upload.content for upload in files)]))).decode()


def unpack(text: str) -> list[UploadedFile]:
    """Read what `pack` wrote; raise CarriedBroken."""
    try:
        reader = zlib.decompressobj()
        written = reader.decompress(base64.b64decode(text, validate=True), LARGEST * 2)
        if reader.unconsumed_tail:
            raise CarriedBroken
        head, _, content = written.partition(b"\n")
        return within_bounds(list(_cut(json.loads(head), content)))
    except (binascii.Error, zlib.error, ValueError, TypeError) as error:
        raise CarriedBroken from error


def _cut(head: list[tuple[str, int]], content: bytes) -> Iterator[UploadedFile]:
    place = 0
    for name, length in head:
        yield UploadedFile(str(name), content[place : place + length])
        place += length


def within_bounds(uploads: Iterable[UploadedFile]) -> list[UploadedFile]:
    """Return the files; raise TooMuch."""
    files = list(uploads)
    if len(files) > FILES_MOST or sum(len(upload.content) for upload in files) > LARGEST:
        raise TooMuch
    return files
