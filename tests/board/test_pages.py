"""The pages of the board as a browser gets them: figures, lists, one case in review, steps taken from there."""

import html
import re
from uuid import uuid4

import pytest

from app.board import words
from app.core.db import db
from app.core.transaction import transaction
from tests.board.boards import closed, forced, page, seen, step
from tests.factories.grids import EAST, WEST
from tests.factories.town import GRID, HERE, HOUSING
from tests.support.elements import alert, elements, links_of, rows_of, texts_of, tight

pytestmark = pytest.mark.one_database
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def test_the_board_shows_figures_that_lead_to_their_cases(town):
    case = town.worker.report().get_json()
    forced(town)
    shown = page(town, town.supervisor, "/board/")
    assert shown.status_code == 200
    counts = dict(re.findall(r'data-show="(\w+)">\s*<span class="glance-count">(\d+)', shown.text))
    some = {"open": "1", "due_today": "1", "reported_today": "2", "forced_lately": "1"}
    assert counts == dict.fromkeys(words.AT_A_GLANCE, "0") | some
    for name, count in counts.items():
        listed = page(town, town.supervisor, "/board/cases", show=name)
        assert f"共 {count} 件" in seen(listed)
    listed = rows_of(page(town, town.supervisor, "/board/cases", show="open").text, id="cases")
    assert [row[0] for row in listed] == [case["number"]]


@pytest.mark.both_databases
def test_figures_of_charts_lead_to_as_many_cases(town):
    town.worker.report()
    town.worker.report(None)
    closed(town)
    figures = town.client.get("/board/figures?days=30", headers=town.supervisor.headers).get_json()
    rows = [*figures["days"][-1:], *figures["classes"]]
    assert len(rows) == 3
    for row in rows:
        for name, address in row["links"].items():
            assert f"共 {row[name]} 件" in seen(page(town, town.supervisor, address)), (name, address)


def test_figures_and_outlines_of_the_map_name_the_same_grids(town):
    town.worker.report()
    counted = town.client.get("/board/grids?level=township", headers=town.supervisor.headers).get_json()
    drawn = town.client.get("/board/outlines?level=township", headers=town.supervisor.headers)
    assert [one["code"] for one in counted["grids"]] == [WEST, EAST]
    assert [one["properties"]["code"] for one in drawn.get_json(force=True)["features"]] == [WEST, EAST]
    assert [one["open"] for one in counted["grids"]] == [1, 0]
    assert len(counted["days"]) == len(counted["grids"][0]["reported"]) == 30
    assert drawn.headers["Cache-Control"] == "no-store"
    headers = {**town.supervisor.headers, "If-None-Match": drawn.headers["ETag"]}
    assert town.client.get("/board/outlines?level=township", headers=headers).status_code == 304
    east = town.hire("supervisor", "grid", EAST)
    other = town.client.get("/board/outlines?level=township", headers={**headers, **east.headers})
    assert [one["properties"]["code"] for one in other.get_json(force=True)["features"]] == [EAST]


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/board/", "/board/cases", "/board/audit", "/board/figures", "/board/grids"])
def test_the_board_is_for_those_who_supervise(town, path):
    assert page(town, town.supervisor, path).status_code == 200
    assert page(town, town.township, path).status_code == 200
    assert page(town, town.worker, path).status_code == 403
    assert town.client.get(path, headers={"Accept": "text/html"}).status_code == 302


def test_a_case_is_put_before_the_supervisor_with_its_evidence(town):
    case = closed(town)
    shown = page(town, town.supervisor, f"/board/cases/{case['case_id']}")
    text = seen(shown)
    assert "距上报位置 0 米" in text
    assert "更正" not in text
    assert "✓ 刚刚核对" in text
    assert len(elements(shown.text, "img")) == 2  # what was done, and what the checker saw
    assert not UUID.search(text)
    assert not re.search(r"[{}]|\b(closed|handled|check|after)\b", text)


def test_a_corrected_place_does_not_bring_the_check_nearer_to_the_report(town):
    case = town.handling()
    there = {"lon": HERE[0] + 0.01, "lat": HERE[1]}
    town.duty.act(case, "correct", **there)
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", attachments=[town.photo()], **there)
    text = seen(page(town, town.supervisor, f"/board/cases/{case['case_id']}"))
    assert "距上报位置 899 米；位置后来更正过，距更正后的位置 0 米" in text


@pytest.mark.parametrize(
    ("told", "zh", "en"),
    [
        ({"placed": "chosen"}, "距上报位置 0 米 · 手选位置", "0 m from the report's place · place chosen by hand"),
        ({"placed": "measured", "accuracy_m": 12}, "· 定位所得，精度约 12 米", "· measured, exact to about 12 m"),
    ],
    ids=["chosen", "measured"],
)
def test_beside_a_distance_stands_how_the_place_was_made(town, told, zh, en):
    case, there = town.handled(), {"lon": HERE[0], "lat": HERE[1]}
    case = town.worker.act(case, "pass_check", attachments=[town.photo()], **there, **told)
    path = f"/board/cases/{case['case_id']}"
    assert zh in re.sub(r"\s+·", " ·", seen(page(town, town.supervisor, path)))
    shown = html.unescape(seen(page(town, town.supervisor, path, lang="en")))
    assert en in re.sub(r"\s+·", " ·", shown)
    file = seen(page(town, town.supervisor, f"/desk/cases/{case['case_id']}/file"))
    assert "其他内容" not in file


