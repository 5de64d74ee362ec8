"""Lists of the board: their filters, their pages, and what is said of a wrong address."""

import html
import re

import pytest
from sqlalchemy import update

from app.board import pages
from app.cases.models import Case
from app.core.transaction import transaction
from tests.board.boards import closed, forced, page, seen, step
from tests.desk.browser import Desk
from tests.support.elements import alert, elements, empty_title, errors_at, links_of, texts_of, tight, value_of
from tests.support.exports import taken

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/board/cases", {"show": "everything"}),
        ("/board/cases", {"reported_from": "2026-11-23"}),
        ("/board/cases", {"closed_from": "2026-11-23", "closed_to": "2026-11-22"}),
        ("/board/cases", {"reported_from": "yesterday", "reported_to": "today"}),
        ("/board/", {"days": "7"}),
        ("/board/", {"level": "street"}),
        ("/board/", {"level": "micro"}),
        ("/board/audit", {"day": "soon"}),
        ("/board/audit", {"finding": "lost"}),
        ("/board/audit", {"cursor": "next"}),
        ("/board/cases", {"cursor": "W10"}),
        ("/board/cases", {"grid": "141026999"}),
    ],
)
def test_a_wrong_address_is_answered_in_words(town, path, query):
    answer = page(town, town.supervisor, path, **query)
    assert answer.status_code == 422
    assert "填写内容有误" in alert(answer.text)
    assert not re.search("[A-Za-z]", alert(answer.text)), "this page is in Chinese"


@pytest.mark.parametrize(
    ("given", "field", "zh", "en"),
    [
        ({"grid": "141026999"}, "grid", "没有这个网格", "There is no such grid"),
        ({"cursor": "W10"}, "cursor", "翻页标记无效", "This is not a page of the list"),
    ],
)
def test_a_list_that_cannot_be_shown_keeps_its_filters_and_says_why(town, given, field, zh, en):
    for lang, text in (("zh", zh), ("en", en)):
        answer = page(town, town.supervisor, "/board/cases", lang=lang, show="open", **given)
        assert answer.status_code == 422
        beside = errors_at(answer.text, field)
        assert text in " ".join(beside or [alert(answer.text)])
        assert value_of(answer.text, "show") == "open"


@pytest.mark.parametrize(
    ("given", "field", "zh", "en"),
    [
        ({"reported_from": "2026-11-20"}, "reported_to", "请填写结束日期。", "Please give the last day too."),
        ({"closed_to": "2026-11-20"}, "closed_from", "请填写开始日期。", "Please give the first day too."),
        ({"closed_from": "2026-11-20", "closed_to": "2026-11-19"}, "closed_to", "结束日期早于", "The end lies before"),
        ({"reported_from": "soon", "reported_to": "2026-11-20"}, "reported_from", "应为日期", "A date, please"),
    ],
)
def test_half_a_period_is_told_beside_its_field_and_no_filter_is_lost(town, given, field, zh, en):
    town.worker.report()
    asked = {"show": "open", "class": "0102", **given}
    for lang, text in (("zh", zh), ("en", en)):
        answer = page(town, town.supervisor, "/board/cases", lang=lang, **asked)
        assert answer.status_code == 422
        assert errors_at(answer.text, field)[0].startswith(text)
        assert elements(answer.text, id=field, aria_describedby=f"about-{field}")
        for name, value in asked.items():
            assert value_of(answer.text, name) == value
        assert not elements(answer.text, id="total")


def test_a_wrong_day_of_closings_is_told_beside_its_field(town):
    forced(town)
    answer = page(town, town.supervisor, "/board/audit", day="soon")
    assert answer.status_code == 422
    assert errors_at(answer.text, "day")[0].startswith("应为日期")
    assert value_of(answer.text, "day") == "soon"
    assert not elements(answer.text, id="sampled")


