"""Play days of life in the demo county: every report and step is an HTTP request, with the clock set to its moment.

Time jumps from one moment to the next: lives that want to act, and the timers and the outbox as the scheduler would
work them. The same seed, days and end give the same cases, steps and moments.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from flask import Flask

from app.cases import jobs as timers
from app.core import clock, outbox
from app.core.db import db
from app.demo import county, fieldwork, neighbours, photos, rhythm, scenarios, script, things
from app.demo.actors import Actors
from app.demo.campaigns import CheckUp
from app.demo.fieldwork import Fieldwork
from app.demo.lives import Life
from app.demo.patience import patient
from app.demo.world import Spot, World
from app.objects import object_kinds
from app.rounds import jobs as round_jobs
from app.warnings import jobs as warning_jobs
from workflows.case_terms import CaseSource

STORY_EVERY = timedelta(minutes=4)
AGAIN, TRIES = outbox.LEASE + timedelta(minutes=1), 10
STOP_BEGUN_BEFORE = (timedelta(days=6), timedelta(days=1), timedelta(hours=2))
_TWICE = 0.05  # of reports are of a trouble that somebody else has reported a moment ago; an example
_SECOND_CONDITION = 0.25  # of cases are filed under another condition than the first; an example

Report = Callable[[datetime, int], None]
Mark = Callable[[datetime], None]


@dataclass
class PlaySummary:
    """What came of a play."""

    cases: int = 0
    steps: int = 0
    timer_steps: int = 0
    effects: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)  # steps that the door refused; each ended a life


def play(
    app: Flask,
    start: datetime,
    end: datetime,
    seed: int | str = 1,
    report: Report = lambda *_: None,
    mark: Mark = lambda _: None,
    stories: Sequence[script.Story] = script.STORIES,
    field_days: timedelta = fieldwork.LAST,
) -> PlaySummary:
    """Play from one moment to another; `report(moment, cases)` hears of each day's end, `mark(moment)` of the moment
    up to which all has happened: a play that is broken off goes on there. `field_days`: so long rounds are done.

    The county must be made. Runs in a context of its own: requests must find no application context of a command.
    """
    return Context().run(lambda: _Play(app, start, end, seed, stories, field_days).run(report, mark))


class _Play:
    def __init__(
        self,
        app: Flask,
        start: datetime,
        end: datetime,
        seed: int | str,
        stories: Sequence[script.Story],
        field_days: timedelta,
    ) -> None:
        self.app, self.start, self.end, self.seed, self.stories = app, start, end, seed, stories
        self.chance = Random(f"gezhi {seed}")  # noqa: S311 - a play, not a secret
        with clock.at(self.start), app.app_context():
            patient(county.open_pilot_centre)
            self.world = World()
        self.actors = Actors(app, self.world.everybody, (end - start).days)
        self.field = Fieldwork(app, self.world, self.actors, seed, field_days)
        self.photos = photos.draw()
        self.played = PlaySummary(answers=self.actors.answers)
        self.lives: list[Life] = []
        self._moments: list[tuple[datetime, int, Iterator[datetime] | None]] = []  # None: the timers

    def run(self, report: Report, mark: Mark) -> PlaySummary:
        with clock.at(self.start):
            with self.app.app_context():
                kinds = object_kinds.kinds()
            things.enter(self.actors, self.world, kinds, self.seed)
            neighbours.enter(self.actors, self.world, self.seed)
            for centre in (self.world.duty, self.world.pilot_duty):
                centre.fill(self.actors, self.start, self.end)
        shifts = self.world.duty.hand_over(self.actors, self.start, self.end)
        heapq.heappush(self._moments, (next(shifts, self.end), -2, shifts))
        in_field = self.field.go_on(self.start, self.end)
        heapq.heappush(self._moments, (next(in_field, self.end), -3, in_field))
        check_up = CheckUp(self.app, self.world, self.actors, self.seed, self.end).run(self.start)
        heapq.heappush(self._moments, (next(check_up), -4, check_up))
        self._enter_everything()
        heapq.heappush(self._moments, (self.start, -1, None))
        day = clock.local(self.start).date()
        while self._moments and self._moments[0][0] <= self.end:
            moment, number, life = heapq.heappop(self._moments)
            with clock.at(moment):
                following = self._timers(moment) if life is None else next(life, None)
            if life is None and following:
                mark(following)
            if following is not None:
                heapq.heappush(self._moments, (max(following, moment), number, life))
            if clock.local(moment).date() != day:
                day = clock.local(moment).date()
                report(moment, self._count())
        self._settle()
        with clock.at(self.end):
            self.actors.sign_out()
        return self._summed_up()

    def _settle(self) -> None:
        """Work the timers at the end, until nothing is owed."""
        moment = self.end
        for _ in range(TRIES):
            with clock.at(moment):
                following = self._timers(moment)
            if following != moment + AGAIN:
                break
            moment = following

    def _timers(self, moment: datetime) -> datetime:
        """Do what the scheduler does; return when it does so next."""
        with self.app.app_context():
            for sweep in (timers.sweep_clocks, timers.sweep_raises, timers.sweep_asks):
                self.played.timer_steps += patient(sweep)
            for sweep in (round_jobs.sweep_times, warning_jobs.sweep_calls):
                patient(sweep)
            self.played.effects += patient(outbox.drain)
            debts = outbox.owed()
            db.session.remove()
        # what failed, on a loaded machine, is tried again when its claim has ended: somebody goes on with what it does
        return moment + AGAIN if debts else rhythm.next_timers(moment)

    def _count(self) -> int:
        return sum(bool(life.case) for life in self.lives)

    def _summed_up(self) -> PlaySummary:
        self.played.cases = self._count()
        self.played.steps = sum(life.step_count for life in self.lives)
        self.played.refused = [life.refused for life in self.lives if life.refused]
        return self.played

    # --- what is to happen ---
    def _enter_everything(self) -> None:
        self._enter_stories()
        self._enter_ordinary()
        self._enter_stops()

    def _enter(self, life: Life) -> None:
        running = life.run()
        self.lives.append(life)
        heapq.heappush(self._moments, (next(running), len(self.lives), running))

    def _life(self, begins: datetime, spot: Spot, class_code: str, reporter: str, **more: object) -> Life:
        chance = Random(f"gezhi {self.seed} {len(self.lives)}")  # noqa: S311
        case_class = self.world.classes.get(class_code) or self.world.catalogue.classes[class_code]
        return Life(self.world, self.actors, self.photos, chance, begins, spot, case_class, reporter, **more)  # type: ignore[arg-type]

    def _enter_stories(self) -> None:
        begins = rhythm.next_open(self.start, self.world.office, self.chance)
        known: dict[str, Life] = {}
        for number, story in enumerate(self.stories):
            before = known.get(story.with_story or "")
            seat = self.world.worker_one_grid
            spot = before.spot if before else self.world.spot(self.chance, grid=story.grid or seat)
            reporter = self.world.worker_of[spot.grid] if story.reporter == "worker" else story.reporter
            reporter = "acceptor1" if reporter == "acceptor" else reporter
            at = begins + number * STORY_EVERY
            life = self._life(at, spot, story.class_code, reporter, steps=story.steps, report=dict(story.report))
            life.beside = before
            known[story.name] = life
            self._enter(life)

    def _enter_ordinary(self) -> None:
        previous: Life | None = None
        for arrival in rhythm.arrivals(self.start, self.end, self.world.office, self.chance):
            if previous and self.chance.random() < _TWICE:
                self._enter_again(previous)
                previous = None
            else:
                previous = self._enter_one(arrival)

    def _enter_one(self, arrival: rhythm.Arrival) -> Life:
        chance, world = self.chance, self.world
        spot = world.spot(chance)
        case_class = world.class_for(spot, chance, storm=arrival.storm, night=arrival.by_night)
        source = scenarios.source(case_class, chance, night=arrival.by_night)
        condition = case_class.conditions[-1 if chance.random() < _SECOND_CONDITION else 0].condition
        report = scenarios.report(source, len(self.lives), chance)
        if scenarios.fixed_on_the_spot(case_class, source, chance):
            steps, report["fixed"] = scenarios.of_fixed(), True
        else:
            steps = scenarios.steps(case_class, spot, source, world, chance, condition)
        reporter = scenarios.reporter(source, spot, world, chance)
        life = self._life(
            arrival.at, spot, case_class.code, reporter, steps=steps, report=report, condition=condition
        )  # fmt: skip
        self._enter(life)
        return life

    def _enter_again(self, first: Life) -> None:
        """Let a citizen report the same trouble a few minutes later; the acceptor merges it while the first is open."""
        begins = first.begins + timedelta(minutes=self.chance.uniform(3, 12))
        body = scenarios.report(CaseSource.CITIZEN, len(self.lives), self.chance)
        again = self._life(
            begins, first.spot, first.case_class.code, "acceptor2", steps=scenarios.of_second(), report=body
        )
        again.beside = first
        self._enter(again)

    def _enter_stops(self) -> None:
        for state, lines in script.STOPS.items():
            for before in STOP_BEGUN_BEFORE:
                begins = rhythm.last_open(self.end - before, self.world.office) - timedelta(hours=1)
                spot = self.world.spot(self.chance, town=True)
                class_code = script.ROAD if state == "deferred" else script.GARBAGE
                steps = script.go(*lines)
                reporter = self.world.worker_of[spot.grid]
                self._enter(self._life(max(begins, self.start), spot, class_code, reporter, steps=steps))
