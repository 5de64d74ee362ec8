"""Play a timeline at the real door: each step by HTTP at its own time, and what the clocks then say.

A line of steps is `month-day hour:minute verb words`, of ends `stage [which] month-day hour:minute how`: when that
clock ends, and how it stands: runs, stands (paused), in_time, late, none. `which` counts the clocks of a stage from 1;
without it the last one is meant. `told` says how often the end of a limit was told of, `raised` how often lateness
         rose. Times are the county's, of 2026 unless a year is given.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.cases import jobs, recounts
from app.catalogue import files
from app.catalogue import service as catalogue
from app.core import clock
from app.core.transaction import transaction
from tests.deadlines.calendars import at
from tests.desk.browser import Desk
from tests.factories.catalogue import class_content, documents_file, seed_content
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import HOUSING, WATER, Town

EXAMPLE = {"source": "example"}
FIRST_DAY = at("2026-01-04 07:00")
STAGES = {
    "accept": (60, 30), "verify": (60, 30), "file": (30, 10), "dispatch": (30, 10), "sign": (60, 30),
    "check": (240, 120), "close": (120, 60),
}  # fmt: skip
CLASSES = {
    "H8": {"work_minutes": 480},  # eight working hours
    "H20": {"work_minutes": 1200},
    "D2": {"work_days": 2},
    "D5": {"work_days": 5},
    "U4": {"urgent_minutes": 240},  # four hours, day and night
    "C3": {"calendar_days": 3},
    "S2": {"work_days": 2},  # handling begins with the signature
    "E2": {"work_minutes": 120},  # and this one is urgent
}
MORE = {
    "D5": {"urgent_limit": {"urgent_minutes": 360, **EXAMPLE}},
    "S2": {"handle_starts": "sign"},
    "E2": {"urgent": True},
}
COUNTED = {"told": "overdue", "raised": "raise_late"}
DEPARTMENTS = {"housing": HOUSING, "water": WATER}


@dataclass(frozen=True)
class Timeline:
    """What is done, where the clocks end, and the arithmetic that says so."""

    name: str
    why: str
    steps: str
    ends: str


def documents(folder):
    """The stages and classes of the timelines: their own, so that no figure of the seed moves them."""
    stages = {
        name: {"limits": {area: {"work_minutes": minutes, **EXAMPLE} for area in "ABC"},
               "urgent": {"urgent_minutes": urgent, **EXAMPLE}}
        for name, (minutes, urgent) in STAGES.items()
    }  # fmt: skip
    allowance = ({"work_minutes": 960}, {"work_days": 3}, {"urgent_minutes": 480})
    stages["handle"] = {"urgent": {"urgent_minutes": 1440, **EXAMPLE}}
    stages["case"] = {"allowance": [{**each, **EXAMPLE} for each in allowance]}
    rows = [("stages", "stages", {"code": "stages", "stages": stages})]
    for code, limit in CLASSES.items():
        condition = {"condition": "1", "text": "有问题", "closure": "没有问题", **EXAMPLE,
                     "limits": {area: {**limit, **EXAMPLE} for area in "ABC"}}  # fmt: skip
        content = class_content(
            code=code, name=f"测试{code}", verify=False, check="document", conditions=[condition],
            evidence={"report": 0, "finish": 0, "check": 0, **EXAMPLE}, routes=[{"lead": HOUSING}],
            **MORE.get(code, {}),
        )  # fmt: skip
        rows.append(("class", code, content))
    service = seed_content("urban", "service") | {"code": "timelines", "name": "时限", "rounds": [],
                                                  "classes": [*CLASSES]}  # fmt: skip
    return files.read([documents_file(folder, *rows, ("service", "timelines", service))])


class Stage:
    """The town of all timelines, with a lower centre, and the case that is being played."""

    def __init__(self, app, held):
        held.set(FIRST_DAY)
        self.app, self.clock, self.town = app, held, Town(app)
        with TemporaryDirectory() as folder, app.app_context(), transaction():
            catalogue.import_documents(documents(Path(folder)), by="test")
        self.town.open_centre(WEST)
        roles = {"acceptor": "acceptor", "duty": "duty_officer", "dispatcher": "dispatcher", "leader": "centre_leader"}
        self.below = {name: self.town.hire(role, "centre", WEST) for name, role in roles.items()}
        self.administrator = self.town.hire("administrator", "grid", COUNTY)
        self.case, self.year = {}, 2026
        self.do_job()  # by what the limits are counted is known from here on

    def play(self, timeline):
        """Take all steps; return what differs from what was worked out."""
        self.case, self.year = {}, 2026
        for line in filter(None, map(str.strip, timeline.steps.splitlines())):
            day, hour, verb, *words = line.split()
            self.clock.set(self.moment(day, hour))
            getattr(self, f"do_{verb}")(*words)
        case = self.town.supervisor.read(self.case)
        return [*self._differing(case, timeline.ends), *self._moved_by_a_remark(case)]

    def _moved_by_a_remark(self, case):
        """A correction of what no limit depends on counts every end anew, and has to find the same."""
        if not any(each["stopped_at"] is None for each in case["clocks"]):
            return
        self._act(self._at("duty"), "correct", address="胜利街口")
        for before, after in zip(case["clocks"], self.case["clocks"], strict=True):
            if (before["due_at"], before["warn_at"]) != (after["due_at"], after["warn_at"]):
                yield f"{before['stage']}: {_local(before['due_at'])} counted anew is {_local(after['due_at'])}"

    def moment(self, day, hour):
        """The instant of a local day and hour; a day with its year begins that year."""
        if day.count("-") == 2:
            self.year, day = int(day[:4]), day[5:]
        return at(f"{self.year}-{day} {hour}")

    def _differing(self, case, ends):
        for line in filter(None, map(str.strip, ends.splitlines())):
            stage, *rest = line.split()
            if stage in COUNTED:
                times = self.town.steps(case).count(COUNTED[stage])
                yield from [] if times == int(rest[0]) else [f"{stage} {rest[0]} times: {times}"]
                continue
            which = int(rest.pop(0)) if len(rest) > 3 else 0
            clocks = [each for each in case["clocks"] if each["stage"] == stage]
            one = clocks[which - 1]
            expected = f"{rest[0]} {rest[1]} {rest[2]}"
            actual = f"{_local(one['due_at'])} {_how(one)}"
            if actual != expected:
                yield f"{stage} {which or 'last'}: worked out {expected}, is {actual}"

    def _at(self, name):
        """Who does it at the centre that has the case."""
        return self.below[name] if self.case["centre"] == WEST else getattr(self.town, name)

    def _lead(self):
        return self.town.housing if self.case["lead"]["code"] == HOUSING else self.town.water

    def _named(self, part):
        task = next(each for each in reversed(self.case["tasks"]) if each["part"] == part)
        return next(one for one in self.town.people if str(one.id) == task["handler_id"])

    def _act(self, actor, action, **data):
        self.case = actor.act(self.case, action, seen=self.case["seq"], **data)

    # --- what may stand in a line ---
    def do_report(self, code, *words):
        given = dict(word.split("=") for word in words)
        if "due" in given:
            given["external_due"] = at(f"{self.year}-{given.pop('due').replace('T', ' ')}").isoformat()
        reporter = self.town.acceptor if "source" in given else self.town.worker
        answer = reporter.report(code, **given)
        assert answer.status_code == 201, answer.get_json()
        self.case = answer.get_json()

    def do_filed(self, code, *words):
        self.do_report(code, *words)
        self.do_accept()
        self.do_file()

    def do_dispatched(self, code):
        self.do_filed(code)
        self.do_dispatch()

    def do_accept(self):
        self._act(self._at("acceptor"), "accept")

    def do_refuse(self):
        self._act(self._at("acceptor"), "refuse", reason="不属网格")

    def do_reconsider(self):
        self._act(self.town.supervisor, "reconsider", reason="应予受理")

    def do_verify(self):
        self._act(self._at("acceptor"), "verify", verifier=str(self.town.worker.id))

    def do_recall_verify(self):
        self._act(self._at("acceptor"), "recall_verify")

    def do_true(self):
        self._act(self._named("verify"), "confirm_true")

    def do_file(self, code=None):
        filed = code or self.case["class"]["code"]
        self._act(self._at("duty"), "file", **{"class": filed, "condition": "1"})

    def do_decline(self):
        self._act(self._at("duty"), "decline", reason="不够立案条件")

    def do_dispatch(self, lead="housing", *assist):
        more = {"assist": [DEPARTMENTS[each] for each in assist]} if assist else {}
        self._act(self._at("dispatcher"), "dispatch", lead=DEPARTMENTS[lead], **more)

    def do_withdraw(self):
        self._act(self._at("dispatcher"), "withdraw_dispatch")

    def do_recall(self):
        self._act(self._at("dispatcher"), "recall", reason_code="silent", reason="一直未处置")

    def do_sign(self):
        self._act(self._lead(), "sign")

    def do_finish(self):
        self._act(self._lead(), "finish", result="已处置")

    def do_return(self):
        self._act(self._lead(), "ask_return", reason_code="other", reason="情况说明")
        self._act(self._at("duty"), "grant_return")

    def do_extend(self, day, hour):
        until = self.moment(day, hour).isoformat()
        self._act(self._lead(), "ask_extension", due_at=until, reason="连日大雨")
        self._act(self._at("duty"), "grant_extension")

    def do_extend_far(self, day, hour):
        until = self.moment(day, hour).isoformat()
        self._act(self._lead(), "ask_extension", due_at=until, reason="连日大雨")
        self._act(self._at("leader"), "grant_extension", reason="工程量大")

    def do_consented(self, day, hour, *consent):
        until, paper = self.moment(day, hour).isoformat(), self._paper(*consent)
        self._act(self._lead(), "ask_extension", due_at=until, reason="连日大雨")
        self._act(self._at("duty"), "grant_extension", **paper)

    def do_defer_consented(self, days, *consent):
        review = (clock.now() + timedelta(days=int(days))).date().isoformat()
        self._act(self._lead(), "ask_deferral", review_on=review, reason="冬季不宜施工")
        self._act(self._at("leader"), "grant_deferral", **self._paper(*consent))

    def _paper(self, day, hour):
        return {"consent": "复函 1 号", "consent_due_at": self.moment(day, hour).isoformat()}

    def do_defer(self, days=30):
        review = (clock.now() + timedelta(days=int(days))).date().isoformat()
        again = "grant_deferral" in self.town.steps(self.case)  # which is for the county's leader to grant
        self._act(self._lead(), "ask_deferral", review_on=review, reason="冬季不宜施工")
        self._act(self.town.county if again else self._at("leader"), "grant_deferral")

    def do_resume(self):
        self._act(self._lead(), "resume")

    def do_urgent(self):
        self._act(self._at("duty"), "urgent")

    def do_calm(self):
        self._act(self._at("duty"), "clear_urgent")

    def do_correct(self, code):
        self._act(self._at("duty"), "correct", **{"class": code, "condition": "1"})

    def do_pass(self):
        self._act(self._named("check"), "pass_check")

    def do_fail(self):
        task = [each["task"] for each in self.case["tasks"] if each["part"] == "lead"][-1]
        self._act(self._named("check"), "fail_check", tasks=[task], note="没有做好")

    def do_close(self):
        self._act(self.town.duty, "close")

    def do_recheck(self):
        self._act(self.town.duty, "refuse_close", reason="请重新核查")

    def do_rework(self):
        self._act(self.town.duty, "refuse_close", reason="请返工", rework=True)

    def do_reopen(self):
        self._act(self.town.supervisor, "reopen", reason="没有解决")

    def do_down(self, *until):
        due = {"due_at": self.moment(*until).isoformat()} if until else {}
        self._act(self.town.duty, "hand_down", centre=WEST, **due)

    def do_up(self):
        self._act(self._at("duty"), "escalate", reason="请上级办理")

    def do_sender_gives(self, day, hour):
        until = self.moment(day, hour).isoformat()
        self._act(self.town.acceptor, "ask_sender_time", external_due=until, reason="连日大雨")
        self._act(self.town.acceptor, "sender_gave_time", external_due=until)

    def do_takes(self, day, hour):
        until = self.moment(day, hour).isoformat()
        answer = self.town.acceptor.report("D5", source="hotline", external_due=until, external_no=f"12345-{until}")
        self.merged = self.town.acceptor.act(answer.get_json(), "merge", into=self.case["case_id"])
        self.case = self.town.supervisor.read(self.case)

    def do_frees(self):
        self.town.acceptor.act(self.merged, "unmerge", reason="不是同一处")
        self.town.drain()
        self.case = self.town.supervisor.read(self.case)

    def do_merge(self):
        other = self.town.worker.report("H8").get_json()
        self._act(self._at("acceptor"), "merge", into=other["case_id"])

    def do_unmerge(self):
        self._act(self._at("acceptor"), "unmerge")

    def do_comment(self):
        self._act(self.town.duty, "comment", text="下雪")

    def do_off(self, day, working="false"):
        confirmed = {
            "day": f"{self.year}-{day}",
            "working": working,
            "reason": "暴雪",
            "source": "文号",
            "confirm": "true",
        }
        response = Desk(self.app, self.administrator).post("/admin/calendars/office/overrides", confirmed)
        assert response.status_code == 303, response.text

    def do_worked(self, day):
        self.do_off(day, "true")

    def do_job(self):
        with self.app.app_context():
            recounts.sweep()

    def do_sweep(self):
        with self.app.app_context():
            jobs.sweep_clocks()
            jobs.sweep_raises()


def _local(text):
    return f"{datetime.fromisoformat(text).astimezone(UTC) + timedelta(hours=8):%m-%d %H:%M}"


def _how(one):
    if one["stopped_at"]:
        return one["result"]
    return "stands" if one["paused_at"] else "runs"
