"""Pictures made in code: honest ones as phones make them, and hostile ones."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import ExifTags, Image

pillow_heif.register_heif_opener(thumbnails=False)

LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is red and right half is blue, so that its sides can be told apart."""
    image = Image.new("RGB", (width, height), LEFT)
    image.paste(RIGHT, (width // 2, 0, width, height))
    return image.convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """Return a picture's bytes in a format."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    """Return an ordinary photo."""
    return encoded(picture(width, height), "JPEG", **{"quality": 95, **options})


def notes(
    orientation: int = 1,
    *,
    taken: str | None = "2026:11:23 09:30:00",
    offset: str | None = "+08:00",
    lon: Any = (111.0, 55.0, 12.0),
    lat: Any = (36.0, 16.0, 6.0),
    sides: tuple[str, str] = ("E", "N"),
) -> Image.Exif:
    """Return EXIF as a phone writes it, with a name and a serial number that must not become public."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "SECRET-OWNER"
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.BodySerialNumber] = "SECRET-SERIAL"
    if taken is not None:
        camera[ExifTags.Base.DateTimeOriginal] = taken
    if offset is not None:
        camera[ExifTags.Base.OffsetTimeOriginal] = offset
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    position[ExifTags.GPS.GPSLongitudeRef], position[ExifTags.GPS.GPSLatitudeRef] = sides
    position[ExifTags.GPS.GPSLongitude], position[ExifTags.GPS.GPSLatitude] = lon, lat
    return exif


def png_header(width: int, height: int, rows: int = 0) -> bytes:
    """Return a small PNG that promises a size; without rows it has no picture at all."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    squeezed = zlib.compress(b"\x00" * (width // 8 + 1) * rows, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", squeezed) + chunk(b"IEND", b"")


def mpo() -> bytes:
    """Return a photo with a second frame behind it, as some phones make them."""
    return encoded(picture(), "MPO", save_all=True, append_images=[picture(32, 24)])


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
