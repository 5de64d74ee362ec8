"""Let the field work by plan in the last days of a play: rounds are made and done or missed, a storm is warned of.

Every step is an HTTP request, as all else. All shares here are examples.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.digests import canonical
from app.demo import answers
from app.demo.actors import Actors
from app.demo.answers import Viewpoint
from app.demo.departments import SEAT
from app.demo.patience import patient
from app.demo.world import World
from app.grids.levels import Duty
from app.rounds import jobs, round_plans, round_residents
from app.rounds.models import RoundRow
from workflows.round_terms import RoundKind, RoundState

LAST = timedelta(days=7)  # so long before the end, of a short play a third of it: what nobody sees need not be made
_STORM_AT, _STORM_LASTS = timedelta(hours=15), timedelta(hours=7)  # on the day before the last
_DONE, _CONFIRMED = 0.94, 0.9  # of the rounds of a day, of the receipts of the storm
_VISITS = 0.25  # of the rounds to residents that can be done, on each day
_MORNING, _FIELD_HOURS = timedelta(hours=6, minutes=30), (8.0, 17.5)
_NAMESPACE = UUID("5d1b2f4c-7f0e-5b6e-9a53-141025141025")
_OFFICER = "duty1"
_STORM = {
    "kind": "rainstorm", "level": "red", "grid": SEAT, "issuer": "县气象台（示例）",
    "text": "预计未来三小时有特大暴雨，请组织低洼处、隐患点群众转移。",
}  # fmt: skip

Deed = tuple[datetime, Callable[[], None]]


class Fieldwork:
    """The rounds of the last days, and the storm among them."""

    def __init__(self, app: Flask, world: World, actors: Actors, seed: int | str, last: timedelta = LAST) -> None:
        self._app, self._actors, self._seed, self._last = app, actors, seed, last
        self._serving = {(code, duty): one.username for one in world.everybody for code, duty in one.duties}

    def go_on(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield when somebody in the field does something next, and let them."""
        last = min(self._last, (end - start) / 3)
        day = max(clock.local(start).date(), clock.local(end - last).date())
        self._make_visits(day)
        while clock.midnight(day) < end:
            morning = max(clock.midnight(day) + _MORNING, start)
            yield morning
            self._make_rounds()
            deeds = self._rounds_of(day)
            if day == clock.local(end).date() - timedelta(days=1):
                deeds += self._storm(clock.midnight(day) + _STORM_AT)
            for moment, act in sorted(deeds, key=lambda deed: deed[0]):
                yield max(moment, morning)
                act()
            day += timedelta(days=1)

    def _make_visits(self, day: date) -> None:
        """Make the visits of the month as at its beginning: in its second half nobody is asked for them any more."""
        with self._app.app_context(), clock.at(clock.midnight(day.replace(day=1))):
            patient(lambda: round_plans.make_due(lambda plan: bool(plan.care) and plan.frequency.per == "month"))
            db.session.remove()

    def _make_rounds(self) -> None:
        with self._app.app_context():
            patient(jobs.sweep_plans)
            patient(jobs.sweep_times)
            db.session.remove()

    def _rounds_of(self, day: date) -> list[Deed]:
        """Draw which of the rounds that can be done are done today, by whom and when: each has its last day."""
        deeds: list[Deed] = []
        with self._app.app_context():
            due = select(RoundRow).where(RoundRow.state == RoundState.DUE, RoundRow.origin_id.is_(None))
            for row in db.session.scalars(due.order_by(RoundRow.round_id)):
                chance = self._chance(row.round_id, day)
                days_left = (clock.local(row.window_until).date() - day).days
                doer = self._serving.get((row.grid, Duty.of(row.duty)))
                plan = round_residents.plan_of(row)
                least = _VISITS if plan and plan.care else 0.0  # nobody leaves a month's visits to its last days
                if doer and chance.random() < max(_DONE / max(days_left, 1), least):
                    begins = clock.midnight(day) + timedelta(hours=chance.uniform(*_FIELD_HOURS))
                    deeds += self._round(row.round_id, doer, begins, chance)
            db.session.remove()
        return deeds

    def _round(self, round_id: UUID, doer: str, begins: datetime, chance: Random) -> list[Deed]:
        ends, whole = begins + timedelta(minutes=chance.uniform(20, 70)), dict[str, Any]()

        def start() -> None:
            whole.update(self._actors.send(doer, "GET", f"rounds/{round_id}")[1])
            self._step(whole, doer, "start")

        def look_and_finish() -> None:
            for stop in whole["stop_list"]:
                form_data = self._answers(round_id, chance, of_resident=stop["resident"])
                self._step(whole, doer, "visit", stop=stop["stop"], answers=form_data)
            self._step(whole, doer, "finish")

        return [(begins, start), (ends, look_and_finish)]

    def _answers(self, round_id: UUID, chance: Random, *, of_resident: bool) -> dict[str, Any]:
        with self._app.app_context():
            row = db.session.get_one(RoundRow, round_id)
            plan = round_residents.plan_of(row)
            viewpoint = Viewpoint(0.0, 0.0, clock.local(clock.now()).date())
            form = (plan.person_form if of_resident else plan.form) if plan else ()
            form_data = answers.draw(form, viewpoint, chance)
            db.session.remove()
        return form_data

    def _storm(self, moment: datetime) -> list[Deed]:
        """Give the warning, let most confirm in its minutes and some not, move people and bring them back."""
        warning_id = uuid5(_NAMESPACE, f"{self._seed}:{moment.isoformat()}")
        chance = self._chance(warning_id, moment.date())
        workers = [name for (code, duty), name in sorted(self._serving.items()) if duty is Duty.FULL_TIME]
        deeds: list[Deed] = [(moment, lambda: self._send(_OFFICER, "PUT", f"warnings/{warning_id}", json=_STORM))]
        for worker in workers:
            if chance.random() < _CONFIRMED:
                at, count = moment + timedelta(minutes=chance.uniform(1, 14)), chance.choice((0, 0, 0, 3, 12))
                deeds += self._receipt(worker, at, count)
        deeds.append((moment + _STORM_LASTS, lambda: self._send(_OFFICER, "POST", f"warnings/{warning_id}/end")))
        return deeds

    def _receipt(self, worker: str, at: datetime, moved: int) -> list[Deed]:
        """Let somebody confirm, and say how many were moved and are back: nobody, where it does not concern them."""

        def say(action: str, **data: Any) -> None:
            for receipt in self._receipts(worker):
                self._step(receipt, worker, action, **data)

        return [
            (at, lambda: say("start")),
            (at + timedelta(hours=1), lambda: say("visit", stop=1, answers={"moved": moved})),
            (at + timedelta(hours=6), lambda: say("visit", stop=1, answers={"moved": moved, "returned": moved})),
            (at + timedelta(hours=6, minutes=1), lambda: say("finish")),
        ]

    def _receipts(self, worker: str) -> list[dict[str, Any]]:
        _, body = self._actors.send(worker, "GET", "rounds?mine=true")
        open_states = (RoundState.DUE, RoundState.STARTED)
        mine = (one for one in body["items"] if one["kind"]["code"] == RoundKind.WARNING)
        return [one for one in mine if one["state"] in open_states]

    def _step(self, seen: dict[str, Any], username: str, action: str, **data: Any) -> None:
        """Take a step of a round as somebody saw it before: their own steps since make nothing stale."""
        op_id = uuid5(UUID(seen["round_id"]), f"{action}:{canonical(data)}")
        body = {"op_id": str(op_id), "action": action, "seen": seen["seq"], "data": data}
        self._send(username, "POST", f"rounds/{seen['round_id']}/steps", json=body)

    def _send(self, username: str, method: str, path: str, **content: Any) -> None:
        self._actors.send(username, method, path, **content)

    def _chance(self, of: UUID, day: date) -> Random:
        return Random(f"gezhi {self._seed} {of} {day}")  # noqa: S311 - a play, not a secret
