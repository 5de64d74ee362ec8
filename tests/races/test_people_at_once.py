"""Several people on one case at once, over HTTP against two processes: one goes first, the others are told so."""

from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases.models import CaseLink, CaseStep
from app.core.db import db
from tests.factories.town import HOUSING, WATER
from tests.support.looks import without_forms
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
ROUNDS = 6


def rows_of(town, case):
    with town.app.app_context():
        wanted = select(CaseStep).where(CaseStep.case_id == UUID(case["case_id"])).order_by(CaseStep.seq)
        return list(db.session.scalars(wanted))


def assert_chained(rows):
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_two_who_act_on_the_same_version_one_is_told_and_shown_the_fresh_case(town, turn):
    case = town.worker.report().get_json()
    answers = at_once([
        lambda: town.acceptor.try_act(case, "accept", seen=1),
        lambda: town.acceptor.try_act(case, "refuse", seen=1, reason="不属于本县管辖"),
    ])  # fmt: skip
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (201, 409)
    problem, fresh = lost.get_json(), without_forms(town.acceptor.read(case))
    assert problem["code"] == "stale"
    assert {name: problem["case"][name] for name in ("case_id", "state", "seq", "actions")} == {
        name: fresh[name] for name in ("case_id", "state", "seq", "actions")
    }
    assert won.get_json()["state"] == fresh["state"]
    assert fresh["seq"] == 2


def test_eight_clients_acting_on_one_case_are_all_answered_and_its_chain_is_whole(town):
    case = town.dispatched(assist=[WATER])

    labour = {"assist": ["D-LABOUR"]}

    def act_on_and_on(actor, *acts):
        return [actor.try_act(case, action, **data) for _ in range(3) for action, data in acts]

    answers = at_once([
        lambda: act_on_and_on(town.housing, ("sign", {}), ("comment", {"text": "住建"})),
        lambda: act_on_and_on(town.water, ("sign", {}), ("finish", {"result": "水管已关"})),
        lambda: act_on_and_on(town.dispatcher, ("withdraw_dispatch", {"reason": "派错"}), ("add_assist", labour)),
        lambda: act_on_and_on(town.dispatcher, ("dispatch", {"lead": HOUSING, "assist": [WATER]})),
        lambda: act_on_and_on(town.duty, ("correct", {"address": "东街"}), ("urgent", {})),
        lambda: act_on_and_on(town.duty, ("clear_urgent", {}), ("comment", {"text": "值班长"})),
        lambda: act_on_and_on(town.acceptor, ("urge", {}), ("comment", {"text": "受理员"})),
        lambda: act_on_and_on(town.supervisor, ("supervise", {"grade": "yellow"}), ("comment", {"text": "监督"})),
    ])  # fmt: skip
    seen = Counter(answer.status_code for client in answers for answer in client)
    assert max(seen) < 500, seen
    rows = rows_of(town, case)
    assert len(rows) == case["seq"] + seen[201]
    assert_chained(rows)


def test_remarks_at_once_all_stand_in_one_chain(town):
    case = town.worker.report().get_json()
    answers = at_once([lambda n=n: town.acceptor.try_act(case, "comment", seen=1, text=f"第{n}条") for n in range(16)])
    assert {answer.status_code for answer in answers} == {201}
    rows = rows_of(town, case)
    assert len(rows) == 17
    assert_chained(rows)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_cases_merged_into_each_other_at_once_end_as_one_merged_into_the_other(town, turn):
    one, other = (town.worker.report().get_json() for _ in range(2))
    answers = at_once([
        lambda: town.acceptor.try_act(one, "merge", seen=1, into=other["case_id"]),
        lambda: town.acceptor.try_act(other, "merge", seen=1, into=one["case_id"]),
    ])  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert sorted(town.acceptor.read(case)["state"] for case in (one, other)) == ["merged", "reported"]
    with town.app.app_context():
        ids = [UUID(case["case_id"]) for case in (one, other)]
        links = list(db.session.scalars(select(CaseLink).where(CaseLink.case_id.in_(ids))))
    assert len(links) == 1
