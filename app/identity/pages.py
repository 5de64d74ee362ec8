"""Sign in and out with a browser, and look after one's own account."""

from flask import Response, redirect, request, url_for

from app.core import connection
from app.core.addresses import host_of, inside
from app.core.errors import Forbidden, Problem, Unauthenticated
from app.core.http import authenticate, current_person, needs, public
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, home, render
from app.identity import cookies, devices, queries, scopes, second_factor, sessions
from app.identity.sign_in import Device, change_own_password, sign_in
from workflows.words import Words

bp = Pages("sign_in", __name__)
DEVICE_MOST = 60  # characters of a browser's own name that are kept


@bp.get("/")
@public("the address that the start prints")
def front() -> Response:
    """Show the sign-in page, or lead whoever is signed in to their work."""
    try:
        person = authenticate()
    except Unauthenticated:
        return render("sign_in/front.html", next=inside(request.args.get("next")), refused=_plain())
    return _to(inside(request.args.get("next")) or home(person))


@bp.post("/sign-in")
@public("nobody is signed in yet")
def enter() -> Response:
    """Sign a browser in."""
    _check_origin()
    username, following = forms.form_data().get("username", "").strip(), inside(forms.form_data().get("next"))
    try:
        connection.check_sign_in()
        welcome = sign_in(
            username[:60],
            forms.form_data().get("password", "")[:200],
            _browser(),
            address=request.remote_addr or "",
            code=forms.form_data().get("code", "").strip()[:40],
        )
    except Problem as refused:
        response = render(
            "sign_in/front.html",
            refused.status,
            next=following,
            username=username,
            refused=refused,
            asks_code=isinstance(refused, (second_factor.SecondFactorRequired, second_factor.SecondFactorWrong)),
        )
        if "retry_after_seconds" in refused.extra:
            response.headers["Retry-After"] = str(refused.extra["retry_after_seconds"])
        return response
    cookies.keep(welcome.opened, welcome.device_token)
    if welcome.must_change_password:
        return _to(url_for("sign_in.account"))
    return _to(following or home(queries.authenticate(welcome.opened.access_token)))


@bp.post("/sign-out")
@needs(Permission.IDENTITY_OWN)
def leave() -> Response:
    """Sign the browser out."""
    person = current_person()
    if person.session_id:
        with transaction(vital=True):
            sessions.revoke(person.session_id, person)
    cookies.drop()
    return _to(url_for("sign_in.front"))


@bp.get("/account")
@needs(Permission.IDENTITY_OWN)
def account() -> Response:
    """Show one's own account: what one holds, the devices signed in, the password."""
    return _account()


@bp.post("/account/password")
@needs(Permission.IDENTITY_OWN)
def change_password() -> Response:
    """Change one's own password."""
    passwords = [forms.form_data().get(name, "")[:200] for name in ("old_password", "new_password")]
    try:
        change_own_password(*passwords, person=current_person(), address=request.remote_addr or "")
    except Problem as refused:
        return _account(refused.status, refused=refused)
    return _account(changed=True)


@bp.post("/account/devices/<uuid:session_id>/sign-out")
@needs(Permission.IDENTITY_OWN)
def sign_device_out(session_id: object) -> Response:
    """Sign another device out."""
    with transaction(vital=True):
        sessions.revoke(session_id, current_person())  # type: ignore[arg-type]
    return _to(url_for("sign_in.account"))


def _plain() -> Problem | None:
    """Say before anybody types a password that it is not taken here."""
    try:
        connection.check_sign_in()
    except Problem as refused:
        return refused
    return None


def _account(status: int = 200, **more: object) -> Response:
    person = current_person()
    return render(
        "sign_in/account.html",
        status,
        account=queries.account(person.person_id),
        roles=queries.roles(),
        scope=scopes.scope,
        second_factor_since=second_factor.since(person.person_id),
        devices=queries.sessions(person.person_id),
        called=devices.called,
        home=home(person),
        **more,
    )


def _browser() -> Device:
    name = request.headers.get("User-Agent", "")[:DEVICE_MOST]
    return Device(name, request.cookies.get(cookies.DEVICE), browser=True)


def _to(where: str) -> Response:
    response: Response = redirect(where)  # type: ignore[assignment]
    return response


def _check_origin() -> None:
    """Let nobody else's page sign a browser in under a name of its choice.

    Every browser says from where a form comes; a program that does not has the interface to sign in by.
    """
    if host_of(request.headers.get("Origin", "")) != request.host:
        raise Forbidden(Words("请在系统自己的登录页登录。", "Please sign in on the system's own page."))
