"""Life and death first: what people say then finds, on phone and desk, a class that is urgent and asks to call."""

import json
import subprocess

import pytest

from app.catalogue.documents import EXAMPLE
from app.catalogue.schemas.responses import whole
from tests.factories.catalogue import seed_catalogue
from tests.support.node import ROOT, node
from workflows.case_terms import LimitKind

# by the number that has to be among those to call
SAID = {
    "110": """
        跳楼 有人要跳楼 要自杀 想不开 跳河 走失 老人走丢了 孩子不见了 失踪 拐卖 打架 打人 家暴 持刀 砍人 抢劫 绑架
        坠物 高空抛物 楼上掉玻璃 外墙脱落 车祸 撞人了 翻车 群体 群体上访 聚众闹事 堵门 扬言报复
        塌陷 路面塌陷 地面塌陷 路塌了 地陷 井盖丢失 井盖丢了 井盖没了 窨井盖 精神病人 救命 出人命
        打群架 拿刀 性侵 人贩子 广告牌掉下来 花盆掉下来 地面塌了 桥塌了 有人死了 地震 讨薪闹事
    """,
    "119": """
        着火 起火了 失火 火灾 电动车着火 山火 山上着火 爆炸 炸了 漏气 燃气泄漏 煤气味 煤气罐漏气 天然气漏了
        电梯困人 困在电梯里 溺水 有人落水 孩子掉河里 掉井里了 高压线 高压线断了 电线断了 线掉下来 触电 被困 洪水 山洪
        房子要塌 房子塌了 墙倒了 人被埋 埋人 滑坡 泥石流 毒气 危化品 氨气泄漏 矿难 瓦斯 脚手架塌了 突发事件
        冒烟 火警 变压器冒火 锅炉爆炸 电梯卡住了 掉冰里 掉枯井里 危房倒塌 楼要塌了 决口 烧山
    """,
    "120": """
        触电 漏电 电到人 中毒 煤气中毒 食物中毒 喝农药 晕倒 昏迷 受伤 流血 心梗 坠楼 老人摔倒 狗咬人 流浪狗咬人
        没呼吸 噎住了 中暑 老人没动静 猝死 沼气中毒 毒蛇咬
        溺水 车祸 撞人 砸到人 打架 跳楼
    """,
}
PHRASES = [(phrase, number) for number, said in SAID.items() for phrase in said.split()]
FIND = """
import { findClasses } from "./app/phone/static/search.js";
import { readFileSync } from "node:fs";
const { classes, phrases } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(phrases.map((phrase) => findClasses(classes, phrase)[0]?.code ?? null)));
"""


@pytest.fixture(scope="module")
def seed():
    return seed_catalogue()


def faults(case_class, number):
    """What keeps a class from being one of life and death."""
    if case_class is None:
        return ["nothing is found"]
    limits = [limit for each in case_class.conditions for limit in each.limits.values()]
    tests = {
        "not urgent": case_class.urgent,
        f"{number} is not called": number in case_class.call_now,
        "not in minutes": limits and all(limit.kind is LimitKind.URGENT_MINUTES for limit in limits),
        "no example": all(limit.source == EXAMPLE for limit in limits),
        "asks for a photo first": case_class.evidence.report == 0 or not case_class.code.startswith("GX-28"),
    }
    return [fault for fault, fine in tests.items() if not fine]


def wrong(found):
    """What is wrong, by phrase and class."""
    rows = ((phrase, one, faults(one, number)) for (phrase, number), one in found)
    return {(phrase, one and one.code): those for phrase, one, those in rows if those}


def test_the_desk_finds_a_class_that_is_urgent_in_minutes_and_says_whom_to_call(seed):
    found = [(row, one) for row in PHRASES for one in seed.called(row[0]) or [None]]
    assert len(PHRASES) > 100
    assert wrong(found) == {}


def test_so_does_the_phone_s_own_search(seed):
    question = {"classes": whole(seed, "1", 1)["classes"], "phrases": [phrase for phrase, _ in PHRASES]}
    found = subprocess.run(
        [*node(), "--input-type=module", "-e", FIND],
        cwd=ROOT, input=json.dumps(question), capture_output=True, text=True, check=True,
    )  # fmt: skip
    firsts = [seed.get(code) for code in json.loads(found.stdout)]
    assert wrong(zip(PHRASES, firsts, strict=True)) == {}


def test_whoever_is_asked_to_call_reports_something_urgent(seed):
    asking = [each for each in seed.classes.values() if each.call_now]
    assert len(asking) > 40
    assert [each.code for each in asking if not each.urgent] == []
    assert {number for each in asking for number in each.call_now} == {"110", "119", "120"}
