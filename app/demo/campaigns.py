"""Let the demo county have a campaign under way: a check-up of the villages of a township, by requests."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Flask

from app.campaigns import jobs as campaign_jobs
from app.core import clock
from app.core.db import db
from app.demo import answers
from app.demo.actors import Actors
from app.demo.answers import Viewpoint
from app.demo.patience import patient
from app.demo.world import World
from app.rounds import jobs as round_jobs

SERVICE, ROUND = "rural", "village_check_up"
GROUND = "141025100"
BEGUN_BEFORE, LASTS = timedelta(days=6), timedelta(days=20)  # of the end of the play; what is left is still to do
DONE_A_DAY = 3  # grids; examples
AFTER = timedelta(minutes=20)


class CheckUp:
    """The check-up of a township: opened by the leader of the centre, done by some workers every day."""

    def __init__(self, app: Flask, world: World, actors: Actors, seed: int | str, end: datetime) -> None:
        self._app, self._world, self._actors, self._end = app, world, actors, end
        self._chance = Random(f"gezhi campaign {seed}")  # noqa: S311 - a play, not a secret
        self._id = uuid5(NAMESPACE_URL, f"gezhi campaign {end.isoformat()}")

    def run(self, start: datetime) -> Iterator[datetime]:
        """Yield when somebody acts next, and let them."""
        moment = max(start, self._end - BEGUN_BEFORE) + AFTER
        yield moment
        if not self._opened(moment):
            return
        self._let_fall_due()
        workers = [name for code, name in sorted(self._world.worker_of.items()) if code.startswith(GROUND)]
        for number, name in enumerate(workers):
            moment += timedelta(days=1) if number and number % DONE_A_DAY == 0 else AFTER
            yield moment
            self._do(name)

    def _opened(self, moment: datetime) -> bool:
        first = clock.local(moment).date()
        body = {
            "kind": "check_up", "title": f"{first.year}年乡村建设评价", "service": SERVICE, "round": ROUND,
            "grids": [GROUND], "begins_on": first.isoformat(), "ends_on": (first + LASTS).isoformat(),
        }  # fmt: skip
        status, _ = self._actors.send("leader1", "PUT", f"campaigns/{self._id}", json=body)
        return status == 201

    def _let_fall_due(self) -> None:
        """Do what the scheduler does for campaigns and their rounds."""
        with self._app.app_context():
            patient(campaign_jobs.sweep)
            patient(round_jobs.sweep_times)
            db.session.remove()

    def _do(self, name: str) -> None:
        _, listed = self._actors.send(name, "GET", "rounds", query_string={"mine": "true", "round": ROUND})
        for one in listed.get("items", ()):
            _, whole = self._actors.send(name, "GET", f"rounds/{one['round_id']}")
            if whole.get("state") != "due":
                continue
            self._step(name, whole, "start", {})
            for stop in whole["stop_list"]:
                data = {"stop": stop["stop"], "answers": self._answers()}
                self._step(name, whole, "visit", data)
            self._step(name, whole, "finish", {})

    def _answers(self) -> dict[str, Any]:
        plans = self._world.catalogue.services[SERVICE].rounds
        form = next(one.form for one in plans if one.code == ROUND)
        return answers.draw(form, Viewpoint(0, 0, clock.local(clock.now()).date()), self._chance)

    def _step(self, name: str, whole: dict[str, Any], action: str, data: dict[str, Any]) -> None:
        op_id = uuid5(UUID(whole["round_id"]), f"{action}:{data.get('stop', 0)}")
        step = {"op_id": str(op_id), "action": action, "seen": whole["seq"], "data": data}
        _, after = self._actors.send(name, "POST", f"rounds/{whole['round_id']}/steps", json=step)
        whole["seq"] = after.get("seq", whole["seq"])
