"""Name the kinds of campaigns; values never change, labels are for people."""

from __future__ import annotations

from workflows.words import Term


class CampaignKind(Term):
    """Say what a campaign is for."""

    CENSUS = "census", "普查", "Census"  # all of a kind, or all ground, looked at once
    CHECK_UP = "check_up", "体检评估", "Check-up"  # of a town or of villages, every year with the same form
