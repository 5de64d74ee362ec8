"""Read addresses that somebody sent: what is none says so, and breaks nothing. Pure."""

from urllib.parse import urlsplit


def host_of(address: str) -> str:
    """Return host and port of an address; nothing where it names none or is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:  # a bracket that is never closed, a port that is no number
        return ""


def inside(address: str | None) -> str | None:
    """Return an address of our own, and nothing that leads to another host.

    Browsers drop control characters and take a backslash for a slash: what they would make of it is what counts.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    plain = "\\" not in address and not any(letter < " " or letter == "\x7f" for letter in address)
    return address if plain and not host_of(address) else None
