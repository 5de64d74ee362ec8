"""Open a campaign over some ground, and close it. Its rounds are made, lifted and summed up by `jobs`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.campaigns import queries
from app.campaigns.models import Campaign, CampaignGround
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round, Service
from app.core import clock
from app.core.db import db, upsert
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import Permission, Person
from app.core.schemas import ENDS_EARLY
from app.core.transaction import running
from app.grids import queries as grids
from app.grids.service import follow_path
from app.grids.tree import GridNode
from app.rounds import round_plans
from workflows.round_terms import RoundKind
from workflows.words import Words

DAYS_MOST = 366  # that a campaign lasts; our figure
AHEAD_MOST = 366  # days until it begins; our figure
_NO_ROUND = Words(
    "没有这项普查：服务“{}”里没有种类为“普查任务”的巡查“{}”。",
    "There is no such campaign: the service “{}” has no round “{}” of kind campaign.",
)
_NOT_ADMITTED = Words(
    "服务“{}”在这段时间内没有准入决定，不能交给网格办理。",
    "The service “{}” is not admitted for the whole of this time: grids need not do it.",
)
_TOO_LONG = Words("一次普查不超过 {} 天。", "A campaign lasts {} days at most.").format(DAYS_MOST)
_PAST = Words("开始日期已经过去。", "It would begin on a day that is over.")
_TOO_FAR = Words("开始日期最多在 {} 天以后。", "It begins within {} days.").format(AHEAD_MOST)
_NO_GRID = Words("没有网格 {}，或它已停用。", "There is no grid {}, or it has ended.")
_TOO_SMALL = Words(
    "“{0}”的这项巡查由一人负责，不能只选其中一部分，请选择“{0}”或更大的范围。",
    "One person does this round for all of “{0}”: choose that or a larger area.",
)
_NOTHING_THERE = Words(
    "这个范围里没有要普查的网格或对象，请选择更大的范围，或先登记对象。",
    "There is nothing to look at in this area: choose a larger one, or enter the objects first.",
)


class CampaignDiffers(Conflict):
    """这张表单已用过，请重新打开后再下达。"""

    code = "campaign_differs"
    en = "A campaign of this id says something else: give the new one another id."


class CampaignJustOpened(Conflict):
    """同一项普查正有人下达，请稍后再试。"""

    code = "campaign_just_opened"
    en = "Somebody is opening the same campaign at this moment: try again."


class CampaignBeyondGround(Forbidden):
    """只能下达和结束本辖区的普查。"""

    code = "campaign_beyond_ground"
    en = "You open and close campaigns on your own ground alone."


@dataclass(frozen=True)
class _Order:
    """What is asked of whom: a round of a service, over some grids."""

    service: Service
    plan: Round
    nodes: tuple[GridNode, ...]


def open_(campaign_id: UUID, values: Mapping[str, Any], *, by: Person) -> tuple[Campaign, bool]:
    """Open a campaign, inside a transaction; return it, and whether it is new. The same again changes nothing.

    `values` are those of `CampaignIn`. Raises CampaignBeyondGround, CampaignDiffers, CampaignJustOpened, and Invalid
    for a round of another kind, days in no order, a service not admitted all the while, ground with nothing there.
    """
    running()
    known = _known(campaign_id, values, by)
    if known is not None:
        return known, False
    order = _order(values, by)
    now = clock.now()
    row = _insert({
        "campaign_id": campaign_id, "kind": values["kind"], "title": values["title"], "number": values["number"],
        "service": order.service.code, "round_code": order.plan.code, "version": order.service.version,
        "drill": values["drill"], "year": values["begins_on"].year,
        "begins_on": values["begins_on"], "ends_on": values["ends_on"],
        "begins_at": _begins_at(values), "opened_at": now, "opened_by": by.person_id,
    })  # fmt: skip
    if row is None:  # the same was opened at the same time, or another of the same round
        known = _known(campaign_id, values, by)
        if known is None:
            raise CampaignJustOpened
        return known, False
    grounds = [{"campaign_id": campaign_id, "grid": node.code, "grid_path": node.path} for node in order.nodes]
    db.session.execute(insert(CampaignGround), grounds)
    _record(Tag.CAMPAIGN_OPENED, row, [node.code for node in order.nodes], by)
    return row, True


def close(campaign_id: UUID, *, by: Person) -> Campaign:
    """Close a campaign, inside a transaction: what nobody has begun is lifted soon after, who has set out finishes.

    Again is alike. Raises NotFound, CampaignBeyondGround.
    """
    running()
    queries.one(campaign_id, by)
    row = db.session.get_one(Campaign, campaign_id, with_for_update=True, populate_existing=True)
    grounds = queries.grounds_of([campaign_id])[campaign_id]
    if not all(by.reaches(Permission.ROUND_MANAGE, ground.grid_path) for ground in grounds):
        raise CampaignBeyondGround
    if row.closed_at is None:
        row.closed_at, row.closed_by = clock.now(), by.person_id
        _record(Tag.CAMPAIGN_CLOSED, row, [ground.grid for ground in grounds], by)
    return row


def hold(campaign_id: UUID) -> None:
    """Keep a campaign from being closed until the running transaction has ended; nothing for what is none."""
    own = select(Campaign.campaign_id).where(Campaign.campaign_id == campaign_id)
    db.session.execute(own.with_for_update(read=True))


def ends_at(row: Campaign) -> datetime:
    """Return when the time of a campaign's rounds is over: at the midnight after its last day."""
    return clock.midnight(row.ends_on + timedelta(days=1))


