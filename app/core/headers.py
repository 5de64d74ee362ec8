"""What every answer says to browsers that does not say otherwise itself."""

from collections.abc import Iterator

from flask import Flask, Response, current_app, g, request

from app.core import space

_POLICY = (  # for every page of ours: nothing from another host but pictures of a map, nothing written into a page
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{pictures}; "
    "font-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_PERMISSIONS = (  # what our own pages may ask a device for, and whatever is shown inside them may not
    "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), serial=(), "
    "display-capture=(), accelerometer=(), gyroscope=(), magnetometer=()"
)
_LATER = {429: 5, 503: 5, 507: space.RETRY_SECONDS}  # answers that say when to try again, in seconds


def init(app: Flask) -> None:
    """Write the headers on every answer."""
    allow_pictures(app)
    app.after_request(_complete)


def allow_pictures(app: Flask, *origins: str) -> None:
    """Let browsers load pictures into our pages from these origins, beside our own."""
    app.extensions["gezhi_policy"] = _POLICY.format(pictures="".join(f" {origin}" for origin in origins))


def _complete(response: Response) -> Response:
    present = {name.lower() for name, _ in response.headers}  # once: to look for each takes longer than all else here
    for name, value in _standing(response.status_code):
        if name.lower() not in present:
            response.headers.add(name, value)
    return response


def _standing(status: int) -> Iterator[tuple[str, str]]:
    """Yield what every answer says that does not say otherwise itself."""
    private = "person" in g or request.path.startswith("/api/")
    yield "X-Request-Id", g.get("request_id", "")
    yield "X-Content-Type-Options", "nosniff"
    yield "Content-Security-Policy", current_app.extensions["gezhi_policy"]
    yield "Referrer-Policy", "same-origin"
    yield "Permissions-Policy", _PERMISSIONS
    yield "Cache-Control", "no-store" if private else "no-cache"
    if status in _LATER:  # pages that show a refusal in their form, too
        yield "Retry-After", str(_LATER[status])
    if request.is_secure and current_app.config["HSTS_SECONDS"]:
        yield "Strict-Transport-Security", f"max-age={current_app.config['HSTS_SECONDS']}"
