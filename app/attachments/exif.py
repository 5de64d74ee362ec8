"""Read from a photo's EXIF when and where it was taken and how it lies; a broken note is no note."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PIL import ExifTags, Image

from app.core.clock import LOCAL

# What Pillow raises on hostile EXIF; some of it comes as warnings, which are errors where we test.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, Warning)


@dataclass(frozen=True)
class Capture:
    """When (UTC) and where (degrees, WGS-84) a photo was taken; None where it does not say."""

    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Notes:
    """The three tables of EXIF we look into: picture, camera, position."""

    main: Mapping[int, Any]
    camera: Mapping[int, Any]
    position: Mapping[int, Any]


def read(image: Image.Image) -> Notes:
    """Return a photo's EXIF; empty tables where there is none or it cannot be read."""
    try:
        tables = image.getexif()
        return Notes(tables, tables.get_ifd(ExifTags.IFD.Exif), tables.get_ifd(ExifTags.IFD.GPSInfo))
    except _BROKEN:
        return Notes({}, {}, {})


def orientation(notes: Notes) -> int:
    """Return how the picture lies, 1 (upright) to 8."""
    value = _get(notes.main, ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def capture(notes: Notes) -> Capture:
    """Return when and where a photo was taken."""
    lon, lat = _place(notes.position)
    return Capture(_time(notes.camera), lon, lat)


def _get(table: Mapping[int, Any], tag: int) -> Any:
    try:
        return table.get(tag)
    except _BROKEN:
        return None


def _time(camera: Mapping[int, Any]) -> datetime | None:
    """Read the camera's wall clock; without an offset it is taken as the county's."""
    text, offset = _get(camera, ExifTags.Base.DateTimeOriginal), _get(camera, ExifTags.Base.OffsetTimeOriginal)
    try:
        if isinstance(offset, str) and offset.strip():
            moment = datetime.strptime(f"{text} {offset.strip()}", "%Y:%m:%d %H:%M:%S %z")
        else:
            moment = datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=LOCAL)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year < 2100 else None


def _place(position: Mapping[int, Any]) -> tuple[float | None, float | None]:
    """Return longitude and latitude; (0,0) is what a phone writes that does not know."""
    lon = _degrees(position, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W")
    lat = _degrees(position, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S")
    return place(lon, lat)


def place(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """Return a position if it is one: both numbers there, finite, in range, and not (0,0)."""
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None, None
    if (lon, lat) == (0, 0) or abs(lon) > 180 or abs(lat) > 90:
        return None, None
    return lon, lat


def _degrees(position: Mapping[int, Any], tag: int, side_tag: int, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in _get(position, tag))
        value = degrees + minutes / 60 + seconds / 3600
    except _BROKEN:
        return None
    side = _get(position, side_tag)
    return -value if isinstance(side, str) and side.strip().upper() == negative else value
