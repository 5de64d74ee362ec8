"""What the rules put before people on a phone: reasons from afar, milestones, unknown holidays, work that came late."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_phone_loop import said_last, submit, take_up, task  # noqa: F401 - a fixture
from tests.browser.test_phone_offline import photo
from tests.factories.town import COVER, HERE, HOUSING
from tests.stories.test_named_anew import lose, sweep

FAR = (HERE[0], HERE[1] + 300 / 111_195)
MILESTONE = "设置警示，看守现场"


def opened(hand, words):
    """The page of a case, by what it says."""
    page = hand.open("tasks")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name=re.compile(words)).first.click()
    return page


def fact(page, label):
    """What stands beside a label of the case."""
    return page.locator("dt", has_text=re.compile(f"^{label}$")).locator("xpath=following-sibling::dd[1]")


def test_who_is_far_from_the_case_is_asked_why_before_sending(phone_town, worker, hold):
    case = phone_town.handled(lead=HOUSING, at=HERE, description="隔河相望")
    phone_town.acceptor.act(case, "assign_check", checker=str(worker.id))
    hand = hold(place=FAR)
    hand.sign_in(worker.username)
    page = task(hand, "隔河相望", "核查通过")
    notice = page.locator("[data-part=far]")
    expect(notice).to_contain_text(re.compile("您离案件约 (29|30)[0-9] 米，超过 100 米：请说明理由"))
    page.get_by_label("从相册选").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert").filter(has_text="请填写：理由")).to_be_visible()
    assert hand.waiting() == 0
    page.get_by_label(re.compile("^理由")).fill("桥断了，从对岸拍摄")
    page.get_by_role("button", name="提交").click()
    hand.sent()
    data = said_last(phone_town, case)
    assert (data["reason"], data["spot"]["marks"]) == ("桥断了，从对岸拍摄", ["far"])
    assert 290 <= data["spot"]["distance_m"] <= 310


def test_who_comes_nearer_is_not_asked_any_more(phone_town, worker, hold):
    case = phone_town.handled(lead=HOUSING, at=HERE, description="走近再看")
    phone_town.acceptor.act(case, "assign_check", checker=str(worker.id))
    hand = hold(place=FAR)
    hand.sign_in(worker.username)
    page = task(hand, "走近再看", "核查通过")
    expect(page.locator("[data-part=far]")).to_be_visible()
    hand.context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1], "accuracy": 12})
    page.get_by_role("button", name="重新定位").click()
    expect(page.locator("[data-part=far]")).to_have_count(0)
    expect(page.get_by_label(re.compile("^理由"))).to_have_count(0)
    submit(hand, photo(2))
    assert said_last(phone_town, case)["spot"]["marks"] == []


def test_what_came_after_another_was_named_says_that_it_does_not_count(phone_town, worker, take_up):  # noqa: F811
    case = phone_town.acceptor.report(source="hotline", description="改派后才到").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    hand = take_up(worker)
    page = task(hand, "改派后才到", "核实属实")
    page.get_by_label("从相册选").set_input_files([photo(3)])
    expect(page.locator(".photos li")).to_have_count(1)
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    phone_town.house.kill("web")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    lose(phone_town, worker, "absence")
    assert sweep(phone_town) == 1
    phone_town.house.start("web")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    hand.sent()
    hand.open("tasks")
    notice = page.locator("[data-part=instead]")
    expect(notice).to_contain_text(case["number"])
    expect(notice).to_contain_text("“核实属实”发到时已收回或改派他人，结论没有采用；照片已存入案件")
    assert phone_town.steps(case)[-2:] == ["name_anew", "attach"]
    page.reload()
    expect(notice).to_have_count(1)  # until somebody has seen it
    notice.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="我的任务")).to_be_visible()
    expect(notice).to_have_count(0)


def test_milestones_stand_with_the_case_and_are_said_to_be_reached_by_thumb(phone_town, take_up):  # noqa: F811
    case = phone_town.handling(class_code=COVER, form={"risk": "缺失"}, description="井盖不见了")
    hand = take_up(phone_town.housing)
    page = opened(hand, "井盖不见了")
    expect(fact(page, "阶段要求")).to_contain_text(re.compile(f"^{MILESTONE} · .*(还剩|超时)"))
    expect(fact(page, "结案条件")).to_have_text(case["condition"]["closure"])
    page.get_by_role("button", name="节点完成").click()
    expect(fact(page, "阶段要求")).to_contain_text(MILESTONE)  # beside the form, too
    page.get_by_label(re.compile("完成了哪个节点")).select_option(label=MILESTONE)
    submit(hand)
    page = opened(hand, "井盖不见了")
    expect(fact(page, "阶段要求")).to_have_text(f"{MILESTONE} · 按时完成")
    expect(page.get_by_role("button", name="节点完成")).to_have_count(0)


@pytest.mark.parametrize("until", ["2027-02-15T09:00:00+08:00", "2026-12-03T09:00:00+08:00"])
def test_a_limit_through_holidays_that_nobody_knows_yet_says_that_it_may_move(phone_town, take_up, until):  # noqa: F811
    words = f"延到{until[:10]}"
    case = phone_town.handling(lead=HOUSING, description=words)
    case = phone_town.housing.act(case, "ask_extension", due_at=until, reason="等待材料")
    phone_town.leader.act(case, "grant_extension", reason="情况属实")
    hand = take_up(phone_town.housing)
    page = opened(hand, words)
    expect(fact(page, "编号")).to_have_text(case["number"])
    unknown = fact(page, "放假未定")
    if until.startswith("2027"):
        expect(unknown).to_contain_text("⚠ 到期时间可能变动：2027 年春节（2027-01-20 至 2027-02-23 之间）")
    else:
        expect(unknown).to_have_count(0)
