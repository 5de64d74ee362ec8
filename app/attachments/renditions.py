"""What is kept of an attachment, each kind under the SHA-256 of the original."""

from enum import StrEnum


class Rendition(StrEnum):
    """The name of a kind is where the storage keeps it."""

    ORIGINAL = "original"  # sealed: byte for byte as it came, never shown to the public
    PUBLIC = "public"  # upright, bounded, nothing but pixels
    THUMB = "thumb"  # the same, small
