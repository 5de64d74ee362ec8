"""Say where somebody looks at what a message is about: at the desk, the board or on the phone, as their work lies."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import url_for

from app.campaigns import queries as campaigns
from app.cases import queries as cases
from app.core.errors import NotFound
from app.core.permissions import Permission, Person
from app.frame import pages
from app.notices.models import Notice
from app.warnings import queries as warnings
from workflows.notices import NoticeSubject


def address_of(person: Person, notice: Notice) -> str | None:
    """Return where a person looks at what a message is about; None for what is not theirs to see (any more)."""
    try:
        if notice.case_id is not None:
            return _case(person, notice.case_id)
        return _BY_SUBJECT[notice.subject](person, notice.subject_id) if notice.subject else None
    except NotFound:
        return None


def _case(person: Person, case_id: UUID) -> str:
    cases.whole(case_id, person)
    at_board = pages.home(person).startswith("/board/")
    return url_for("board.one_case" if at_board else "desk.case", case_id=case_id)


def _campaign(person: Person, campaign_id: UUID | None) -> str:
    """Return its page for whoever looks after rounds, else where one's own are done."""
    if not person.may(Permission.ROUND_OVERSEE):
        return _own_rounds()
    if campaign_id is None:
        return url_for("board_campaigns.campaigns")
    return url_for("board_campaigns.one", campaign_id=campaigns.one(campaign_id, person).campaign_id)


def _warning(person: Person, warning_id: UUID | None) -> str:
    """Return its page for whoever sees warnings, else where one's own receipts are."""
    if not person.may(Permission.WARNING_READ):
        return _own_rounds()
    if warning_id is None:
        return url_for("desk_warnings.warnings")
    return url_for("desk_warnings.one", warning_id=warnings.one(warning_id, person).warning_id)


def _own_rounds() -> str:
    return url_for("phone.shell", _anchor="/rounds")


_BY_SUBJECT: Mapping[NoticeSubject, Callable[[Person, UUID | None], str]] = {
    NoticeSubject.CAMPAIGN: _campaign,
    NoticeSubject.EXPORT: lambda person, export_id: url_for("exports.own"),
    NoticeSubject.WARNING: _warning,
}
