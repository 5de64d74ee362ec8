"""Keep the session of a browser in cookies that its scripts cannot read."""

from flask import Flask, Response, current_app, g, request

from app.core import connection
from app.core.transaction import transaction
from app.identity import sessions
from app.identity.sessions import SessionTokens

SESSION, REFRESH, DEVICE = "gezhi_session", "gezhi_refresh", "gezhi_device"
DEVICE_SECONDS = 365 * 86_400


def init(app: Flask) -> None:
    """Send along the tokens that were made during a request."""
    app.after_request(_send)


def access_token() -> str | None:
    """Return the access token of the browser; a new one, when only its refresh token is left."""
    token = request.cookies.get(SESSION)
    refresh = request.cookies.get(REFRESH)
    if token or not refresh:
        return token
    with transaction(vital=True):
        opened = sessions.refresh(refresh, browser=True)
    if opened is None:
        return None
    keep(opened)
    return opened.access_token


def keep(opened: SessionTokens, device_token: str | None = None) -> None:
    """Let the answer to this request carry a session's tokens."""
    g.cookies = {SESSION: (opened.access_token, opened.expires_in)}
    g.cookies[REFRESH] = (opened.refresh_token, current_app.config["BROWSER_HOURS"] * 3_600)
    if device_token:
        g.cookies[DEVICE] = (device_token, DEVICE_SECONDS)


def drop() -> None:
    """Let the answer to this request take the session away; the device stays known."""
    g.cookies = {SESSION: ("", 0), REFRESH: ("", 0)}


def _send(answer: Response) -> Response:
    if "cookies" not in g:
        return answer
    # behind a proxy that we do not know of, too: there the browser speaks https, and only we do not see it
    secure = not connection.is_here() and not connection.is_trial()
    for name, (value, seconds) in g.cookies.items():
        answer.set_cookie(name, value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")
    return answer
