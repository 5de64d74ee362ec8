"""Catalogue, calendars and audit in a real browser: the main tasks by mouse, open to everybody, at any width."""

import re
from contextlib import ExitStack

import pytest

from app.catalogue.models import CatalogueVersion
from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.identity.models import PersonRow
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY
from tests.factories.identity import PASSWORD
from tests.factories.town import GARBAGE
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.house import inhabited
from tests.support.pictures import picture

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
OURS = re.compile("http://localhost:|data:|blob:")
PEOPLE = ("张明", "李秀英", "王建国", "刘芳", "陈伟", "杨丽", "赵强", "周敏", "吴刚", "郑洁", "孙勇", "宋岚", "许静")
DECISION = "县发〔2026〕9号"


@pytest.fixture(scope="module")
def world(request, sqlite_template, zygote, browser):
    """A town with an administrator of all of it, and its web server."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with ExitStack() as end:
        database = end.enter_context(sqlite_template.fresh())
        town = end.enter_context(inhabited(zygote, database.url))
        end.enter_context(clock.at(MONDAY_MORNING))
        town.admin = town.hire("administrator", "grid", COUNTY)
        with town.app.app_context(), transaction() as session:
            for actor, name in zip(town.people, PEOPLE, strict=False):
                session.execute(db.update(PersonRow).where(PersonRow.id == actor.id).values(name=name))
            town.username = session.get_one(PersonRow, town.admin.id).username
            session.execute(db.update(CatalogueVersion).values(imported_by="许静", note="县初始目录"))
            revisions.raise_("catalogue")
        town.house.start("valkey", "web")
        town.browser = browser
        yield town


@pytest.fixture
def page(world):
    """A page of the administrator, signed in; faults of scripts and refused loads fail the test."""
    faults = []
    context = world.browser.new_context(
        base_url=f"http://localhost:{world.house.port}", locale="zh-CN", timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda one: None if OURS.match(one.url) else faults.append(one.url))
    page.goto("/")
    page.get_by_label("账号").fill(world.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert not [fault for fault in faults if "422" not in fault]  # a refusal shows its form again


def looked_at(page):
    """Find nothing that keeps anybody out, at a desk and on a narrow screen."""
    accessible(page)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400, page.url
    accessible(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_class_is_found_read_changed_by_a_file_and_compared(page, tmp_path):
    page.get_by_role("link", name="目录", exact=True).first.click()
    looked_at(page)
    picture(page, "admin-catalogue", tmp_path)
    page.get_by_label("名称、编码或大类").fill("暴露")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="0102 暴露垃圾").click()
    expect(page.get_by_role("heading", name="立案条件 1：")).to_be_visible()
    looked_at(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载现行版本").click()
    assert download.value.suggested_filename.startswith("catalogue-class-0102")
    content = seed_content(GARBAGE)
    content["conditions"][0]["limits"]["A"] = {"work_minutes": 60, "source": DECISION}
    bad = documents_file(tmp_path, ("class", GARBAGE, {**content, "check": "maybe"}), name="改错.yaml")
    good = documents_file(tmp_path, ("class", GARBAGE, content), name="改好.yaml")
    page.goto("/admin/catalogue/import")
    looked_at(page)
    page.get_by_label("目录文件").set_input_files(bad)
    page.get_by_role("button", name="检查并查看差异").click()
    expect(page.locator("#faults")).to_contain_text("核查方式")
    looked_at(page)
    page.get_by_label("目录文件").set_input_files(good)
    page.get_by_label("说明").fill(DECISION)
    page.get_by_role("button", name="检查并查看差异").click()
    expect(page.get_by_text("4 个工作小时")).to_be_visible()
    looked_at(page)
    picture(page, "admin-difference", tmp_path)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入：1 份")
    page.goto(f"/admin/catalogue/class/{GARBAGE}")
    page.get_by_role("link", name="与上一版相比").click()
    expect(page.get_by_text("→ 1 个工作小时")).to_be_visible()
    looked_at(page)


def test_figures_are_set_one_by_one_and_a_page_at_once(page):
    page.get_by_role("link", name="项数字是示例").click()
    looked_at(page)
    page.get_by_role("link", name="设置", exact=True).click()
    looked_at(page)
    page.get_by_label("设置 · 疑似重复：距离（米）", exact=True).fill("80")
    page.get_by_label("确定全部").uncheck()
    page.get_by_label("确定 设置 · 疑似重复：距离（米）").check()
    page.get_by_label("依据").fill(DECISION)
    page.get_by_role("button", name="确定所选").click()
    expect(page.get_by_role("status")).to_contain_text("已确定 1 项")
    page.goto("/admin/catalogue/figures?kind=class")
    page.get_by_label("选择本页全部").check()
    page.get_by_label("依据").fill(DECISION)
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已确定")
    page.goto("/admin/catalogue/figures?kind=class")
    expect(page.get_by_text("没有符合的文件")).to_be_visible()
    looked_at(page)


def test_a_day_is_set_taken_back_and_a_year_named(page, tmp_path):
    page.get_by_role("link", name="缺少 2027 年").click()
    expect(page.get_by_text("2027 年的法定节假日和调休安排还没有")).to_be_visible()
    looked_at(page)
    form = page.locator("form", has_text="设置调整日").last
    form.get_by_label("日期").fill("2027-01-01")
    form.get_by_label("至（连续").fill("2026-12-01")
    form.get_by_label("不上班").check()
    form.get_by_label("原因").fill("元旦")
    form.get_by_label("依据").fill("国办发明电〔2026〕7号")
    form.get_by_role("button").click()
    expect(page.get_by_text("结束日期早于开始日期")).to_be_visible()
    looked_at(page)
    form.get_by_label("至（连续").fill("2027-01-03")
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("调整日已设置")
    expect(page.locator("#overrides tbody tr")).to_have_count(3)
    expect(page.locator(".day-closed")).to_have_count(4)  # and one in the legend
    looked_at(page)
    picture(page, "admin-calendar", tmp_path)
    page.get_by_text("删除", exact=True).last.click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator("#overrides tbody tr")).to_have_count(2)
    page.get_by_label("年份").fill("2027")
    page.get_by_label("通知文号", exact=False).last.fill("国办发明电〔2026〕7号")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("安排还没有")).to_have_count(0)
    page.get_by_role("link", name="工作日历", exact=True).first.click()
    looked_at(page)


def test_the_audit_is_searched_and_taken_away(page, world, tmp_path):
    world.house.start("scheduler")
    page.get_by_role("link", name="审计日志").first.click()
    expect(page.locator("#entries")).to_contain_text("登录")
    looked_at(page)
    page.get_by_label("什么事").select_option(label="目录和日历（全部）")
    page.get_by_label("谁办的").fill("许静")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("#entries")).to_contain_text("修改了目录")
    looked_at(page)
    picture(page, "admin-audit", tmp_path)
    page.get_by_role("button", name="Excel").click()
    looked_at(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载", exact=True).click()  # it appears once the file is written
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto("/admin/audit/?who=没有这个人")
    expect(page.get_by_text("没有符合的日志")).to_be_visible()
    looked_at(page)
    page.goto("/admin/audit/?since=2026-12-01&until=2026-11-01")
    looked_at(page)
    page.goto("/admin/audit/?lang=en")
    looked_at(page)
