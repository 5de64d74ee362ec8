"""The whole loop on phones: reported, verified, handled and checked by thumb; only the centre sits at a desk."""

import re

import pytest
from playwright.sync_api import expect

from app.core.db import db
from app.identity.models import PersonRow
from tests.browser.test_phone import sent
from tests.browser.test_phone_offline import photo
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING
from tests.plugins.phones import GRID_NAME


@pytest.fixture
def take_up(phone_town, hold):
    """Give somebody a phone and sign them in: `take_up(actor)`."""

    def give(actor):
        with phone_town.app.app_context():
            username = db.session.get_one(PersonRow, actor.id).username
        hand = hold()
        hand.sign_in(username)
        return hand

    return give


def task(hand, words, action):
    """Open a task by what its case says, and a step of it."""
    page = hand.open("tasks")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name=re.compile(words)).first.click()  # it stands in each of one's queues
    page.get_by_role("button", name=action, exact=True).click()
    expect(page.get_by_role("heading", name=action)).to_be_focused()
    return page


def submit(hand, *photos):
    """Add photos, and submit the step."""
    page = hand.page
    if photos:
        page.get_by_label("从相册选").set_input_files(list(photos))
        expect(page.locator(".photos li")).to_have_count(len(photos))
    if page.locator("[data-part=place]").count():
        expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    hand.sent()


def said_last(town, case, place=-1):
    """What the last step carried, or one before it."""
    return town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][place]["data"]


def test_the_whole_loop_on_phones(phone_town, worker, take_up):
    verifier = phone_town.hire("grid_worker", "grid", GRID)
    reporting = take_up(worker)
    reporting.report("全程用手机办", photo(1))
    (case,) = sent(reporting, worker)
    phone_town.acceptor.act(case, "verify", verifier=str(verifier.id))

    looking = take_up(verifier)
    task(looking, "全程用手机办", "核实属实").get_by_label("补充说明").fill("确有其事")
    submit(looking, photo(2))
    phone_town.acceptor.act(case, "accept")
    phone_town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    phone_town.dispatcher.act(case, "dispatch", lead=HOUSING)

    handling = take_up(phone_town.housing)
    task(handling, "全程用手机办", "签收")
    submit(handling)
    task(handling, "全程用手机办", "处置完成").get_by_label("处置结果").fill("已清理")
    submit(handling, photo(3))
    phone_town.acceptor.act(case, "assign_check", checker=str(worker.id))

    task(reporting, "全程用手机办", "核查通过")
    submit(reporting, photo(4))
    phone_town.duty.act(case, "close")
    assert phone_town.steps(case) == [
        "report", "verify", "confirm_true", "accept", "file", "dispatch", "sign", "finish", "assign_check",
        "pass_check", "close",
    ]  # fmt: skip
    assert worker.read(case)["state"] == "closed"
    assert worker.read(case)["photos_awaited"] == 0
    assert (said_last(phone_town, case, -2)["placed"], said_last(phone_town, case, -2)["accuracy_m"]) == (
        "measured",
        12,
    )


def test_a_check_that_fails_on_the_phone_sends_the_work_back(phone_town, worker, take_up):
    case = phone_town.handled(lead=HOUSING, at=HERE, description="没清干净")
    phone_town.acceptor.act(case, "assign_check", checker=str(worker.id))
    hand = take_up(worker)
    page = task(hand, "没清干净", "核查不通过")
    if page.get_by_label("理由").count():
        page.get_by_label("理由").fill("地上还有")
    expect(page.get_by_role("checkbox", name="县住房和城乡建设局")).to_be_checked()
    expect(page.locator("[data-part=place]")).to_contain_text("精度约 12 米")
    page.get_by_role("button", name="选网格").click()
    page.get_by_label("网格", exact=True).select_option(index=2)
    page.get_by_label("网格", exact=True).select_option(label=GRID_NAME)
    expect(page.locator("[data-part=place]")).not_to_contain_text("精度")
    submit(hand, photo(5))
    fresh = phone_town.supervisor.read(case)
    assert (fresh["state"], phone_town.steps(case)[-1]) == ("dispatched", "fail_check")
    assert fresh["photos_awaited"] == 1  # of the department, which has brought none yet
    chosen = said_last(phone_town, case)
    assert (chosen["placed"], chosen["grid"], "lon" in chosen) == ("chosen", GRID, False)


