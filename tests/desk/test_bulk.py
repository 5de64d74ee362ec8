"""What stands before whoever acts on several cases at once: by what each is judged, and what is done by itself."""

import pytest

from tests.board.boards import put_in_force
from tests.desk.browser import Desk
from tests.desk.test_case_pages import form_for
from tests.factories.catalogue import seed_content
from tests.factories.town import HERE, PHONED
from tests.support.elements import rows_of, texts_of

pytestmark = pytest.mark.one_database
METRE = 360 / 40_030_230  # of latitude


def bulk_page(desk, cases):
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = desk.get(f"/desk/bulk?{chosen}")
    assert page.status_code == 200, page.text
    return page.text


def judged(page, case):
    """What the page says of one case, as one line."""
    (row,) = texts_of(page, "tr", data_judged=case["case_id"])
    return row


def far(town):
    """A case that was passed from afar, with the reason, and whose photos are here."""
    case = town.handled()
    where = {"lon": HERE[0], "lat": HERE[1] + 250 * METRE, "placed": "chosen", "reason": "沟对岸拍摄"}
    case = town.worker.act(case, "pass_check", **where, attachments=[town.photo()])
    town.bring_photos(case)
    return case


def near(town):
    case = town.checked()
    town.bring_photos(case)
    return case


def test_who_closes_several_sees_of_each_when_it_may_be_closed_and_what_speaks_against_its_check(app, town):
    cases = [far(town), near(town)]
    town.drain()
    desk = Desk(app, town.duty)
    page, form = form_for(desk, cases, "close")
    for text in (page, bulk_page(desk, cases)):
        assert text.index('id="judged"') < text.index('id="worklist"')
        for case in cases:
            assert case["condition"]["closure"] in judged(text, case)
        assert all(word in judged(text, cases[0]) for word in ("250 米", "⚠", "离案件位置较远", "沟对岸拍摄"))
        assert "⚠" not in judged(text, cases[1])
        assert "沟对岸" not in judged(text, cases[1])
    assert page.index('id="judged"') < page.index('class="act"')
    done = desk.post(form.action, form.values)
    assert texts_of(desk.get(done.headers["Location"]).text, "h1") == ["结案 · 办成 2 件，未办成 0 件"]


def test_what_is_looked_at_on_the_spot_is_not_done_for_several_and_the_page_says_why(app, town):
    cases = [town.handled(), town.handled()]
    desk = Desk(app, town.worker)
    page = bulk_page(desk, cases)
    assert not texts_of(page, "button", name="action", value="pass_check")
    (told,) = texts_of(page, "ul", id="one-by-one")
    assert "核查通过：须逐件填写：位置、照片和材料" in told
    assert all(case["condition"]["closure"] in judged(page, case) for case in cases)
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    assert desk.get(f"/desk/bulk?{chosen}&action=pass_check").status_code == 403
    sent = {"case": [case["case_id"] for case in cases], "op_id": town.photo()}
    sent |= {f"seen-{case['case_id']}": str(case["seq"]) for case in cases}
    done = desk.get(desk.post("/desk/bulk/pass_check", sent).headers["Location"]).text
    assert texts_of(done, "h1") == ["核查通过 · 办成 0 件，未办成 2 件"]
    assert ["须逐件填写：位置、照片和材料" in result for _, result in rows_of(done)] == [True, True]
    assert {town.supervisor.read(case)["state"] for case in cases} == {"handled"}


def test_who_finishes_several_is_told_which_ask_for_photos_and_the_others_are_done(app, town):
    quiet = seed_content(PHONED)
    quiet["evidence"]["finish"] = 0
    put_in_force(town, quiet, "class", PHONED)
    asking, plain = town.handling(), town.handling(class_code=PHONED)
    desk = Desk(app, town.housing)
    page, form = form_for(desk, [asking, plain], "finish")
    assert all(case["condition"]["closure"] in judged(page, case) for case in (asking, plain))
    (told,) = texts_of(page, "div", id="left-out")
    assert asking["number"] in told
    assert "须逐件填写：照片和材料" in told
    assert plain["number"] not in told
    assert form.values["case"] == [plain["case_id"]]
    everything = form.values | {"result": ["已清理"], "case": [asking["case_id"], plain["case_id"]]}
    done = desk.get(desk.post(form.action, everything).headers["Location"]).text
    assert texts_of(done, "h1") == ["处置完成 · 办成 1 件，未办成 1 件"]
    assert ["须逐件填写：照片和材料" in result for _, result in rows_of(done)].count(True) == 1
    states = [town.supervisor.read(case)["state"] for case in (asking, plain)]
    assert states == ["handling", "handled"]
    again = desk.get(desk.post(form.action, everything).headers["Location"]).text
    assert texts_of(again, "h1") == ["处置完成 · 办成 1 件，未办成 1 件"], "sent again"


def test_a_called_department_owes_no_photos_and_finishes_several_at_once(app, town):
    cases = [town.handling(), town.handling()]
    for case in cases:
        town.township.act(case, "whistle", called=["E-COUNTY"])
        town.team.act(case, "arrive")
    page, form = form_for(Desk(app, town.team), cases, "finish")
    assert not texts_of(page, "div", id="left-out")
    assert len(form.values["case"]) == 2
