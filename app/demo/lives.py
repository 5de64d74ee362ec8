"""Let one case live: take its steps one after the other, each at a moment that fits the clock that runs.

A life is a list of `Do`; what a step needs besides (class, route, place, photos, tasks) follows from the case as it was
last answered. The player wakes a life when its moment has come.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.catalogue.class_forms import photos_of
from app.catalogue.documents import CaseClass
from app.core import clock
from app.deadlines.calendar import WorkingCalendar
from app.demo import answers, rhythm
from app.demo.actors import Actors
from app.demo.people import leader_of, person_id
from app.demo.world import Spot, World
from workflows.case_clocks import Stage
from workflows.case_terms import GOING_THERE, CaseAction, CheckKind, TaskPart
from workflows.forms import PhotoCount, Purpose

Data = Mapping[str, Any]
_REPORTED_WITH_PHOTO = 0.4  # of reports that may have one; the rest are told in words. An example
_CENTRE = ("acceptor", "duty", "dispatcher")  # two people each; which of them is drawn by lot
_FIELD = ("worker", "auxiliary", "chief", "parttime", "instructor", "inspector", "officer")
_NAMED_BY_HAND = "inspector1"  # looks at what is confidential: the system names nobody who may not read it
_STAGE: Mapping[str, Stage] = {  # whose limit a step has to keep
    **dict.fromkeys(
        (CaseAction.ACCEPT, CaseAction.REFUSE, CaseAction.CLOSE_FIXED, CaseAction.VERIFY, CaseAction.MERGE),
        Stage.ACCEPT,
    ),
    **dict.fromkeys(
        (CaseAction.CONFIRM_TRUE, CaseAction.CONFIRM_FALSE, CaseAction.CANNOT_VERIFY, CaseAction.RECALL_VERIFY),
        Stage.VERIFY,
    ),
    **dict.fromkeys((CaseAction.FILE, CaseAction.DECLINE), Stage.FILE),
    CaseAction.DISPATCH: Stage.DISPATCH,
    **dict.fromkeys((CaseAction.SIGN, CaseAction.ASK_RETURN), Stage.SIGN),
    **dict.fromkeys((CaseAction.FINISH, CaseAction.ASK_EXTENSION, CaseAction.ASK_DEFERRAL), Stage.HANDLE),
    **dict.fromkeys((CaseAction.PASS_CHECK, CaseAction.FAIL_CHECK), Stage.CHECK),
    CaseAction.ARRIVE: Stage.ARRIVE,
    CaseAction.MILESTONE: Stage.MILESTONE,
    **dict.fromkeys((CaseAction.CLOSE, CaseAction.REFUSE_CLOSE), Stage.CLOSE),
}
_DECISIONS = frozenset(
    {
        CaseAction.GRANT_RETURN,
        CaseAction.DENY_RETURN,
        CaseAction.GRANT_EXTENSION,
        CaseAction.DENY_EXTENSION,
        CaseAction.GRANT_DEFERRAL,
        CaseAction.DENY_DEFERRAL,
    }
)
_REASONS = {
    "refuse": "不属于网格事项受理范围，已告知上报人",
    "decline": "现场情况未达立案条件",
    "void": "测试上报，作废",
    "reconsider": "复核认为应当受理",
    "reopen": "回访反映问题反复，重新办理",
    "escalate": "超出本级权限，请上级协调",
    "hand_down": "属地可就近处置",
    "take_back": "属地中心暂无人员，收回由县中心办理",
    "force_close": "长期无法解决，经中心会议研究强制结案",
    "keep": "危险尚未消除，继续办理",
    "deny_return": "职责清单明确由贵单位承办",
    "deny_extension": "时限充足，请抓紧处置",
    "deny_deferral": "目前具备施工条件",
    "ask_assist": "须供水单位先行停水",
    "deny_assist": "请先自行排查，确有需要再申请",
    "grant_extension": "情况属实，同意延长",
    "ask_return": "现场核对不属本单位管护范围",
    "ask_extension": "配件采购需要时间",
    "ask_deferral": "气温过低，无法施工",
    "refuse_close": "处置照片看不清，请重新核查",
    "unmerge": "核对后是两处问题",
    "cannot_verify": "当事人不在现场",
    "withdraw": "问题已自行消除",
    "withdraw_dispatch": "派遣有误，重新派遣",
    "recall": "多次催办没有回音，收回改派",
    "urge": "请尽快办理",
    "ask_sender": "地点不在本县，请来源单位收回",
    "sender_refused": "地点在两县交界，请先行处置",
    "ask_sender_time": "连日降雨，请求延长期限",
    "sender_kept_date": "按原期限办理",
    "second_order": "来源单位回访不满意，二次派单",
    "decline_reopen": "系新的问题，已另行上报",
}


@dataclass(frozen=True)
class Do:
    """One step to be taken: by whom (see `Life.who`), which, with what besides the usual, and when.

    `share` is the part of the running limit that passes before it (above 1: late); `minutes` a fixed wait instead,
    which does not care for office hours.
    """

    who: str
    action: str
    data: Data | Callable[["Life"], Data] = field(default_factory=dict)
    share: float | None = None
    minutes: float | None = None
    photo_late: bool = False
    when: str | None = None  # only if the case then stands in this state
    optional: bool = False  # it may have become impossible meanwhile (an ask that expired): then nobody tries it
    look: bool = False  # read the case before: others may have changed it
    fits: Callable[["Life"], bool] = lambda _: True  # whoever takes it looks at more than the case


@dataclass
class Life:
    """A case from its report to where its steps end."""

    world: World
    actors: Actors
    photos: Mapping[str, tuple[bytes, ...]]
    chance: Random
    begins: datetime
    spot: Spot
    case_class: CaseClass
    reporter: str
    steps: list[Do]
    report: dict[str, Any] = field(default_factory=dict)
    condition: str = "1"
    case: dict[str, Any] = field(default_factory=dict)
    ended: bool = False
    handed_on: bool = False  # a lead was late, and the next level ends the case
    refused: str = ""  # the step that was refused, if one was: the life ends there
    beside: Any = None  # the life of the case that this one is merged into
    step_count: int = 0  # the report included

    def run(self) -> Iterator[datetime]:
        """Yield the moment of each next step, and take it when woken."""
        yield self.begins
        self._report()
        for step in self._course():
            if self.refused or self.handed_on:
                break
            if step.when is None or step.when == self.case["state"]:
                yield self._moment(step)
                self._take(step)
        self.ended = True

    def _course(self) -> Iterator[Do]:
        """Yield the steps; before a check for which the system named nobody, an acceptor names somebody."""
        for step in self.steps:
            if step.who == "checker" and self.case["state"] == "handled" and not self._holder(TaskPart.CHECK):
                yield Do("acceptor", "assign_check", {"checker": person_id(_NAMED_BY_HAND)})
            yield step

    # --- the report ---
    def _report(self) -> None:
        case_id = self._uuid()
        about = self.case_class.condition(self.condition)
        body = {
            "class": self.case_class.code,
            "description": f"{self.case_class.name!s}：{about.text if about else '现场发现'}",
            "address": self.spot.address,
            "lon": self.spot.lon,
            "lat": self.spot.lat,
            **self.report,
        }
        if body["class"] and self.case_class.form:
            viewpoint = answers.Viewpoint(self.spot.lon, self.spot.lat, clock.local(clock.now()).date())
            by_lot = Random(str(case_id))  # noqa: S311 - of its own: what a form asks shifts nothing else that is drawn
            body["form"] = answers.draw(self.case_class.form, viewpoint, by_lot)
        answered = [one for ids in photos_of(self.case_class.form, body.get("form", {})).values() for one in ids]
        wanted = 2 if body.get("fixed") else self._reported_with()
        purposes = [*(Purpose.BEFORE, Purpose.AFTER)[:wanted], *(Purpose.BEFORE for _ in answered)]
        body["attachments"] = [self._uuid() for _ in range(wanted)] + answered
        for purpose, attachment_id in zip(purposes, body["attachments"], strict=True):
            self._upload(self.reporter, case_id, purpose, attachment_id)
        self._answer("report", *self.actors.send(self.reporter, "PUT", f"cases/{case_id}", json=body))

    # --- a step ---
    def _take(self, step: Do) -> None:
        who = self.who(step.who)
        if step.action == CaseAction.FINISH and self._is_handed_on(who):
            self.handed_on = True
            return
        if step.look or step.optional:
            status, answer = self.actors.send(who, "GET", f"cases/{self.case['case_id']}")
            if status == 404 and step.optional:
                return  # it is no longer theirs
            self._answer("read", status, answer)
        if step.optional and not (self._is_offered(step.action) and step.fits(self)):
            return
        data = {**self._usual(step), **(step.data(self) if callable(step.data) else step.data)}
        purpose = self._purpose(step.action)
        if purpose:
            data["attachments"] = [self._uuid()]
            if not step.photo_late:
                self._upload(who, self.case["case_id"], purpose, data["attachments"][0])
        body = {"op_id": self._uuid(), "action": step.action, "seen": self.case["seq"], "data": data}
        self._answer(step.action, *self._send(who, body, by_phone=step.photo_late))
        if purpose and step.photo_late:
            self._upload(who, self.case["case_id"], purpose, data["attachments"][0])

    def _send(self, who: str, body: dict[str, Any], *, by_phone: bool) -> tuple[int, dict[str, Any]]:
        """Take a step at a desk, or on a phone, whose photos follow."""
        case_id = self.case["case_id"]
        if not by_phone:
            return self.actors.send(who, "POST", f"cases/{case_id}/steps", json=body)
        operation = {"type": "act", "case_id": case_id, **body}
        status, answer = self.actors.send(who, "POST", "sync", json={"cursor": None, "operations": [operation]})
        (result,) = answer.get("results") or [{"status": status, "body": answer}]
        return result["status"], result["body"]

    def _is_handed_on(self, who: str) -> bool:
        """Tell whether a late case has gone to the next level meanwhile, where its class hands on."""
        if not any(level.hands_on for level in self.case_class.levels):
            return False
        status, answer = self.actors.send(who, "GET", f"cases/{self.case['case_id']}")
        return status == 404 or answer["state"] != self.case["state"]

    def _is_offered(self, action: str) -> bool:
        """Tell whether whoever looks at the case finds a button for it."""
        return any(one["action"] == action for one in self.case["actions"])

    def _answer(self, action: str, status: int, body: dict[str, Any]) -> None:
        if status in (200, 201):
            self.case = body
            self.step_count += status == 201
        else:
            self.refused = f"{action} in {self.case.get('state')} of {self.case_class.code}: {status} {body}"

    def _upload(self, who: str, case_id: str, purpose: Purpose, attachment_id: str) -> None:
        path = f"cases/{case_id}/attachments/{attachment_id}?purpose={purpose}"
        photo = self.chance.choice(self.photos[purpose])
        status, body = self.actors.send(who, "PUT", path, data=photo, content_type="image/jpeg")
        if status not in (200, 201):
            self.refused = f"upload {purpose}: {status} {body}"

    def who(self, name: str) -> str:
        """Return the username behind a part: reporter, lead, lead_leader, checker, verifier, a role of the centre,
        `desk:CODE`, or a username itself."""
        if name in _CENTRE:
            by_lot = self.chance.choice("12")
            return f"{name}{self._on_duty() or by_lot}"
        if name.startswith("desk:"):
            return self.world.desk(name[5:], self.chance)
        parts: dict[str, Callable[[], str]] = {
            "reporter": lambda: self.reporter,
            "lead": lambda: self.world.desk(self.case["lead"]["code"], self.chance),
            "handler": self._handler,
            "lead_leader": lambda: leader_of(self.case["lead"]["code"]),
            "verifier": lambda: self._named(TaskPart.VERIFY),
            "checker": lambda: self._named(TaskPart.CHECK),
        }
        return parts[name]() if name in parts else name

    def _on_duty(self) -> str | None:
        """Return which of two is on duty out of office hours; None in them, when both are there."""
        moment = clock.now()
        at_work = rhythm.last_open(moment, self.world.office) == moment
        return None if at_work else self.world.duty.team_at(moment)

    def _handler(self) -> str:
        """Return to whom the lead's work was assigned, else who sits at its desk."""
        held = next((one["handler_id"] for one in reversed(self.case["tasks"]) if one["part"] == TaskPart.LEAD), None)
        return self.actors.username_of[str(held)] if held else self.who("lead")

    def task_of(self, part: TaskPart, department: str | None = None) -> int:
        """Return the number of the newest task of a part, of a department if one is named."""
        mine = [one for one in self.case["tasks"] if one["part"] == part]
        if department:
            mine = [one for one in mine if one["department"] and one["department"]["code"] == department]
        number: int = mine[-1]["task"]
        return number

    def due(self, stage: Stage) -> datetime | None:
        """Return when the newest running clock of a stage ends."""
        running = self._clock(stage)
        return datetime.fromisoformat(running["due_at"]) if running else None

    def _named(self, part: TaskPart) -> str:
        return self.actors.username_of[str(self._holder(part))]

    def _holder(self, part: TaskPart) -> str | None:
        """Return whoever was named last; None where the system found nobody."""
        holder: str | None = next(one["handler_id"] for one in reversed(self.case["tasks"]) if one["part"] == part)
        return holder

    # --- when ---
    def _moment(self, step: Do) -> datetime:
        now = clock.now()
        if step.minutes is not None:
            return now + timedelta(minutes=step.minutes)
        share = step.share if step.share is not None else self._share(step.action)
        running = self._clock(_STAGE.get(step.action))
        wait = timedelta(hours=2) * share
        if running:
            start, due = (datetime.fromisoformat(running[name]) for name in ("started_at", "due_at"))
            wait = max(start + (due - start) * share - now, timedelta(minutes=self.chance.uniform(1, 6)))
        elif step.action in _DECISIONS and self.case.get("due_at"):  # what is undecided when the stage ends is denied
            rest = datetime.fromisoformat(self.case["due_at"]) - now
            wait = min(wait, max(rest * share, timedelta(minutes=1)))
        moment = now + wait
        if self.case.get("urgent"):
            return moment
        in_the_field = (
            self.who(step.who).startswith(_FIELD) if step.who in ("reporter", "checker", "verifier") else False
        )
        if in_the_field:
            return rhythm.next_daylight(moment, self.chance)
        return rhythm.next_open(moment, self._calendar(step.who), self.chance)

    def _calendar(self, name: str) -> WorkingCalendar:
        """Return the working hours of whoever takes a step: those of the department, else the office's."""
        if name.startswith("desk:"):
            return self.world.calendar_of(name[5:])
        if name in ("acceptor", "duty", "dispatcher"):
            return self.world.centre  # at weekends, too: somebody is on duty
        if name in ("lead", "lead_leader", "handler"):
            return self.world.calendar_of(self.case["lead"]["code"])
        return self.world.office

    def _share(self, action: str) -> float:
        """Draw how much of the limit passes: most are in time, some late; examples."""
        late = 0.08 if action == "finish" else 0.03
        return (
            self.chance.uniform(1.05, 2.2) if self.chance.random() < late else self.chance.triangular(0.05, 0.85, 0.3)
        )

    def _clock(self, stage: Stage | None) -> dict[str, Any] | None:
        clocks: list[dict[str, Any]] = self.case.get("clocks", [])
        return next((one for one in reversed(clocks) if one["stage"] == stage and not one["stopped_at"]), None)

    # --- what a step needs ---
    def _usual(self, step: Do) -> dict[str, Any]:
        action = step.action
        data: dict[str, Any] = {"reason": _REASONS[action]} if action in _REASONS else {}
        if action == "file":
            data |= {"class": self.case_class.code, "condition": self.condition}
        elif action == "verify" and self.case_class.confidential:
            data["verifier"] = person_id(_NAMED_BY_HAND)
        elif action == "dispatch":
            way = self.world.route(self.case_class, self.spot, self.condition)
            data["lead"] = way.lead
        elif action == "finish":
            about = self.case_class.condition(self.condition)
            data["result"] = f"已处置：{about.closure if about else '问题消除'}"
        elif action in ("confirm_true", "confirm_false", "pass_check", "fail_check"):
            data |= {"lon": self.spot.lon, "lat": self.spot.lat} if self.case_class.check in GOING_THERE else {}
        if action in ("close", "force_close") and (self.case.get("ticket") or {}).get("reply_owed"):
            data |= {"reply": "您反映的问题已办结，感谢监督", "outcome": "solved"}
        if action == "fail_check":
            data["tasks"] = [self.task_of(TaskPart.LEAD)] if self.case["filed_at"] else []
        return data

    def _purpose(self, action: str) -> Purpose | None:
        """Return for what a photo is taken at a step, None where none is asked for."""
        if action == "finish":
            return Purpose.AFTER if self._photo_count(PhotoCount.FINISH) else None
        if action in ("confirm_true", "confirm_false", "fail_check") and self._is_pictured():
            return Purpose.CHECK
        if action == "pass_check" and (self._is_pictured() or self._photo_count(PhotoCount.CHECK)):
            return Purpose.CHECK
        return Purpose.DOCUMENT if action in ("force_close", "attach") else None

    def _photo_count(self, move: PhotoCount) -> int:
        return int(getattr(self.case_class.evidence, move)) if self.case_class.evidence else 0

    def _reported_with(self) -> int:
        """Return how many photos come with a report: as many as its class asks for, or none."""
        return self._photo_count(PhotoCount.REPORT) * (self.chance.random() < _REPORTED_WITH_PHOTO)

    def _is_pictured(self) -> bool:
        """Tell whether a picture is taken where somebody goes: not at a home that is visited confidentially."""
        unseen = self.case_class.check == CheckKind.VISIT and self.case_class.confidential
        return self.case_class.check in GOING_THERE and not unseen

    def _uuid(self) -> str:
        """Make an id as a phone does: version 7, by the time of the play and by lot."""
        milliseconds = int(clock.now().timestamp() * 1000)
        rest = self.chance.getrandbits(74)
        return str(UUID(int=milliseconds << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & (1 << 62) - 1))