def test_whoever_has_two_tasks_says_which_on_the_phone(phone_town, take_up):
    case = phone_town.handling(lead=HOUSING, description="既主办又应哨")
    phone_town.township.act(case, "whistle", called=[HOUSING])
    hand = take_up(phone_town.housing)
    page = task(hand, "既主办又应哨", "批注")
    page.get_by_label(re.compile("哪项任务")).select_option(index=2)
    page.locator("textarea").first.fill("已派人")
    submit(hand)
    step = phone_town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]
    assert (step["action"], step["data"]["task"]) == ("comment", 2)


def test_a_task_that_somebody_else_has_by_now_is_told_and_done_by_them(phone_town, worker, take_up):
    other = phone_town.hire("grid_worker", "grid", GRID)
    case = phone_town.next_worker.report(GARBAGE, at=HERE, description="换人核实").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    hand = take_up(worker)
    page = task(hand, "换人核实", "核实不属实")
    phone_town.house.kill("web")
    page.get_by_label("补充说明").fill("我去看过")
    page.get_by_label("从相册选").set_input_files([photo(6)])
    expect(page.locator(".photos li")).to_have_count(1)
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    phone_town.house.start("web")
    phone_town.acceptor.act(case, "recall_verify")
    phone_town.acceptor.act(case, "verify", verifier=str(other.id))
    page.evaluate("window.dispatchEvent(new Event('online'))")
    hand.sent()  # the step's photo is with the case: nothing waits for a decision
    hand.open()
    notice = page.locator("[data-part=instead]")
    expect(notice).to_contain_text(case["number"])
    expect(notice).to_contain_text("“核实不属实”发到时已收回或改派他人，结论没有采用；照片已存入案件")
    expect(notice).to_contain_text("您写的“我去看过”没有存入案件")
    fresh = phone_town.acceptor.read(case)
    assert (fresh["finding"], fresh["photos_awaited"], phone_town.steps(case)[-1]) == (None, 0, "attach")
    hand.open("tasks")
    expect(notice).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("换人核实"))).to_have_count(0)
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    hand.open()
    expect(page.get_by_role("link", name="我的任务")).to_be_visible()
    expect(notice).to_have_count(0)

    second = take_up(other)
    task(second, "换人核实", "核实属实")
    submit(second, photo(7))
    assert phone_town.acceptor.read(case)["finding"] == "true"
    assert phone_town.steps(case)[-1] == "confirm_true"


KEPT_LONG_AGO = """async () => {
  const { db, keep, recall } = await import('/static/phone/db.js');
  const { acts, ...catalogue } = await recall('catalogue');
  await keep('catalogue', catalogue);
  await keep('tags', {});
  await db.cases.toCollection().modify((one) => one.actions.forEach((each) => delete each.form));
}"""


def test_with_a_catalogue_kept_long_ago_a_step_waits_with_a_sentence_and_is_taken_when_its_form_has_come(
    phone_town, worker, take_up
):
    case = phone_town.handled(lead=HOUSING, at=HERE, description="旧目录也能办")
    phone_town.acceptor.act(case, "assign_check", checker=str(worker.id))
    hand = take_up(worker)
    page = hand.open("tasks")
    expect(page.get_by_role("link", name=re.compile("旧目录也能办"))).to_be_visible()
    phone_town.house.kill("web")
    page.evaluate(KEPT_LONG_AGO)
    page.get_by_role("link", name=re.compile("旧目录也能办")).click()
    expect(page.get_by_text("办理这一步的表单还没有取来")).to_be_visible()
    expect(page.get_by_role("button", name="核查通过")).to_have_count(0)
    phone_town.house.start("web")
    page.reload()
    task(hand, "旧目录也能办", "核查通过")
    submit(hand, photo(7))
    assert phone_town.steps(case)[-1] == "pass_check"
