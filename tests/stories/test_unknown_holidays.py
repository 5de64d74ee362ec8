"""A limit that goes through holidays whose days nobody knows yet says so where it is shown."""

from datetime import UTC, datetime

from tests.desk.browser import Desk
from tests.factories.town import GARBAGE, SIGN_FIRST
from tests.support.elements import facts_of, texts_of
from tests.support.looks import clocks_of

BEFORE = datetime(2027, 1, 18, tzinfo=UTC)  # Monday 08:00, of a year whose notice the library does not have


def test_a_limit_that_crosses_the_spring_festival_of_an_unknown_year_says_so(town, clock):
    clock.set(BEFORE)
    short = clocks_of(town.handling(class_code=GARBAGE), "handle")[-1]
    assert short["unknown_holidays"] == []
    case = town.handling(class_code=SIGN_FIRST)
    (unknown,) = clocks_of(case, "handle")[-1]["unknown_holidays"]
    assert (unknown["year"], unknown["name"], unknown["since"], unknown["until"]) == (
        2027, "春节", "2027-01-20", "2027-02-23",
    )  # fmt: skip
    shown = Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text
    unknown = [text for text in texts_of(shown, "p", class_="about") if "放假安排未定" in text]
    assert ["2027 年春节（01-20 至 02-23 之间）" in text for text in unknown].count(True) > 0
    at_board = Desk(town.app, town.supervisor).get(f"/board/cases/{case['case_id']}").text
    (told,) = [text for label, text in facts_of(at_board) if label == "放假未定"]
    assert "2027 年春节（01-20 至 02-23 之间）" in told
