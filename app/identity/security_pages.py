"""What a security administrator looks at: the figures of signing in, and whose powers are not held apart."""

from collections.abc import Iterator, Mapping

from flask import Response, current_app

from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame.pages import Pages, render
from app.identity import attempts, powers, queries, register, second_factor, strength
from app.identity.attempts import Bound
from app.identity.bounds import ground_of
from workflows.words import Words

bp = Pages("security", __name__, url_prefix="/admin/security")


@bp.get("/")
@needs(Permission.SECURITY_READ)
def settings() -> Response:
    """Show the security settings as they are, and what stands open."""
    ground = ground_of(current_person(), Permission.SECURITY_READ)
    permissions = queries.roles().permissions
    together = frozenset(role for role, held in permissions.items() if powers.undivided(held))
    return render(
        "security/settings.html",
        figures=list(_figures()),
        lacking=register.holding(_asked_for(permissions), ground, without_second_factor=True),
        undivided=register.holding(together, ground),
        roles=queries.roles(),
    )


def _asked_for(permissions: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the roles whose holders need a second factor; none where it is not required."""
    if current_app.config["SECOND_FACTOR"] == second_factor.OFF:
        return frozenset()
    return frozenset(role for role, held in permissions.items() if not second_factor.REQUIRED_OF.isdisjoint(held))


def _figures() -> Iterator[tuple[Words, Words]]:
    """Yield what is set and how."""
    config = current_app.config
    yield _hours(Words("浏览器最长登录", "A browser stays signed in"), config["BROWSER_HOURS"])
    yield _minutes(Words("浏览器无操作自动退出", "An unused browser signs out after"), config["BROWSER_IDLE_MINUTES"])
    yield _days(Words("手机多久不用须重新登录", "A phone signs in again when unused for"), config["REFRESH_DAYS"])
    off = config["SECOND_FACTOR"] == second_factor.OFF
    questions = (
        Words("不要求", "not required")
        if off
        else Words("管理员和能看群众电话的人必须", "of administrators and revealers")
    )
    yield Words("二次验证", "Second factor"), questions
    yield _days(
        Words("登录过的设备多久再验证一次", "A known device is asked again after"), config["SECOND_FACTOR_DAYS"]
    )
    yield _hours(Words("一次性登录码有效", "A one-time code is good for"), config["SIGN_IN_CODE_HOURS"])
    least = strength.SHORTEST
    yield (
        Words("密码最短", "Shortest password"),
        Words("{} 位，不许常见或含姓名、账号、县名", "{} letters, none common").format(least),
    )
    yield _bound(Words("同一账号、同一地址连续输错", "Failures by account and address"), attempts.PAIR)
    yield _bound(Words("同一账号来自各处输错", "Failures by account from anywhere"), attempts.ACCOUNT)
    yield _bound(Words("登录过的设备输错", "Failures by a known device"), attempts.DEVICE)


def _bound(label: Words, bound: Bound) -> tuple[Words, Words]:
    longest = int(bound.longest_wait.total_seconds() // 60)
    return label, Words("{} 次后开始等待，最长 {} 分钟", "waits after {}, {} minutes at most").format(
        bound.free, longest
    )


def _minutes(label: Words, figure: int) -> tuple[Words, Words]:
    return label, Words("{} 分钟", "{} minutes").format(figure)


def _hours(label: Words, figure: int) -> tuple[Words, Words]:
    return label, Words("{} 小时", "{} hours").format(figure)


def _days(label: Words, figure: int) -> tuple[Words, Words]:
    return label, Words("{} 天", "{} days").format(figure)
