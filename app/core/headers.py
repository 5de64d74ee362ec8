"""What every answer says to browsers that does not say otherwise itself."""

from functools import partial

from flask import Flask, Response, g, request

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
    app.after_request(partial(_complete, app))


def allow_pictures(app: Flask, *origins: str) -> None:
    """Let browsers load pictures into our pages from these origins, beside our own."""
    app.extensions["gezhi_headers"] = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _POLICY.format(pictures="".join(f" {origin}" for origin in origins)),
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": _PERMISSIONS,
    }


def _complete(app: Flask, response: Response) -> Response:
    present = {name.lower() for name, _ in response.headers}  # once: to look for each takes longer than all else here
    for name, value in (app.extensions["gezhi_headers"] | _of_this(app, response.status_code)).items():
        if name.lower() not in present:
            response.headers.add(name, value)
    return response


def _of_this(app: Flask, status: int) -> dict[str, str]:
    private = "person" in g or request.path.startswith("/api/")
    headers = {"X-Request-Id": g.get("request_id", ""), "Cache-Control": "no-store" if private else "no-cache"}
    if status in _LATER:  # pages that show a refusal in their form, too
        headers["Retry-After"] = str(_LATER[status])
    if app.config["HSTS_SECONDS"] and request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={app.config['HSTS_SECONDS']}"
    return headers
