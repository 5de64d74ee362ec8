"""Tell whether somebody between a client and us can read along: plain http on another host than this machine's own."""

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, request

from app.core.errors import Forbidden


class HttpsRequired(Forbidden):
    """此地址没有加密（http），密码会被路上的人看到，不能登录。请打开 https 开头的地址；没有的话请联系管理员开通。"""

    code = "https_required"
    en = (
        "This address is not encrypted (http): whoever sits on the line would read the password, so nobody can sign in."
        " Open the address that begins with https; if there is none, ask the administrator for it."
    )


def is_local(host: str) -> bool:
    """Tell whether a Host header names this machine itself: localhost, 127.0.0.0/8 or ::1."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_plain() -> bool:
    """Tell whether this request came unencrypted over a network, as far as we and the proxies we trust know."""
    return not request.is_secure and not is_local(request.host)


def is_trial() -> bool:
    """Tell whether it did so, and the operator has chosen that for a trial."""
    return is_plain() and bool(current_app.config["PLAIN_HTTP"])


def check_sign_in() -> None:
    """Raise HttpsRequired where a password would travel in the clear and nobody has chosen that."""
    if is_plain() and not current_app.config["PLAIN_HTTP"]:
        raise HttpsRequired
