"""What devices send and receive about accounts."""

from marshmallow import fields

from app.core.schemas import Schema, Secret, Text, about
from app.identity import passwords


class LoginIn(Schema):
    """An account, a password, and what the device is called; `device_token` if it has signed in before."""

    username = Text(80, minimum=1, required=True)
    password = Secret(passwords.LONGEST, minimum=1, required=True, load_only=True)
    device = Text(80, load_default="")
    device_token = Text(200, load_default=None, allow_none=True)
    code = Secret(40, load_default="", **about("被要求时填验证器应用的六位数字或恢复码 second factor, when asked"))


class RefreshIn(Schema):
    """The refresh token of the last answer."""

    refresh_token = Text(200, minimum=1, required=True)


class PasswordIn(Schema):
    """The password until now, and the one from now on."""

    old_password = Secret(passwords.LONGEST, minimum=1, required=True)
    new_password = Secret(passwords.LONGEST, minimum=1, required=True)


class OwnPasswordIn(Schema):
    """One's own password, shown again."""

    password = Secret(passwords.LONGEST, minimum=1, required=True, load_only=True)


class CodeIn(Schema):
    """Six digits of an authenticator app."""

    code = Secret(40, minimum=1, required=True, load_only=True)


class BegunOut(Schema):
    """The secret for an authenticator app, and the address that its picture holds."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class RecoveryCodesOut(Schema):
    """Codes that stand for one of the app, each once; shown this one time."""

    recovery_codes = fields.List(fields.String(), required=True)


class TokensOut(Schema):
    """Tokens; `expires_in` is seconds."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class SignedInPersonOut(Schema):
    """Who signed in, with the codes of the roles held now."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    must_change_password = fields.Boolean(required=True)


class LoginOut(TokensOut):
    """A new session."""

    device_token = fields.String(required=True)
    person = fields.Nested(SignedInPersonOut, required=True)


class PersonOut(Schema):
    """An account as its owner sees it."""

    person_id = fields.UUID(required=True, attribute="id")
    username = fields.String(required=True)
    name = fields.String(required=True)
    must_change_password = fields.Boolean(required=True)


class ScopeOut(Schema):
    """Where a role is held: kind grid, department or centre."""

    kind = fields.String(required=True, attribute="scope_kind")
    code = fields.String(required=True, attribute="scope_code")


class AssignmentOut(Schema):
    """A role and where it is held."""

    role = fields.String(required=True)
    role_name = fields.String(required=True)
    role_name_en = fields.String(required=True)
    scope = fields.Nested(ScopeOut, required=True)


class MeOut(Schema):
    """Who I am, what I hold, which grids I serve."""

    person = fields.Nested(PersonOut, required=True)
    assignments = fields.List(fields.Nested(AssignmentOut), required=True)
    grids = fields.List(fields.String(), required=True)


class SessionOut(Schema):
    """A device on which I am signed in."""

    session_id = fields.UUID(required=True, attribute="id")
    device = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    current = fields.Boolean(required=True)


class SessionsOut(Schema):
    """All of them."""

    items = fields.List(fields.Nested(SessionOut), required=True)
