"""Judge a photo by decoding it, and make the copies people see. Files in, files and facts out; no database, no Flask.

Covered: JPEG (also MPO, CMYK, progressive), PNG, WebP, HEIC/HEIF; one still picture each. Not covered: animation,
AVIF, raw formats. Whatever is not covered is refused with a reason, never guessed at.
Every upload is decoded whole, once, and both copies come from that one decode: a 12-megapixel JPEG takes about 0.13 s
(measured), since the decoder may shrink while it decodes, which still reads every byte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

from app.attachments import exif
from app.attachments.exif import Capture
from workflows.words import Words

# above it nothing is decoded: a 20 kB file can ask for 800 MB; our figures, a phone's "108" and "50 megapixels" fit in
MOST_PIXELS = {"image/jpeg": 12_032 * 9_024}  # decoded at a reduced size
MOST_PIXELS_OTHERS = 52_000_000  # decoded whole
PUBLIC_SIDE = 1920  # longest side in pixels; JPEGs of phones shrink to just above it while being decoded
THUMB_SIDE = 320
HEADER_BYTES = 32

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # we bound them ourselves, by the header


class Reason(StrEnum):
    """Why a file is refused. The names are kept in rows; the texts say what to do."""

    EMPTY = "empty"  # no bytes at all
    UNKNOWN = "unknown"  # not one of the formats we take
    MISMATCH = "mismatch"  # the bytes were not what the sender called them; refused for that no more
    ANIMATED = "animated"  # more than one picture over time: which one is the evidence?
    PIXELS = "pixels"  # the header promises more than we will decode
    BROKEN = "broken"  # the decoder gave up, for instance because the end is missing
    COSTLY = "costly"  # the decoder asked for more memory than any honest photo
    LOST = "lost"  # a step named it, and its bytes never came


TEXTS = {
    Reason.EMPTY: Words("文件是空的，请重新拍摄后上传。", "The file is empty: please take the photo again."),
    Reason.UNKNOWN: Words(
        "只接受 JPEG、PNG、WebP、HEIC 照片（材料可用 PDF），请换一种格式上传。",
        "Only photos as JPEG, PNG, WebP or HEIC are taken (and papers as PDF): please send another format.",
    ),
    Reason.MISMATCH: Words(
        "文件内容与所报类型不符，请重新选择文件上传。", "The file is not of the type it says: please choose it again."
    ),
    Reason.ANIMATED: Words(
        "不接受动图，请上传单张照片。", "Moving pictures are not taken: please send a single photo."
    ),
    Reason.PIXELS: Words(
        "照片像素过高：JPEG 最多 1.08 亿像素，其他格式最多 5200 万像素。请在相机设置中把照片尺寸调小"
        "（如选 1200 万或 5000 万像素）、格式选 JPEG 后重新拍摄。",
        "The photo has too many pixels: JPEG may have 108 million, other formats 52 million. In the camera's settings "
        "choose a smaller size (12 or 50 megapixels, say) and JPEG, and take it again.",
    ),
    Reason.BROKEN: Words(
        "照片已损坏或不完整，请重新拍摄后上传。", "The photo is broken or not whole: please take it again."
    ),
    Reason.COSTLY: Words(
        "照片无法处理，请用手机相机重新拍摄后上传。",
        "The photo cannot be handled: please take it with the phone's camera.",
    ),
    Reason.LOST: Words("照片一直没有传到，可以重新上传。", "The photo has never come: it can be sent again."),
}


class ImageRefused(Exception):
    """A file that is not taken, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Facts:
    """What a photo says of itself: its real type, its size in pixels as people see it, when and where it was taken."""

    mime: str
    width: int
    height: int
    capture: Capture = Capture()  # noqa: RUF009 - frozen, made of None


