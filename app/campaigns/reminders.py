"""Remind whoever still has rounds of a campaign to do when its end is near: in the app, once a day at most."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from app.campaigns import queries
from app.campaigns.models import Campaign, CampaignReminder
from app.catalogue import queries as catalogue
from app.core import clock, outbox
from app.core.db import db, upsert
from app.core.transaction import transaction
from app.grids.queries import serving
from app.identity import queries as identity
from app.rounds.models import RoundRow
from workflows.round_terms import DRILL, RoundState
from workflows.words import Words, plain

EVERY_SECONDS = 600.0
BEHIND = "campaign_behind"
DAYS = "campaign_reminder_days"
FROM_HOUR = 8  # nobody is reminded at night; our figure
_TEXT = Words("{}将于 {} 截止，您还有 {} 项任务没有完成。", "{} ends on {}: {} rounds of yours are not done.")
_MORE = Words("等共 {} 项普查。", "These and others: {} campaigns in all.")
NAMED_MOST = 3  # campaigns that a message names; our figure


def sweep() -> int:
    """Remind everybody who is behind and was not reminded today; return how many people."""
    here = clock.local(clock.now())
    if here.hour < FROM_HOUR:
        return 0
    near = _near(here.date())
    behind = _behind(near)
    if not behind:
        return 0
    with transaction():
        reminded = _noted(sorted(behind), here.date())
        for person_id in reminded:
            _owe(person_id, here.date(), _texts(near, behind[person_id]), list(behind[person_id]))
    return len(reminded)


def _near(today: date) -> Mapping[UUID, Campaign]:
    """Return the campaigns under way whose end is near, by id."""
    known = catalogue.catalogue()
    if not known.settings:  # a county without a catalogue has no campaigns
        return {}
    last = today + timedelta(days=known.setting(DAYS))
    running = (queries.UNDER_WAY, Campaign.begins_on <= today, Campaign.ends_on.between(today, last))
    return {row.campaign_id: row for row in db.session.scalars(select(Campaign).where(*running))}


def _behind(near: Mapping[UUID, Campaign]) -> Mapping[UUID, Counter[UUID]]:
    """Return who has how many rounds to do of which campaign, of those who are here; by the roster of now.

    What somebody has begun is theirs alone; what may not be begun today, as no decision admits it, is nobody's.
    """
    begun = RoundRow.state == RoundState.STARTED
    admitted = RoundRow.service.in_(_admitted_today())
    doer = case((begun, RoundRow.doer_id))
    columns = (RoundRow.origin_id, RoundRow.grid, RoundRow.duty, doer)
    to_do = (RoundRow.origin_id.in_(near), or_(begun, and_(RoundRow.state == RoundState.DUE, admitted)))
    wanted = select(*columns, func.count()).where(*to_do)
    rows = db.session.execute(wanted.group_by(*columns)).all() if near else []
    served = defaultdict[tuple[str, str], list[UUID]](list)
    for entry in serving({row.grid for row in rows}) if rows else ():
        served[entry.grid, entry.duty].append(entry.person_id)
    present = _present({one for people in served.values() for one in people} | {row[3] for row in rows if row[3]})
    behind = defaultdict[UUID, Counter[UUID]](Counter)
    for campaign_id, grid, duty, doer_id, number in rows:
        assert campaign_id is not None  # noqa: S101 - rounds of campaigns alone were asked for
        for person_id in ({doer_id} if doer_id else set(served[grid, duty])) & present:
            behind[person_id][campaign_id] += number
    return behind


def _admitted_today() -> list[str]:
    today = clock.local(clock.now()).date()
    return [one.code for one in catalogue.catalogue().services.values() if one.admission.holds_on(today)]


def _present(people: set[UUID]) -> set[UUID]:
    return {one.person_id for one in identity.present(sorted(people)) if one.person_id}


def _noted(people: Sequence[UUID], today: date) -> Sequence[UUID]:
    """Note that some people are reminded today; return those who were not yet."""
    table = CampaignReminder.__table__
    entered = upsert(table).values([{"person_id": one, "day": today} for one in people])
    newer = entered.on_conflict_do_update(index_elements=["person_id"], set_={"day": today}, where=table.c.day < today)
    return sorted(db.session.scalars(newer.returning(table.c.person_id)))


def _texts(near: Mapping[UUID, Campaign], numbers: Mapping[UUID, int]) -> Words:
    """Say what is behind, what ends first first; of many the first few, for a message holds so much."""
    first = sorted(numbers, key=lambda one: (near[one].ends_on, one))
    texts = [_text(near[one], numbers[one]) for one in first[:NAMED_MOST]]
    more = [_MORE.format(len(first))] if len(first) > NAMED_MOST else []
    return Words("", " ").join([*texts, *more])


def _text(row: Campaign, number: int) -> Words:
    called = plain(row.title) + DRILL if row.drill else plain(row.title)
    return _TEXT.format(called, row.ends_on.isoformat(), number)


def _owe(person_id: UUID, today: date, text: Words, behind: Sequence[UUID]) -> None:
    payload = {
        "kind": BEHIND, "people": [str(person_id)], "text": str(text), "text_en": text.en, "urgent": False,
        "subject_id": str(behind[0]) if len(behind) == 1 else None,
    }  # fmt: skip
    outbox.put("notice.plain", f"{BEHIND}:{today.isoformat()}:{person_id}", payload)
