"""What was asked of which sender, by which number and to when, stands on the case, in lists and on paper."""

import re

import pytest

from tests.desk.browser import Desk
from tests.factories.town import HOUSING
from tests.support.elements import tight

pytestmark = pytest.mark.one_database
LATER = {"external_due": "2026-12-20T18:00:00+08:00", "reason": "雨天"}


def asked(page, label="已向来源申请"):
    """What a page says was asked: as a fact, or in a row of a table."""
    return re.findall(rf"{label}</(?:dt|th)><(?:dd|td)>(.*?)</(?:dd|td)>", tight(page.text))


def in_list(desk, path):
    return re.findall(
        r'<small class="sent">(?:待来源答复：|Asked of the sender: )(.*?)</small>', tight(desk.get(path).text)
    )


def test_case_lists_and_file_name_the_sender_the_number_and_the_day(town):
    own = town.acceptor.report(source="superior", external_no="督-1").get_json()
    carried = town.acceptor.report(source="hotline", external_no="12345-7").get_json()
    town.acceptor.act(carried, "merge", into=own["case_id"])
    back = town.acceptor.report(source="petition", external_no="访-3").get_json()
    town.acceptor.act(back, "ask_sender", reason="不属本县")
    case = town.acceptor.act(own, "ask_sender_time", sender_no="12345-7", **LATER)
    assert (case["ticket"]["asked_of"], case["ticket"]["asked_until"]) == (
        {"source": "hotline", "numbers": ["12345-7"]}, "2026-12-20T10:00:00+00:00",
    )  # fmt: skip
    desk = Desk(town.app, town.leader)
    time, taken_back = "热线 12345-7：延长期限至 2026-12-20 18:00", "信访 访-3：退回来源"
    for one, text in ((own, time), (back, taken_back)):
        for page in (f"/desk/cases/{one['case_id']}", f"/desk/cases/{one['case_id']}/file"):
            (fact,) = asked(desk.get(page))
            assert re.fullmatch(rf"{text}（2026-11-23 \d\d:\d\d 提出，待答复）", fact), page
    (english,) = asked(desk.get(f"/desk/cases/{own['case_id']}?lang=en"), "Asked of the sender")
    assert english.startswith("Hotline 12345-7: More time until 2026-12-20 18:00")
    desk.get("/desk/?lang=zh")
    acceptor = Desk(town.app, town.acceptor)
    assert sorted(in_list(acceptor, "/desk/queues/sender_asked")) == sorted([time, taken_back])
    town.acceptor.act(own, "sender_kept_date", reason="不宜延期")
    assert in_list(acceptor, "/desk/cases") == [taken_back]
    assert asked(desk.get(f"/desk/cases/{own['case_id']}")) == []
    case = town.acceptor.act(own, "ask_sender", reason="不属本县")
    assert case["ticket"]["asked_of"] == {"source": "superior", "numbers": ["督-1"]}
    assert case["ticket"]["asked_until"] is None


def test_departments_learn_no_number_of_a_secret_sender(town):
    case = town.acceptor.report(source="superior", external_no="督-1", secret=True).get_json()
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    town.acceptor.act(case, "ask_sender_time", **LATER)
    desk = Desk(town.app, town.housing)
    (fact,) = asked(desk.get(f"/desk/cases/{case['case_id']}"))
    assert (fact.startswith("上级交办：延长期限至 2026-12-20 18:00"), "督-1" in fact) == (True, False)
    assert in_list(desk, "/desk/cases") == ["上级交办：延长期限至 2026-12-20 18:00"]
    assert town.housing.read(case)["ticket"]["asked_of"] == {"source": "superior", "numbers": []}
