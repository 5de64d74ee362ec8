"""The page on which people set up their second factor."""

from collections.abc import Callable

from flask import Response, redirect, request, url_for
from segno import make_qr

from app.core.errors import Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame import forms
from app.frame.pages import Pages, render
from app.identity import enrolment, queries, second_factor

bp = Pages("second_factor", __name__, url_prefix="/account/second-factor")

CODE_MOST = 40


@bp.get("")
@needs(Permission.IDENTITY_OWN)
def page() -> Response:
    """Show whether one has a second factor, and how to set it up."""
    return _page()


@bp.post("")
@needs(Permission.IDENTITY_OWN)
def begin() -> Response:
    """Begin to set it up; the secret is shown in the answer, as a picture and in letters."""
    try:
        begun = enrolment.begin(_field("password"), person=current_person(), address=request.remote_addr or "")
    except Problem as refused:
        return _page(refused.status, refused=refused)
    return _page(begun=begun)


@bp.post("/confirm")
@needs(Permission.IDENTITY_OWN)
def confirm() -> Response:
    """Let it count; the recovery codes are shown in the answer and nowhere else."""
    person = current_person()
    try:
        fresh = enrolment.confirm(_field("code"), person=person, address=request.remote_addr or "")
    except second_factor.CodeFirst as refused:  # who has shown no code is not shown the secret either
        return _page(refused.status, refused=refused)
    except Problem as refused:
        account = queries.account(person.person_id)
        return _page(refused.status, refused=refused, begun=second_factor.begun(account.id, account.username))
    return _page(recovery=fresh)


@bp.post("/session")
@needs(Permission.IDENTITY_OWN)
def confirm_session() -> Response:
    """Let this session count as one with a second factor."""
    return _done(enrolment.confirm_session, "code")


@bp.post("/give-up")
@needs(Permission.IDENTITY_OWN)
def give_up() -> Response:
    """Do without it from now on."""
    return _done(enrolment.give_up, "password")


@bp.get("/<any(confirm, session, 'give-up'):_act>")
@needs(Permission.IDENTITY_OWN)
def look_again(_act: str) -> Response:
    """Lead back whoever reloads the answer to an act, or reads it in the other language."""
    return redirect(url_for("second_factor.page"))  # type: ignore[return-value]


def _field(name: str) -> str:
    return forms.form_data().get(name, "")[:200]


def _done(act: Callable[..., None], field: str) -> Response:
    """Act by what was typed and lead back to the account, or say why not."""
    try:
        act(_field(field), person=current_person(), address=request.remote_addr or "")
    except Problem as refused:
        return _page(refused.status, refused=refused)
    return redirect(url_for("sign_in.account"))  # type: ignore[return-value]


def _page(status: int = 200, **more: object) -> Response:
    person = current_person()
    begun = more.get("begun")
    picture = make_qr(begun.uri).svg_data_uri(scale=5) if isinstance(begun, second_factor.AuthenticatorSecret) else None
    response = render(
        "sign_in/second_factor.html",
        status,
        picture=picture,
        since=second_factor.since(person.person_id),
        required=second_factor.required(person),
        left=second_factor.recovery_codes_left(person.person_id),
        **more,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
