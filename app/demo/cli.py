"""`gezhi demo`: make the demo county, and play days of life in it."""

import gc
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import click
from flask import current_app

from app.core import clock, logs
from app.core.commands import CommandError, echo, progress_bar
from app.core.db import db
from app.core.jobs import SCHEDULER, Heartbeat
from app.demo import county, play, progress
from app.demo.patience import patient
from app.demo.progress import Progress
from app.identity import passwords, strength
from app.identity.second_factor import OFF
from workflows.words import Words

ALIVE = timedelta(minutes=1)
DAYS_MOST = 365
ONE_DAY = timedelta(days=1)


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
    help="随机种子：同一种子、同一结束时刻，案件、步骤和时间都相同。The same seed and end, the same cases.",
)
@click.option(
    "--until",
    type=click.DateTime(("%Y-%m-%dT%H:%M", "%Y-%m-%d")),
    help="演练到何时为止（北京时间），默认此刻。When the days end; now unless given.",
)
def demo(days: int, seed: int, until: datetime | None) -> None:
    """建立演示县（古县：网格真名，人员虚构），并演练若干天的案件。Make a demo county and play it."""
    current_app.config["SECOND_FACTOR"] = OFF  # nobody here has a phone to show a code
    end = end_of(days, until)
    _make_county()
    broken_off = progress.read()
    if broken_off:
        _say_where(broken_off)
    if days or broken_off:
        _refuse_beside_a_scheduler()
        span = broken_off or Progress(seed, end.isoformat(), (end - timedelta(days=days)).isoformat())
        _play(span, resumed=broken_off is not None)


def end_of(days: int, until: datetime | None) -> datetime:
    """Return when the days end; raise CommandError for the future, and for days before the county was there."""
    now = clock.now()
    end = until.replace(tzinfo=clock.LOCAL).astimezone(UTC) if until else now
    if not now - county.AGE < end - timedelta(days=days) <= end <= now:
        raise CommandError(
            Words(
                "--until 不能晚于现在，演练的第一天不能早于 {} 天前。",
                "--until may not be in the future, nor the first day more than {} days ago.",
            ).format(county.AGE.days)
        )
    return end


def _say_where(broken_off: Progress) -> None:
    text = Words(
        "上次演练到 {:%Y-%m-%d %H:%M} 中断，从那里继续；当时没有走完的案件留在原处。",
        "Going on from {:%Y-%m-%d %H:%M}, where it was broken off; cases that were under way stay where they were.",
    )
    echo(text.format(clock.local(broken_off.span[0])))


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
    counts = patient(partial(county.make, passwords.hash_password(password)))
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


def _play(span: Progress, *, resumed: bool) -> None:
    began = time.monotonic()
    db.session.remove()
    gc.freeze()  # what is loaded stays: looking through it again and again took some 6 % of the time
    gc.set_threshold(50_000, 20, 100)
    logs.configure("WARNING")  # twenty thousand request lines are of no use
    try:
        played = _play_with_bar(span, span.seed_of_rest if resumed else span.seed)
        progress.forget()
    finally:
        logs.configure(current_app.config["LOG_LEVEL"])
    start, end = span.span
    seconds, steps = time.monotonic() - began, played.steps + played.timer_steps
    text = Words("演练 {} 天：案件 {}，步骤 {}，用时 {:.0f} 秒。", "Played {} days: {} cases, {} steps, in {:.0f} s.")
    echo(text.format(round((end - start) / ONE_DAY), played.cases, steps, seconds))
    if played.refused:
        text = Words("有 {} 个案件停在被拒绝的一步，例如", "{} cases stopped at a step that was refused, such as")
        echo(text.format(len(played.refused)), played.refused[0][:200])


def _play_with_bar(span: Progress, seed: int | str) -> play.PlaySummary:
    """Play the days, and show and keep how far it is."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    start, end = span.span
    days = round((end - start) / ONE_DAY)

    def mark(moment: datetime) -> None:
        with app.app_context():  # a play knows none of ours
            progress.keep(Progress(seed, span.end, moment.astimezone(UTC).isoformat()))

    # before anything else: one that is broken off on its first day goes on with another seed, as every other does
    mark(start)
    with progress_bar(Words("演练", "playing"), days, item_show_func=lambda text: text or "", width=30) as bar:

        def report(moment: datetime, cases: int) -> None:
            if bar.pos < days:
                bar.update(1, f"{clock.local(moment):%m-%d}: {cases}")

        return play.play(app, start, end, seed, report=report, mark=mark)


commands = [demo]