FORMATS = {"image/jpeg": ("JPEG",), "image/png": ("PNG",), "image/webp": ("WEBP",), "image/heic": ("HEIF",)}
PDF = "application/pdf"
_SAME = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/heif": "image/heic"}
_ANYTHING = {"", "application/octet-stream", "application/offset+octet-stream"}
_STILL_HEIF = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2"}
_MOVING_HEIF = {b"hevc", b"hevx", b"msf1"}
_TURNS = {  # EXIF orientation, CIPA DC-008: how to lay the stored picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow and its codecs raise on hostile bytes, found by feeding them some.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, RuntimeError, ArithmeticError)


def sniff(head: bytes) -> str:
    """Return the MIME type of a file by its first 32 bytes; raise ImageRefused for an empty, unknown or moving one."""
    if not head:
        raise ImageRefused(Reason.EMPTY)
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp":
        return _sniff_heif(head[8:12])
    raise ImageRefused(Reason.UNKNOWN)


def _sniff_heif(brand: bytes) -> str:
    if brand in _MOVING_HEIF:
        raise ImageRefused(Reason.ANIMATED)
    if brand not in _STILL_HEIF:
        raise ImageRefused(Reason.UNKNOWN)
    return "image/heic"


def is_misnamed(mime: str, declared: str) -> bool:
    """Tell whether a sender calls a file something else than its bytes show; a program guesses by the name."""
    claim = declared.partition(";")[0].strip().lower()
    return claim not in _ANYTHING and _SAME.get(claim, claim) != mime


def prepare(source: Path, mime: str, public: Path, thumb: Path) -> Facts:
    """Decode a photo whole, write its public copy and thumbnail as JPEG, return its facts; raise ImageRefused."""
    with _opened(source, mime) as image:
        notes = exif.read(image)
        turn = _TURNS.get(exif.orientation(notes))
        width, height = image.size
        image.draft(None, _within(image.size, PUBLIC_SIDE))
        image.load()
        copy = _for_people(image, turn)
    copy.save(public, "JPEG", quality=85)
    copy.thumbnail((THUMB_SIDE, THUMB_SIDE))
    copy.save(thumb, "JPEG", quality=80)
    if turn is not None and exif.orientation(notes) >= 5:
        width, height = height, width
    return Facts(mime, width, height, exif.capture(notes))


def taken_of(source: Path, mime: str) -> exif.Capture:
    """Return when and where a photo says it was taken; its header is read and nothing decoded."""
    with _opened(source, mime) as image:
        return exif.capture(exif.read(image))


@contextmanager
def _opened(source: Path, mime: str) -> Iterator[Image.Image]:
    """Open by the header only, as the one format it must be; turn every complaint into a refusal."""
    try:
        with Image.open(source, formats=FORMATS[mime]) as image:
            if image.width * image.height > MOST_PIXELS.get(mime, MOST_PIXELS_OTHERS):
                raise ImageRefused(Reason.PIXELS)
            if mime in ("image/png", "image/webp") and getattr(image, "is_animated", False):
                raise ImageRefused(Reason.ANIMATED)
            yield image
    except MemoryError as error:
        raise ImageRefused(Reason.COSTLY) from error
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's word, not the decoder's
        raise ImageRefused(Reason.BROKEN) from error


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(*size, side)
    return max(1, size[0] * side // longest), max(1, size[1] * side // longest)


def _for_people(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """Return an upright 8-bit sRGB picture of bounded size that carries nothing but its pixels."""
    profile = image.info.get("icc_profile")
    copy = _eight_bit(image)
    copy.thumbnail((PUBLIC_SIDE, PUBLIC_SIDE), reducing_gap=2.0)
    if turn is not None:
        copy = copy.transpose(turn)
    copy = _in_srgb(_on_white(copy), profile)
    copy.info.clear()  # Pillow would write the comment back
    return copy


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring palettes, bitmaps and 16-bit greys to modes that can be shrunk smoothly."""
    if image.mode.startswith("I"):  # 16-bit grey: Pillow's own conversion would cut everything above 255 to white
        return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.copy() if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """Apply an embedded colour profile (phones record wider colours); without a usable one take the values as sRGB."""
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = None  # a broken profile spoils the colours a little, not the evidence
        if turned is not None:
            return turned
    return image.convert("RGB")
