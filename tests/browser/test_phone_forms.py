"""A form with conditions is asked on the phone as the rules say, without network, and sent as it was answered."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.browser.test_phone import sent
from tests.browser.test_phone_offline import photo, photos_of
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import HERE, LEAFLET
from tests.support.handset import WRITTEN

FORMS = json.loads((Path(__file__).parents[1] / "catalogue" / "form_vectors.json").read_text("utf-8"))["forms"]
ASKED = [*FORMS["conditions"], *(one for one in FORMS["every kind"] if one["field"] in ("count", "spot", "goods"))]


@pytest.fixture
def asking(phone_town, tmp_path):
    """Let a class ask for everything, until the test is over."""

    def bring(form, name):
        file = documents_file(tmp_path, ("class", LEAFLET, seed_content(LEAFLET) | form), name=name)
        with phone_town.app.app_context(), transaction():
            catalogue.import_files([file], by="test")

    bring({"form": ASKED}, "asking.yaml")
    yield phone_town
    bring({}, "before.yaml")


def test_questions_come_and_go_with_the_answers_and_what_is_open_is_named(asking, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.see("async () => (await indexedDB.databases()).length > 0", "the catalogue is kept")
    asking.house.kill("web")
    page.get_by_role("link", name="上报", exact=True).click()
    page.get_by_label("用您平常的说法找").fill(seed_content(LEAFLET)["name"])
    page.locator(".choices button").filter(has_text=seed_content(LEAFLET)["name"]).first.click()
    page.get_by_label("从相册选").set_input_files([photo(1)])
    page.get_by_label("看到了什么").fill("墙上有裂缝")
    expect(page.get_by_text("迹象")).to_have_count(0)
    send = page.get_by_role("button", name="发送")
    send.click()
    expect(page.get_by_role("alert").filter(has_text="请填写：有人居住")).to_be_visible()
    page.get_by_label(re.compile("^有人居住")).select_option(label="是")
    page.get_by_label("裂缝", exact=True).check()
    send.click()
    expect(page.get_by_role("alert").filter(has_text="请填写：裂缝宽度")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="再点一次发送")).to_be_visible()
    page.get_by_label("倾斜", exact=True).check()
    expect(page.get_by_label(re.compile("^已撤离"))).to_be_visible()
    page.get_by_label("倾斜", exact=True).uncheck()
    expect(page.get_by_label(re.compile("^已撤离"))).to_have_count(0)
    page.get_by_label(re.compile("^裂缝宽度.*必填")).fill("2.5")
    page.get_by_label(re.compile("^户数（户）")).fill("99")
    page.get_by_role("button", name="加一行").click()
    page.get_by_label(re.compile("^名称")).fill("帐篷")
    page.get_by_role("button", name="取当前位置").click()
    expect(page.get_by_text(f"{HERE[0]}, {HERE[1]}")).to_be_visible()
    send.click()
    expect(page.get_by_role("alert").filter(has_text="填写有误：户数")).to_be_visible()
    page.get_by_label(re.compile("^户数（户）")).fill("3")
    send.click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    asking.house.start("web")
    (case,) = sent(hand, worker)
    assert case["form"] == {
        "lived_in": True, "signs": ["裂缝"], "width": 2.5, "count": 3, "goods": [{"name": "帐篷"}],
        "spot": {"lon": HERE[0], "lat": HERE[1]},
    }  # fmt: skip


OWNER = {"field": "owner", "label": "房主", "type": "person", "required": True}
CRACK = {"field": "crack", "label": "裂缝近照", "type": "photo", "required": True, "least": 1, "most": 2}


def test_photos_and_people_that_answer_a_question_are_taken_without_network(asking, worker, hold, tmp_path):
    path = documents_file(
        tmp_path, ("class", LEAFLET, seed_content(LEAFLET) | {"form": [CRACK, OWNER]}), name="crack.yaml"
    )
    with asking.app.app_context(), transaction():
        catalogue.import_files([path], by="test")
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.see("async () => (await indexedDB.databases()).length > 0", "the catalogue is kept")
    asking.house.kill("web")
    page.get_by_role("link", name="上报", exact=True).click()
    page.get_by_label("用您平常的说法找").fill(seed_content(LEAFLET)["name"])
    page.locator(".choices button").filter(has_text=seed_content(LEAFLET)["name"]).first.click()
    crack, others = page.get_by_role("group", name="裂缝近照"), page.get_by_role("group", name=re.compile("^照片"))
    others.get_by_label("从相册选").set_input_files([photo(1)])
    page.get_by_label("看到了什么").fill("墙上有裂缝")
    send = page.get_by_role("button", name="发送")
    send.click()
    expect(page.get_by_role("alert").filter(has_text="请填写：裂缝近照")).to_be_visible()
    crack.get_by_label("从相册选").set_input_files([photo(2), photo(3)])
    expect(crack.get_by_role("img")).to_have_count(2)
    expect(others.get_by_role("img")).to_have_count(1)
    expect(crack.get_by_label("从相册选")).to_have_count(0)
    send.click()
    expect(page.get_by_role("alert").filter(has_text="请填写：房主")).to_be_visible()
    owner = page.get_by_role("group", name="房主")
    owner.get_by_label("姓名").fill("赵铁柱")
    owner.get_by_label("电话").fill("13835712345")
    hand.see(WRITTEN, "the draft is kept", "13835712345")
    page.reload()  # a draft keeps which photo answers what
    expect(crack.get_by_role("img")).to_have_count(2)
    send.click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    asking.house.start("web")
    (case,) = sent(hand, worker)
    (step,) = worker.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert len(case["form"]["crack"]) == 2
    (named,) = asking.acceptor.get(f"cases/{case['case_id']}/people").get_json()["items"]
    assert (named["name"], named["phone"]) == ("赵**", "*******2345")
    assert {*case["form"]["crack"]} < {*step["data"]["attachments"]}
    assert photos_of(worker, case) == 3