def test_a_report_in_another_reference_system_is_where_it_was(town):
    case = town.worker.report(crs="gcj02").get_json()
    town.acceptor.act(case, "accept")
    town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    town.housing.act(case, "sign")
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    place = {"lon": case["lon"], "lat": case["lat"]}
    case = town.worker.act(case, "pass_check", attachments=[town.photo()], **place)
    text = seen(page(town, town.supervisor, f"/board/cases/{case['case_id']}"))
    assert "距上报位置 0 米" in text
    assert "更正" not in text


def test_a_case_out_of_sight_is_not_there(town):
    case = closed(town)
    east = town.hire("supervisor", "grid", EAST)
    assert page(town, east, f"/board/cases/{case['case_id']}").status_code == 404
    assert page(town, east, f"/desk/cases/{case['case_id']}/file").status_code == 404
    assert step(town, east, case, "spot_check", solved="true").status_code == 404


def test_a_closing_passes_or_fails_from_its_page(town):
    case = closed(town)
    assert step(town, town.supervisor, case, "spot_check", solved="true", note="照片属实").status_code == 302
    assert town.supervisor.read(case)["reopen_wanted"] is False
    assert step(town, town.supervisor, case, "spot_check", solved="false").status_code == 302
    assert town.supervisor.read(case)["reopen_wanted"] is True
    assert town.steps(case)[-2:] == ["spot_check", "spot_check"]


def test_what_calling_back_brought_is_shown_as_it_was_said(town):
    case = closed(town)
    for data in (
        {"contacted": False, "note": "无人接听"},
        {"contacted": True, "solved": True, "satisfaction": "partly", "why": "路面未平"},
        {"solved": False, "satisfaction": "not", "why": "又堆上了", "note": "当晚"},
    ):
        town.acceptor.act(case, "call_back", **data)
    town.supervisor.act(case, "spot_check", solved=True, note="照片属实")
    path = f"/board/cases/{case['case_id']}"
    (card,) = re.findall(r'(?s)<h\d[^>]*id="verdicts".*?</section>', page(town, town.supervisor, path).text)
    verdicts = [set(re.findall(r"<dd>([^<]*)</dd>", each)) for each in re.findall("(?s)<dl.*?</dl>", tight(card))]
    assert verdicts == [
        {"未联系上", "无人接听"},
        {"已联系上", "已解决", "基本满意", "路面未平"},
        {"未解决", "不满意", "又堆上了", "当晚"},
        {"通过：确已解决", "照片属实"},
    ]
    assert "<dd>Not reached</dd>" in tight(page(town, town.supervisor, path, lang="en").text)


def following(answer):
    """Where what was just done leads."""
    return [link.says for one in elements(answer.text, "div", class_="alert-success") for link in one.all("a")]


@pytest.mark.both_databases
def test_one_closing_leads_to_the_next_that_waits(town):
    first, second = (forced(town) for _ in range(2))
    done = step(town, town.supervisor, first, "spot_check", solved="true")
    shown = town.client.get(done.headers["Location"], headers={**town.supervisor.headers, "Accept": "text/html"})
    assert links_of(shown.text)[f"/board/cases/{second['case_id']}"] == "抽查下一件"
    done = step(town, town.supervisor, second, "spot_check", solved="true")
    shown = town.client.get(done.headers["Location"], headers={**town.supervisor.headers, "Accept": "text/html"})
    assert following(shown) == ["回到抽查清单"]


def test_only_a_look_at_a_closing_leads_to_the_next(town):
    forced(town)
    case = town.handling()
    done = step(town, town.supervisor, case, "supervise", grade="yellow")
    shown = town.client.get(done.headers["Location"], headers={**town.supervisor.headers, "Accept": "text/html"})
    assert texts_of(shown.text, "div", class_="alert-success") == ["已办理：督办。"]
    assert following(shown) == []


def test_what_was_not_checked_is_told_by_how_the_case_stands(town):
    def told(case):
        return seen(page(town, town.supervisor, f"/board/cases/{case['case_id']}"))

    waiting, refused = town.dispatched(), town.worker.report().get_json()
    town.acceptor.act(refused, "refuse", reason="不属网格事项")
    assert "还没有核查。" in told(waiting)
    assert "强制结案）" not in told(waiting)
    assert "没有现场核查。" in told(refused)
    assert "没有现场核查（自行处置认定、材料核对或强制结案）。" in told(forced(town))


