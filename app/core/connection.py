"""Tell whether somebody between a client and us can read along: plain http on another host than this machine's own."""

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, request

from app.core.errors import Forbidden

FORWARDED = ("Forwarded", "Via", "X-Real-Ip", "True-Client-Ip", "Cf-Connecting-Ip")  # and X-Forwarded-…


class HttpsRequired(Forbidden):
    """此地址没有加密（http），密码会被路上的人看到，不能登录。请打开 https 开头的地址；没有的话请联系管理员开通。"""

    code = "https_required"
    en = (
        "This address is not encrypted (http): whoever sits on the line would read the password, so nobody can sign in."
        " Open the address that begins with https; if there is none, ask the administrator for it."
    )


class ProxyNotTrusted(Forbidden):
    """代理已用 https，但系统未设置相信它，所以不能登录。请管理员把 GEZHI_TRUSTED_PROXIES 设为代理层数后重启。"""

    code = "proxy_not_trusted"
    en = (
        "A proxy in front speaks https, but it is not trusted, so nobody can sign in: whoever runs this sets"
        " GEZHI_TRUSTED_PROXIES to the number of proxies and starts again."
    )


def is_local(host: str) -> bool:
    """Tell whether a Host header names this machine itself: localhost, 127.0.0.0/8 or ::1."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_forwarded() -> bool:
    """Tell by the headers whether something in between handed the request on."""
    names = {name.title() for name, _ in request.headers}
    return any(name in FORWARDED or name.startswith("X-Forwarded") for name in names)


def is_here() -> bool:
    """Tell whether the request was meant for this machine and came from it: a proxy may write any Host it likes."""
    return is_local(request.host) and not is_forwarded()


def is_plain() -> bool:
    """Tell whether this request came unencrypted over a network, as far as we and the proxies we trust know."""
    return not request.is_secure and not is_here()


def is_trial() -> bool:
    """Tell whether it did so, and the operator has chosen that for a trial."""
    return is_plain() and bool(current_app.config["PLAIN_HTTP"])


def check_sign_in() -> None:
    """Raise HttpsRequired, or ProxyNotTrusted, where a password may travel in the clear and nobody has chosen that."""
    if is_plain() and not current_app.config["PLAIN_HTTP"]:
        raise ProxyNotTrusted if _is_https_by_word() else HttpsRequired


def _is_https_by_word() -> bool:
    """Tell whether a browser, or a proxy that is not trusted, says that the line is encrypted."""
    claims = (request.headers.get("X-Forwarded-Proto", ""), request.headers.get("Origin", ""))
    return claims[0].strip().lower().startswith("https") or claims[1].lower().startswith("https://")
