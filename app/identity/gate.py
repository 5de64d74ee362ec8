"""Find who stands behind a request: a bearer token, or the session cookie of a desk."""

import hmac

from flask import Flask, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.errors import Forbidden, Problem, Unauthenticated
from app.core.http import is_polled
from app.core.logs import log
from app.core.permissions import Person
from app.frame import forms
from app.identity import cookies, queries, second_factor, sessions, tokens
from app.identity.queries import SignedIn

CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_ROUTES = ("identity", "sign_in", "second_factor")  # the blueprints in which people look after their own account


class CsrfMissing(Forbidden):
    """页面已过期，请刷新后重新提交。"""

    code = "csrf_missing"
    en = "This page is too old: reload it and send it again."


class PasswordChangeRequired(Forbidden):
    """请先修改初始密码，再使用系统。"""

    code = "password_change_required"
    en = "Please change the first password before you go on."


def authenticate() -> Person:
    """Return the person behind the request, found by its head alone.

    Raises Unauthenticated, PasswordChangeRequired while the password is still the one somebody else has set, and
    EnrolmentRequired of whoever needs a second factor and has shown none in this session.
    """
    token = bearer()
    by_cookie = token is None and "Authorization" not in request.headers
    if by_cookie:
        token = cookies.access_token()
    if not token:
        raise Unauthenticated
    signed_in = queries.signed_in(token)
    assert signed_in.person.session_id is not None  # noqa: S101 - found by its session
    if by_cookie:
        g.csrf_token = tokens.csrf(signed_in.person.session_id)
    if signed_in.must_change_password and request.blueprint not in OWN_ROUTES:
        raise PasswordChangeRequired
    if (
        signed_in.second_factor_at is None
        and second_factor.required(signed_in.person)
        and request.blueprint not in OWN_ROUTES
    ):
        raise second_factor.EnrolmentRequired
    g.signed_in = signed_in
    return signed_in.person


def admit() -> None:
    """Let the request of whoever may send it in, and note that the session is used.

    Raises CsrfMissing for a change from a page that does not know its session.
    """
    if "csrf_token" in g:
        _check_csrf(g.csrf_token)
    if "signed_in" in g and not is_polled():
        _note_use(g.signed_in)


def _note_use(signed_in: SignedIn) -> None:
    """Keep in mind that a browser is used; a disk or a lock that is not to be had must not stop whoever only reads."""
    assert signed_in.person.session_id is not None  # noqa: S101 - found by its session
    try:
        sessions.note_use(signed_in.person.session_id, signed_in.used_at)
    except (Problem, OperationalError) as error:
        log.warning("session.use_not_noted", exc_info=error)


def bearer() -> str | None:
    """Return the bearer token that a program presents."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def behind_proxies(app: Flask) -> None:
    """Believe `X-Forwarded-For` and `-Proto` of as many proxies as the settings trust, and of none by default."""
    trusted = app.config["TRUSTED_PROXIES"]
    if trusted:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]


def _check_csrf(known: str) -> None:
    """Let a change by cookie count only beside the token that our own pages know."""
    if request.method in SAFE_METHODS:
        return
    token = request.headers.get(CSRF_HEADER) or forms.token()
    if not hmac.compare_digest(token.encode(), known.encode()):
        del g.person  # somebody else's page may ask in this person's name: it stands for nobody
        raise CsrfMissing
