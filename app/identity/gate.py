"""Find who stands behind a request: a bearer token, or the session cookie of a desk."""

import hmac

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.errors import Forbidden, Unauthenticated
from app.core.permissions import Person
from app.identity import queries, tokens

COOKIE = "gezhi_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_ROUTES = "identity"  # the blueprint in which people look after their own account


class CsrfMissing(Forbidden):
    """页面已过期，请刷新后重新提交。"""

    code = "csrf_missing"


class PasswordChangeRequired(Forbidden):
    """请先修改初始密码，再使用系统。"""

    code = "password_change_required"


def authenticate() -> Person:
    """Return the person behind the request.

    Raises Unauthenticated, CsrfMissing for a change from a page that does not know its session, and
    PasswordChangeRequired while the password is still the one somebody else has set.
    """
    token = presented_token()
    if token is None:
        raise Unauthenticated
    found = queries.signed_in(token)
    if found.must_change_password and request.blueprint != OWN_ROUTES:
        raise PasswordChangeRequired
    return found.person


def presented_token() -> str | None:
    """Return the access token of the request; one from a cookie counts for a change only beside its CSRF token."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return bearer.strip() if scheme.lower() == "bearer" else None
    token = request.cookies.get(COOKIE)
    if token and request.method not in SAFE_METHODS and not _knows(token):
        raise CsrfMissing
    return token or None


def behind_proxies(app: Flask) -> None:
    """Believe `X-Forwarded-For` and `-Proto` of as many proxies as the settings trust, and of none by default."""
    trusted = app.config["TRUSTED_PROXIES"]
    if trusted:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]


def _knows(token: str) -> bool:
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    return hmac.compare_digest(given.encode(), tokens.csrf(token).encode())