def follow_grid(old_path: str, new_path: str) -> None:
    """Rewrite the copies of a grid's path, and of those below it, when it has moved in the tree."""
    follow_path(CampaignGround, old_path, new_path)


def _known(campaign_id: UUID, values: Mapping[str, Any], by: Person) -> Campaign | None:
    """Return the campaign of this id, to whoever may open it; None for a new one."""
    known = db.session.get(Campaign, campaign_id, populate_existing=True)
    if known is None:
        return None
    grounds = queries.grounds_of([campaign_id])[campaign_id]
    if not all(by.reaches(Permission.ROUND_MANAGE, ground.grid_path) for ground in grounds):
        raise CampaignBeyondGround
    same = all(getattr(known, name) == values[name] for name in values if name != "grids")
    if not same or {ground.grid for ground in grounds} != set(values["grids"]):
        raise CampaignDiffers
    return known


def _order(values: Mapping[str, Any], by: Person) -> _Order:
    nodes = tuple(_node(code, by) for code in sorted(set(values["grids"])))
    first, last = values["begins_on"], values["ends_on"]
    if last < first:
        raise Invalid.at("ends_on", ENDS_EARLY)
    if (last - first).days >= DAYS_MOST:
        raise Invalid.at("ends_on", _TOO_LONG)
    if first < clock.local(clock.now()).date():
        raise Invalid.at("begins_on", _PAST)
    if (first - clock.local(clock.now()).date()).days > AHEAD_MOST:
        raise Invalid.at("begins_on", _TOO_FAR)
    service, plan = _plan(values["service"], values["round_code"])
    if not (service.admission.holds_on(first) and service.admission.holds_on(last)):
        raise Invalid.at("service", _NOT_ADMITTED.format(service.name))
    posts, paths = round_plans.grounds_within(plan, [node.path for node in nodes]), [node.path for node in nodes]
    if not posts:
        raise Invalid.at("grids", _NOTHING_THERE)
    larger = next((post for post in posts if not any(post.path.startswith(path) for path in paths)), None)
    if larger is not None:
        raise Invalid.at("grids", _TOO_SMALL.format(larger.name))
    return _Order(service, plan, nodes)


def _node(code: str, by: Person) -> GridNode:
    node = grids.of_today(code)
    if node is None:
        raise Invalid.at("grids", _NO_GRID.format(code))
    if not by.reaches(Permission.ROUND_MANAGE, node.path):
        raise CampaignBeyondGround
    return node


def _plan(service_code: str, code: str) -> tuple[Service, Round]:
    service = catalogue.catalogue().services.get(service_code)
    plans = service.rounds if service else ()
    plan = next((one for one in plans if one.code == code and one.kind is RoundKind.CAMPAIGN), None)
    if service is None or plan is None:
        raise Invalid.at("round", _NO_ROUND.format(service_code, code))
    return service, plan


def _begins_at(values: Mapping[str, Any]) -> datetime:
    """Return when the rounds begin: with the day, each campaign of one round a microsecond after the other.

    A round is known by what it is, where and from when: two campaigns of one round are so told apart.
    """
    same = (Campaign.service == values["service"], Campaign.round_code == values["round_code"])
    before = select(func.count()).select_from(Campaign).where(*same, Campaign.begins_on == values["begins_on"])
    return clock.midnight(values["begins_on"]) + timedelta(microseconds=db.session.scalar(before) or 0)


def _insert(values: Mapping[str, Any]) -> Campaign | None:
    """Insert a campaign; None when somebody was faster."""
    table = Campaign.__table__
    entered = upsert(table).on_conflict_do_nothing().returning(table.c.campaign_id)
    if db.session.execute(entered, values).first() is None:
        return None
    return db.session.get(Campaign, values["campaign_id"])


def _record(tag: Tag, row: Campaign, codes: Sequence[str], by: Person) -> None:
    """Record what was done to a campaign: under its first grid, with all of them beside it."""
    about = {"campaign": row.title, "grids": ", ".join(codes)}
    audit.record(tag, person_id=by.person_id, subject=(SubjectKind.GRID, codes[0]), **about)