def test_the_supervisor_reads_what_the_department_did_the_timeline_and_the_place(town):
    case = town.handling(address="胜利街 3 号")
    path = f"/board/cases/{case['case_id']}"
    assert "还没有处置结果。" in seen(page(town, town.supervisor, path))
    town.housing.act(case, "finish", result="已清运两车，路面冲洗", attachments=[town.photo()])
    shown = page(town, town.supervisor, path)
    results = re.search(r'(?s)aria-labelledby="results".*?</section>', shown.text)[0]
    assert "已清运两车，路面冲洗" in results
    assert "县住房和城乡建设局" in results
    way = re.search(r'(?s)<ol class="way">.*?</ol>', shown.text)[0]
    assert re.findall(r"<strong>([^<]+)</strong>", way)[:3] == ["处置完成", "签收", "派遣"]
    assert re.search(r'id="map"[^>]* data-lon="112\.[0-9]+" data-lat="[0-9.]+"[^>]* data-outline="\{', shown.text)
    assert f'href="/desk/cases/{case["case_id"]}">在工作台打开' in tight(shown.text)
    assert page(town, town.supervisor, f"/desk/cases/{case['case_id']}").status_code == 200


def test_the_map_begins_at_a_level_that_tells_something(town):
    def chosen(actor):
        options = page(town, actor, "/board/").text.split('name="level"')[1]
        return re.search(r'<option value="(\w+)" selected>', options)[1]

    assert chosen(town.supervisor) == "township"
    assert chosen(town.township) == "village"
    assert chosen(town.hire("supervisor", "grid", GRID)) == "grid"


def test_an_open_case_is_supervised_by_a_card(town):
    case = town.handling()
    assert step(town, town.supervisor, case, "supervise", grade="yellow").status_code == 302
    assert "— 黄牌" in seen(page(town, town.supervisor, "/board/cases", show="supervised"))


def test_a_form_sent_twice_is_one_step(town):
    case, op_id = town.handling(), uuid4()
    for _ in range(2):
        assert step(town, town.supervisor, case, "supervise", op_id=op_id, grade="red").status_code == 302
    assert town.steps(case).count("supervise") == 1


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("spot_check", {}, 422),
        ("supervise", {"grade": "yellow"}, 409),
        ("reopen", {}, 422),
        ("reopen", {"reason": "\u3000 "}, 422),
        ("close", {}, 403),
        ("dance", {}, 422),
    ],
)
def test_a_refused_form_says_why_on_the_page(town, action, fields, status):
    case = closed(town)
    answer = step(town, town.supervisor, case, action, **fields)
    assert answer.status_code == status
    assert alert(answer.text)
    assert texts_of(answer.text, "h1")[0].startswith(case["number"])


def test_forms_are_those_of_the_procedure(town):
    case = closed(town)

    def forms(actor):
        return re.findall(r'name="action" value="(\w+)"', page(town, actor, f"/board/cases/{case['case_id']}").text)

    assert forms(town.supervisor) == ["spot_check", "reopen"]
    assert forms(town.leader) == ["reopen"]
    assert forms(town.township) == []
    shown = page(town, town.township, f"/board/cases/{case['case_id']}").text
    assert "此案件现在没有您可办的监督操作。" in texts_of(shown, "p", class_="text-secondary")


def test_a_browser_needs_the_token_of_its_session(town):
    case = town.handling()
    session = town.supervisor.headers["Authorization"].removeprefix("Bearer ")
    town.client.set_cookie("gezhi_session", session, domain="localhost")
    form = {"op_id": uuid4(), "action": "supervise", "seen": 5, "grade": "red"}
    answer = town.client.post(f"/board/cases/{case['case_id']}/steps", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "supervise" not in town.steps(case)


def test_what_people_wrote_is_text_and_never_markup(town):
    evil = "<script>alert(1)</script>"
    case = town.worker.report(description=evil, address=evil).get_json()
    for path in (f"/board/cases/{case['case_id']}", "/board/cases", f"/desk/cases/{case['case_id']}/file"):
        shown = page(town, town.supervisor, path).text
        assert evil not in shown
        assert [text for text in texts_of(shown, "body") if evil in text], path


def test_the_proof_fails_aloud_when_history_was_edited(town, app):
    case = town.worker.report(at=HERE).get_json()
    with app.app_context(), transaction() as session:
        session.execute(db.text("UPDATE case_steps SET data = '{}'"))
    text = seen(page(town, town.supervisor, f"/board/cases/{case['case_id']}"))
    assert "✗ 核对不通过" in text
    assert "数据与摘要不符" in text
    assert not UUID.search(text)
    assert "✗ 核对不通过" in seen(page(town, town.supervisor, f"/desk/cases/{case['case_id']}/file"))


@pytest.mark.parametrize("path", ["/board/", "/board/cases", "/board/audit"])
def test_the_board_is_complete_in_english(town, path):
    shown = page(town, town.supervisor, path, lang="en").text
    main = re.search(r"(?s)<main.*</main>", shown).group()
    without_data = re.sub(r'(?s)<select class="form-select" id="(class|grid)".*?</select>', "", main)  # names
    assert not re.search("[一-鿿]", without_data)
