"""Keep the rosters of duty of the demo's centres, and let shifts hand over: requests as everybody's are."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from app.core import clock
from app.deadlines.shifts import Shift, ShiftDay
from app.demo.actors import Actors
from app.demo.people import COUNTY, person_id

TEAMS = ("1", "2")  # the people on duty by the ends of their usernames, in turn from shift to shift
ROLES = ("duty", "acceptor", "dispatcher")
AHEAD = timedelta(days=14)  # so far beyond the play the roster is filled
WRITES_BEFORE, SIGNS_AFTER = timedelta(minutes=10), timedelta(minutes=5)
_NOTES = ("无异常。", "雨后低洼路段须巡看。", "夜间投诉噪声两起，已转办。", "要件按时限跟进。")


class DutyTeams:
    """Who is on duty when, at a centre."""

    def __init__(self, shifts: tuple[Shift, ...], centre: str = COUNTY) -> None:
        self._shifts, self._centre = shifts, centre

    def turns(self, since: date, until: date) -> Iterator[ShiftDay]:
        """Yield the shifts that begin on some days, in order."""
        for number in range((until - since).days + 1):
            day = since + timedelta(days=number)
            yield from sorted((ShiftDay(day, shift) for shift in self._shifts), key=lambda turn: turn.begins)

    def team_of(self, turn: ShiftDay) -> str:
        """Return the team of a shift: who had the days of one week has the nights of the next."""
        place = sorted(self._shifts, key=lambda shift: ShiftDay(turn.day, shift).begins).index(turn.shift)
        return TEAMS[(place + turn.day.isocalendar().week) % len(TEAMS)]

    def team_at(self, moment: datetime) -> str | None:
        """Return the team on duty at a moment; None where there are no shifts."""
        day = clock.local(moment).date()
        turns = self.turns(day - timedelta(days=1), day)
        return next((self.team_of(turn) for turn in turns if turn.begins <= moment < turn.ends), None)

    def fill(self, actors: Actors, start: datetime, end: datetime) -> None:
        """Put the roster's people down for the days of a play, and some more; twice is once."""
        for turn in self.turns(_day(start) - timedelta(days=1), _day(end + AHEAD)):
            on_duty = [person_id(role + self.team_of(turn)) for role in ROLES]
            path = f"duty/{self._centre}/{turn.day}/{turn.shift.code}"
            actors.send("admin1", "PUT", path, json={"people": on_duty})

    def hand_over(self, actors: Actors, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield when somebody signs next, and let them: the duty officer who leaves, then the acceptor who comes."""
        turns = list(self.turns(_day(start), _day(end)))
        for number, turn in enumerate(turns[:-1]):
            if turn.ends - WRITES_BEFORE < start:
                continue
            yield turn.ends - WRITES_BEFORE
            note = {"note": f"{turn.shift.name!s}：{_NOTES[number % len(_NOTES)]}"}
            leaves, comes = f"duty{self.team_of(turn)}", f"acceptor{self.team_of(turns[number + 1])}"
            status, record = actors.send(leaves, "POST", f"duty/{self._centre}/handovers", json=note)
            if status == 201:  # else it was handed over before the play was broken off
                yield turn.ends + SIGNS_AFTER
                actors.send(comes, "POST", f"duty/handovers/{record['id']}/take")


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
