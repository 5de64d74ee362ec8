"""Sign in and out, and look after one's own account."""

from flask import request

from app.core import connection
from app.core.http import Blueprint, current_person, needs, public
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.identity import enrolment, gate, queries, sessions
from app.identity.schemas import (
    BegunOut,
    CodeIn,
    LoginIn,
    LoginOut,
    MeOut,
    OwnPasswordIn,
    PasswordIn,
    RecoveryCodesOut,
    RefreshIn,
    SessionsOut,
    TokensOut,
)
from app.identity.sign_in import Device, change_own_password, sign_in

bp = Blueprint("identity", url_prefix="/api/v1", description="登录与本人账号 Signing in, and one's own account")


@bp.post("/auth/login")
@public("nobody is signed in yet")
@bp.arguments(LoginIn)
@bp.response(200, LoginOut)
def login(body):
    """登录。Sign in."""
    connection.check_sign_in()
    device = Device(body["device"], body["device_token"])
    welcome = sign_in(body["username"], body["password"], device, address=request.remote_addr or "", code=body["code"])
    roles = sorted({assignment.role for assignment in welcome.assignments})
    person = {"name": welcome.name, "roles": roles, "must_change_password": welcome.must_change_password}
    return {
        **vars(welcome.opened),
        "device_token": welcome.device_token,
        "person": {"person_id": welcome.opened.person_id, **person},
    }


@bp.post("/auth/refresh")
@public("the refresh token says who asks")
@bp.arguments(RefreshIn)
@bp.response(200, TokensOut)
def refresh(body):
    """用刷新令牌换取新的令牌。Exchange the refresh token for new tokens."""
    with transaction(vital=True):
        opened = sessions.refresh(body["refresh_token"])
    if opened is None:
        raise sessions.RefreshRefused
    return opened


@bp.post("/auth/logout")
@public("a session that has ended may be ended again")
@bp.response(204)
def logout():
    """退出登录。Sign out."""
    token = gate.bearer()
    if token:
        with transaction(vital=True):
            sessions.sign_out(token)


@bp.get("/me")
@needs(Permission.IDENTITY_OWN)
@bp.response(200, MeOut)
def me():
    """本人、任职与负责的网格。Say who I am, what I hold and which grids I serve."""
    person = current_person()
    roles = queries.roles()
    held = [
        {"role": one.role, "role_name": roles.names[one.role], "role_name_en": roles.names_en[one.role], "scope": one}
        for one in person.assignments
    ]
    return {"person": queries.account(person.person_id), "assignments": held, "grids": queries.grids_served(person)}


@bp.put("/me/password")
@needs(Permission.IDENTITY_OWN)
@bp.arguments(PasswordIn)
@bp.response(204)
def change_password(body):
    """修改密码；其他设备随即退出登录。Change the password; other devices are signed out."""
    change_own_password(person=current_person(), address=request.remote_addr or "", **body)


@bp.post("/me/second-factor")
@needs(Permission.IDENTITY_OWN)
@bp.arguments(OwnPasswordIn)
@bp.response(200, BegunOut)
def begin_second_factor(body):
    """开始开通二次验证：取得验证器应用的密钥。Begin to set up a second factor: get the secret for an app."""
    return enrolment.begin(body["password"], person=current_person(), address=request.remote_addr or "")


@bp.put("/me/second-factor")
@needs(Permission.IDENTITY_OWN)
@bp.arguments(CodeIn)
@bp.response(200, RecoveryCodesOut)
def confirm_second_factor(body):
    """凭验证码开通；返回恢复码。Set it up by a code of the app; the answer holds the recovery codes."""
    codes = enrolment.confirm(body["code"], person=current_person(), address=request.remote_addr or "")
    return {"recovery_codes": codes}


@bp.post("/me/second-factor/session")
@needs(Permission.IDENTITY_OWN)
@bp.arguments(CodeIn)
@bp.response(204)
def confirm_session(body):
    """本次登录补做二次验证。Show a code in a session that began without one."""
    enrolment.confirm_session(body["code"], person=current_person(), address=request.remote_addr or "")


@bp.get("/me/sessions")
@needs(Permission.IDENTITY_OWN)
@bp.response(200, SessionsOut)
def list_sessions():
    """已登录的设备。List the devices signed in."""
    person = current_person()
    rows = queries.sessions(person.person_id)
    return {
        "items": [
            {
                "id": row.id,
                "device": row.device,
                "created_at": row.created_at,
                "last_seen_at": row.last_seen_at,
                "current": row.id == person.session_id,
            }
            for row in rows
        ]
    }


@bp.delete("/me/sessions/<uuid:session_id>")
@needs(Permission.IDENTITY_OWN)
@bp.response(204)
def revoke_session(session_id):
    """让一台设备退出登录。Sign a device out."""
    with transaction(vital=True):
        sessions.revoke(session_id, person=current_person())