@pytest.mark.both_databases
def test_pages_of_a_list_carry_its_filters_and_nothing_else(town, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_OF_CASES", 1)
    for _ in range(2):
        town.worker.report()
    asked = {"show": "open", "class": "0102", "endpoint": "x", "_external": "1", "values": "y"}
    shown = page(town, town.supervisor, "/board/cases", **asked)
    address = html.unescape(re.search(r'rel="next" href="([^"]+)"', shown.text)[1])
    assert re.fullmatch(r"/board/cases\?show=open&class=0102&cursor=[^&]+", address)
    second = page(town, town.supervisor, address)
    assert "共 2 件" in seen(second)
    assert links_of(second.text)["/board/cases?show=open&class=0102"] == "回到第一页"
    assert page(town, town.supervisor, "/board/cases", cursor="nonsense").status_code == 422


def test_closings_of_one_number_are_taken_away_each_with_its_own_finding(app, town):
    first, second = forced(town), forced(town)
    with app.app_context(), transaction() as session:  # as an import of another county may bring them
        session.execute(update(Case).values(number=first["number"]))
    step(town, town.supervisor, second, "spot_check", solved="false")
    _, *rows = taken(app, Desk(app, town.supervisor), "board_closings")
    assert len({row[-1] for row in rows}) == 2, rows


@pytest.mark.both_databases
def test_the_closings_of_a_sample_are_a_list_too(town):
    closed(town)
    forced(town)
    shown = tight(page(town, town.supervisor, "/board/audit").text)
    address = re.search(r'<p id="sampled">[^<]*<a href="([^"]+)">结案 2 件', shown)[1]
    assert "共 2 件" in seen(page(town, town.supervisor, html.unescape(address)))


def test_every_figure_of_the_audit_is_a_list_of_as_many(town):
    case, *_ = (forced(town) for _ in range(3))
    step(town, town.supervisor, case, "spot_check", solved="false")
    shown = tight(page(town, town.supervisor, "/board/audit").text)
    figures = dict(re.findall(r'<a href="([^"]+)"[^>]*>(?:抽中|待抽查|通过|不通过) (\d+) 件</a>', shown))
    rules = dict(re.findall(r'<td><a href="(/board/audit\?rule=[^"]+)">(\d+)</a></td>', shown))
    assert sorted(figures.values()) == ["0", "1", "2", "3"]
    assert "3" in rules.values(), "all were closed by force, and every closing by force is drawn"  # others draw shares
    for address, count in {**figures, **rules}.items():
        listed = tight(page(town, town.supervisor, html.unescape(address)).text)
        assert len(re.findall(r'<th scope="row"><a class="text-nowrap"', listed)) == int(count), address
    assert empty_title(page(town, town.supervisor, "/board/audit", finding="passed").text) == "没有这样的结案"


def test_closings_drawn_are_listed_page_by_page_with_their_filters(town, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_OF_CASES", 2)
    cases = [forced(town) for _ in range(5)]
    step(town, town.supervisor, cases[0], "spot_check", solved="true")
    address, numbers, lengths = "/board/audit?finding=waiting&endpoint=x", [], []
    while address:
        shown = tight(page(town, town.supervisor, address).text)
        listed = re.findall(r'<th scope="row"><a class="text-nowrap" href="[^"]+">([^<]+)', shown)
        numbers, lengths = [*numbers, *listed], [*lengths, len(listed)]
        assert "待抽查 4 件" in shown
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        address = following and html.unescape(following[1])
        assert not address or re.fullmatch(r"/board/audit\?finding=waiting&cursor=[^&]+", address)
    assert lengths == [2, 2]
    assert sorted(numbers) == sorted(case["number"] for case in cases[1:])
    assert 'href="/board/audit?finding=waiting">回到第一页' in shown
    assert page(town, town.supervisor, "/board/audit", cursor="nonsense").status_code == 422


def test_empty_lists_say_what_to_do(town):
    (cases,) = texts_of(page(town, town.supervisor, "/board/cases", show="overdue").text, "div", class_="empty")
    assert "放宽上面的条件" in cases
    assert empty_title(page(town, town.supervisor, "/board/audit").text) == "没有抽中的结案"
