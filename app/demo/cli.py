"""`gezhi demo`: make the demo county, and play days of life in it."""

import gc
import time
from datetime import datetime, timedelta
from typing import Any

import click
from flask import current_app

from app.core import clock, logs
from app.core.commands import CommandError, echo, progress_bar
from app.core.db import db
from app.core.jobs import SCHEDULER, Heartbeat
from app.demo import county, play, progress
from app.demo.progress import Progress
from app.identity import passwords, strength
from app.identity.second_factor import OFF
from workflows.words import Words

ALIVE = timedelta(minutes=1)
DAYS_MOST = 365


@click.command("demo")
@click.option(
    "--days",
    type=click.IntRange(0, DAYS_MOST),
    default=0,
    help="演练到此刻为止的天数；0 只建县，不产生案件。Days to play; 0 makes the county alone.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="随机种子：同一种子、同一时刻，案件相同。The same seed, the same cases.",
)
def demo(days: int, seed: int) -> None:
    """建立演示县（古县：网格真名，人员虚构），并演练若干天的案件。Make a demo county and play it."""
    current_app.config["SECOND_FACTOR"] = OFF  # nobody here has a phone to show a code
    _make_county()
    broken_off = progress.read()
    if broken_off:
        echo(Words("上次演练到 {} 中断，从那里继续。", "Going on from {}.").format(broken_off.reached[:10]))
    if days or broken_off:
        _refuse_beside_a_scheduler()
        _play(days, seed, broken_off)


def _make_county() -> None:
    if county.exists():
        echo(Words("演示县已经建好。", "The demo county is there already."))
        return
    demo_password: str | None = current_app.config["DEMO_PASSWORD"]
    password = demo_password or passwords.invent()
    if not strength.strong(password, "", ""):
        echo(
            Words(
                "警告：演示账号的口令很容易被猜到，只能在本机试用。",
                "The demo password is easily guessed: a trial only.",
            )
        )
    # One hash, one salt for all accounts: a second of work instead of a minute. Only for a demo, where all share one
    # password anyway; real accounts are hashed each on its own.
    counts = county.make(passwords.hash_password(password))
    echo(
        Words(
            "演示县已建好：账号 {} 个。演示不要求二次验证，正式使用时必须（GEZHI_SECOND_FACTOR）。",
            "The demo county is made, with {} accounts and without second factors, which a real one requires.",
        ).format(counts)
    )
    if demo_password is None:
        echo(Words("演示账号的口令", "password of the demo accounts"), password)


def _refuse_beside_a_scheduler() -> None:
    beat = db.session.get(Heartbeat, SCHEDULER)
    if beat and clock.now() - beat.at < ALIVE:
        raise CommandError(
            Words(
                "系统正在运行，其定时任务会打乱演练的时间；请先停止 gezhi up 再演练。",
                "Gezhi is running, and its periodic work would disturb the play: stop gezhi up first.",
            )
        )


def _play(days: int, seed: int, broken_off: Progress | None) -> None:
    began = time.monotonic()
    db.session.remove()
    gc.freeze()  # what is loaded stays: looking through it again and again took some 6 % of the time
    gc.set_threshold(50_000, 20, 100)
    logs.configure("WARNING")  # twenty thousand request lines are of no use
    try:
        played = _resumed(broken_off) if broken_off else _play_with_bar(days, seed, clock.now())
        progress.forget()
    finally:
        logs.configure(current_app.config["LOG_LEVEL"])
    seconds, days = time.monotonic() - began, broken_off.days_left if broken_off else days
    steps = played.steps + played.timer_steps
    text = Words("演练 {} 天：案件 {}，步骤 {}，用时 {:.0f} 秒。", "Played {} days: {} cases, {} steps, in {:.0f} s.")
    echo(text.format(days, played.cases, steps, seconds))
    if played.refused:
        text = Words("有 {} 个案件停在被拒绝的一步，例如", "{} cases stopped at a step that was refused, such as")
        echo(text.format(len(played.refused)), played.refused[0][:200])


def _resumed(broken_off: Progress) -> play.PlaySummary:
    """Play the days that are left."""
    end = datetime.fromisoformat(broken_off.end)
    return _play_with_bar(broken_off.days_left, broken_off.seed_of_rest, end, end=end)


def _play_with_bar(days: int, seed: int | str, until: datetime, **more: Any) -> play.PlaySummary:
    """Play the days, and show and keep how far it is."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    # before anything else: one that is broken off on its first day goes on with another seed, as every other does
    progress.keep(Progress(seed, until.isoformat(), (until - timedelta(days=days)).isoformat()))
    with progress_bar(Words("演练", "playing"), days, item_show_func=lambda text: text or "", width=30) as bar:

        def report(moment: datetime, cases: int) -> None:
            if bar.pos < days:
                bar.update(1, f"{clock.local(moment):%m-%d}: {cases}")
            with app.app_context():  # a play knows none of ours
                progress.keep(Progress(seed, until.isoformat(), moment.isoformat()))

        return play.play(app, days, seed, report=report, **more)


commands = [demo]
