"""Everyday words find the class that is meant, in the catalogue as we ship it."""

import pytest
from playwright.sync_api import expect

from app.catalogue.schemas.responses import whole
from tests.factories.catalogue import seed_catalogue

FIND = """async ([classes, phrases]) => {
    const { findClasses } = await import('/static/phone/search.js');
    return phrases.map((phrase) => findClasses(classes, phrase).map((one) => one.code));
}"""
KEEP = "async (kept) => (await import('/static/phone/db.js')).keep('catalogue', kept)"

# what people say, and the class that must come first
FIRST = {
    "C0102": "窨井盖 井盖丢了 井盖坏了 沙井盖没了",
    "C0118": "路灯 路灯不亮 路灯坏了 我家门口的路灯不亮了",
    "0404": "下水道堵了 下水不通 冒污水",
    "0110": "坑洼 路上有个大坑 马路坏了",
    "CY-90170201": "野狗 遛狗不牵绳",
    "GX-2811": "流浪狗咬人",
    "0117": "死狗 死猪",
    "U-E06": "垃圾满了 垃圾桶满了",
    "0102": "垃圾 垃圾没人收 乱扔垃圾",
    "0501": "摆摊 摆地摊 卖菜的",
    "0505": "乱停车 违停",
    "C0402": "树倒了 树枝断了",
    "GX-2805": "着火 起火了",
    "0101": "违建 私搭 违章建筑",
    "CY-900301": "欠薪 拖欠工资 工资没发",
    "CY-900401": "没暖气 暖气不热",
    "CY-901503": "电梯坏了",
    "GX-2802": "电梯困人",
    "0408": "电线 电线断了",
    "C0117": "电线杆歪了",
    "C0301": "公厕 厕所堵了",
    "C0302": "化粪池满了",
    "C0214": "红绿灯坏了",
    "C0211": "护栏坏了",
    "C0126": "健身器材坏了",
    "C0116": "配电箱",
    "0201": "小广告 牛皮癣",
    "0204": "发传单",
    "0301": "半夜施工太吵",
    "0302": "工地扬尘",
    "0112": "渣土车漏土",
    "0402": "自来水管爆了",
    "0406": "路面积水",
    "0407": "路上结冰 没扫雪",
    "0502": "要饭的",
    "0503": "收破烂",
    "0508": "广场舞",
    "0509": "黑车",
    "0510": "烧烤 楼下有人卖烤串",
    "0511": "晾衣服",
    "0513": "空调滴水",
    "0107": "僵尸车",
    "CY-900602": "停水了",
    "CY-900402": "房子漏雨",
    "CY-90170105": "物业不管",
    "GX-2201": "烧秸秆",
    "GX-2302": "电动车在楼道充电 消防通道被堵",
    "GX-2303": "危房",
    "GX-2304": "滑坡",
    "GX-2401": "邻居吵架",
    "GX-2812": "打架",
    "GX-2501": "老人没人管",
    "GX-2503": "精神病",
    "GX-2601": "上坟烧纸",
    "GX-2701": "河里有垃圾",
    "GX-2703": "污水直排",
    "SC-02": "小偷",
}
ORDER = [
    {"code": "1", "name": "乙号", "major": "", "words": ["路灯不亮"], "conditions": [{"text": "灯"}]},
    {"code": "2", "name": "甲路灯", "major": "", "words": [], "conditions": []},
    {"code": "3", "name": "路灯井盖", "major": "", "words": [], "conditions": []},
    {"code": "4", "name": "丙", "major": "", "words": [], "conditions": [{"text": "路灯下面"}]},
    {"code": "5", "name": "丁", "major": "", "conditions": []},
]


def test_the_words_people_use_find_the_class_that_is_meant(hold):
    hand = hold()
    hand.open()
    phrases = [(phrase, code) for code, said in FIRST.items() for phrase in said.split()]
    assert len(phrases) >= 80
    classes = whole(seed_catalogue(), "1", 1)["classes"]
    found = hand.page.evaluate(FIND, [classes, [phrase for phrase, _ in phrases]])
    wrong = {
        phrase: first[:3] for (phrase, code), first in zip(phrases, found, strict=True) if not first or first[0] != code
    }
    assert wrong == {}


def test_a_name_comes_before_a_word_and_a_word_before_a_condition(hold):
    hand = hold()
    hand.open()
    assert hand.page.evaluate(FIND, [ORDER, ["路灯", "没有这个"]]) == [["3", "2", "1", "4"], []]


@pytest.mark.parametrize(
    ("language", "typed", "first"),
    [
        ("en", "garbage", "Exposed garbage"),
        ("en", "Manhole", "Sewer manhole cover"),
        ("zh", "garbage", "暴露垃圾"),
        ("zh", "井盖", "污水井盖"),
    ],
)
def test_who_reports_finds_the_class_in_either_language(worker, hold, language, typed, first):
    hand = hold()
    page = hand.sign_in(worker.username)
    page.evaluate(f"async () => (await import('/static/phone/db.js')).keep('settings', {{ language: '{language}' }})")
    hand.open("report")
    page.locator("#class-words").fill(typed)
    expect(page.locator(".choices").get_by_text(first, exact=True)).to_be_visible()


def test_whoever_chooses_life_and_death_is_asked_to_call_at_once(worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    page.evaluate(KEEP, whole(seed_catalogue(), "1", 1))
    hand.open("report")
    calls = page.locator("a[href^='tel:']")
    page.locator("#class-words").fill("漏气")
    page.locator(".choices").get_by_text("燃气管道破裂", exact=True).click()
    expect(calls).to_have_text(["119 消防救援"])
    expect(calls).to_have_attribute("href", "tel:119")
    page.locator("#class-words").fill("有人要跳楼")
    page.locator(".choices").get_by_text("有人轻生、跳楼", exact=True).click()
    expect(calls).to_have_text(["110 报警", "119 消防救援", "120 急救"])
    page.locator("#class-words").fill("垃圾")
    page.locator(".choices").get_by_text("暴露垃圾", exact=True).click()
    expect(calls).to_have_count(0)
