"""Cases in many states, as a county has them on an ordinary afternoon."""

from uuid import uuid4

from app.cases import jobs
from app.core import outbox
from tests.attachments.pictures import jpeg
from tests.factories.town import HERE, HOUSING, WATER

PLACE = {"lon": HERE[0], "lat": HERE[1]}


def photos():
    """The id of a photo that is still on a phone."""
    return [str(uuid4())]


def lively(town, clock):
    """Return the cases of a town by the name of what happened to them; the clock has moved on by some hours."""
    cases = {**_before_filing(town), **_at_departments(town, clock), **_finished(town, clock)}
    clock.tick(hours=3)
    with town.app.app_context():
        jobs.sweep_clocks()  # warnings and overdue steps
        jobs.sweep_asks()
        outbox.drain()
    return cases


def _before_filing(town):
    reported = town.worker.report(external_no="HL-17", form={"count": 3}).get_json()
    with_photo = town.worker.report().get_json()
    photo, _ = town.worker.upload(with_photo, jpeg(), purpose="before")
    town.worker.act(with_photo, "attach", attachments=[photo])
    verifying = town.acceptor.act(town.worker.report().get_json(), "verify", verifier=str(town.next_worker.id))
    carrier, merged, unmerged = (town.worker.report().get_json() for _ in range(3))
    town.acceptor.act(merged, "merge", into=carrier["case_id"])
    unmerged = town.acceptor.act(unmerged, "verify", verifier=str(town.next_worker.id))
    town.acceptor.act(unmerged, "merge", into=carrier["case_id"])
    town.acceptor.act(unmerged, "unmerge", reason="不是同一处")
    return {
        "reported": reported,
        "with_photo": with_photo,
        "verifying": verifying,
        "merged": merged,
        "unmerged": unmerged,
        "accepted": town.accepted(),
        "refused": town.acceptor.act(town.worker.report().get_json(), "refuse", reason="不在受理范围"),
        "voided": town.duty.act(town.accepted(), "void", reason="重复登记"),
    }


def _at_departments(town, clock):
    returned = town.dispatched()
    town.housing.act(returned, "ask_return", reason_code="not_ours", reason="不属本单位")
    town.duty.act(returned, "grant_return")
    extended = town.handling()
    due = town.housing.read(extended)["case_due_at"]
    town.housing.act(extended, "ask_extension", due_at=due, reason="材料未到")
    town.leader.act(extended, "grant_extension", reason="情况属实")
    deferred = town.handling()
    town.housing.act(deferred, "ask_deferral", review_on="2027-03-01", reason="冬季不能施工")
    town.leader.act(deferred, "grant_deferral")
    resumed = town.handling(assist=[WATER])
    town.housing.act(resumed, "ask_deferral", review_on="2027-03-01", reason="等待材料")
    town.leader.act(resumed, "grant_deferral")
    clock.tick(hours=1)
    town.leader.act(resumed, "resume")
    whistled = town.dispatched()
    town.township.act(whistled, "whistle", called=[WATER])
    awaited = town.handling()
    town.township.act(awaited, "whistle", called=[WATER])
    town.housing.act(awaited, "finish", result="已清理", attachments=photos())
    urgent = town.handling()
    town.duty.act(urgent, "urgent")
    corrected = town.handling()
    town.duty.act(corrected, "correct", address="胜利街口")
    return {
        "filed": town.filed(),
        "returned": returned,
        "dispatched": town.dispatched(assist=[WATER]),
        "extended": extended,
        "deferred": deferred,
        "resumed": resumed,
        "whistled": whistled,
        "awaited": awaited,
        "urgent": urgent,
        "corrected": corrected,
    }


def _finished(town, clock):
    reworked = town.handled()
    failed = {"note": "仍有垃圾", "tasks": [1], "attachments": photos(), **PLACE}
    town.worker.act(reworked, "fail_check", **failed)
    late = town.handling()
    clock.tick(days=30)
    late = town.housing.act(late, "finish", result="已清理", attachments=photos())
    forced = town.dispatched()
    paper = {"reason": "历史遗留，经研究结案", "attachments": photos()}
    town.leader.act(forced, "force_close", **paper)
    return {
        "reworked": reworked,
        "late": late,
        "checked": town.checked(),
        "closed": closed(town),
        "reopened": town.supervisor.act(closed(town), "reopen", reason="仍未解决"),
        "forced": forced,
    }


def closed(town, through=None):
    """A case at the end of its loop, `through` what else; the photos of its work and its check are stored."""
    case = town.handling()
    if through:
        case = through(town, case)
    photo, _ = town.housing.upload(case, jpeg(height=50))
    case = town.housing.act(case, "finish", result="已清理", attachments=[photo])
    photo, _ = town.worker.upload(case, jpeg(height=52), purpose="check")
    case = town.worker.act(case, "pass_check", attachments=[photo], **PLACE)
    return town.duty.act(case, "close")


__all__ = ["HOUSING", "closed", "lively"]
