"""Forms are made from rules: every act has one, with names in both languages, and it reads back what it asks."""

import re
from uuid import uuid4

import pytest
from werkzeug.datastructures import MultiDict

from app.cases import protocol
from app.catalogue.queries import catalogue
from app.desk import form_questions
from app.desk.form_questions import Known
from app.factory import create_app
from tests.board.boards import step as board_step
from tests.desk.browser import Desk, path_of
from tests.factories.lively import lively
from tests.factories.town import HOUSING
from tests.support.elements import elements, errors_at, links_of, outcome, texts_of, tight, value_of
from workflows.case import CASE
from workflows.case_keys import KEYS
from workflows.case_procedure import CASE_PROCEDURE
from workflows.forms import Choice
from workflows.words import Words

pytestmark = pytest.mark.one_database
NOTHING = Known({}, {}, {})
MANY = [Choice(str(number), Words(f"第{number}", f"No. {number}")) for number in range(20)]


@pytest.fixture(scope="module", autouse=True)
def _rules(tmp_path_factory):
    create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})


def acts():
    """Every action that people take on a case that is there, with all it may need."""
    for action in CASE.actions:
        moves = [move for move in CASE.moves_of(action) if move.permission and "start" not in move.sources]
        if moves:
            yield action, tuple(dict.fromkeys(need for move in moves for need in move.needs))


def test_every_act_has_a_form_that_asks_for_what_its_moves_need():
    for action, needs in acts():
        known = Known({"class": MANY, "lead": MANY, "condition": MANY, "grid": MANY}, {}, {})
        built = form_questions.build(protocol.form_of("case", action), needs, known)
        asked = {name for field in built for name in (("lon", "lat") if field.kind == "place" else (field.name,))}
        assert set(needs) <= asked, action
        required = {field.name for field in built if field.required}
        assert {"place" if need in ("lon", "lat") else need for need in needs} <= required, action
        for field in built:
            assert all(field.label), (action, field.name)
            assert field.kind, (action, field.name)


def test_what_an_act_needs_stands_first_and_what_every_act_may_carry_stands_aside():
    built = form_questions.build(protocol.form_of("case", "ask_extension"), ("due_at", "reason"), NOTHING)
    assert [field.name for field in built] == ["due_at", "reason", "note", "attachments"]
    assert [field.aside for field in built] == [False, False, True, True]


def test_a_form_reads_back_what_it_asks_for():
    built = form_questions.build(protocol.form_of("case", "ask_extension"), ("due_at", "reason"), NOTHING)
    given = MultiDict({"due_at": "2026-11-30T18:00", "reason": " 材料未到 ", "note": ""})
    data = form_questions.read(built, given)
    assert data == {"due_at": "2026-11-30T18:00:00+08:00", "reason": "材料未到"}
    assert protocol.schema_of("case", "ask_extension").load(data)["due_at"].hour == 10


def test_what_is_chosen_by_its_name_is_read_by_its_code():
    known = Known({"lead": [Choice("D-1", Words("县住建局", "Housing")), *MANY]}, {}, {})
    built = form_questions.build(protocol.form_of("case", "dispatch"), ("lead",), known)
    assert built[0].kind == "search"
    assert form_questions.read(built, MultiDict({"lead": "县住建局"}))["lead"] == "D-1"
    assert form_questions.read(built, MultiDict({"lead": "没有的"}))["lead"] == "没有的"


def test_yes_and_no_are_read_as_such():
    built = form_questions.build(protocol.form_of("case", "call_back"), ("solved",), NOTHING)
    assert form_questions.read(built, MultiDict({"solved": "false"})) == {"solved": False}
    assert form_questions.read(built, MultiDict()) == {}


def test_errors_stand_beside_their_fields():
    found = form_questions.act_errors(
        {"data.assist": {0: ["太短。"]}, "data.lon": ["不在辖区内。"], "data.lat": ["不在辖区内。"]}
    )
    assert found == {"assist": ("太短。",), "place": ("不在辖区内。",)}


def test_every_button_of_every_case_opens_a_form_and_no_page_shows_a_code(app, town, clock):
    cases = lively(town, clock)
    for person in (town.acceptor, town.duty, town.dispatcher, town.leader, town.housing, town.worker, town.supervisor):
        desk = Desk(app, person)
        for name, case in cases.items():
            page = desk.get(f"/desk/cases/{case['case_id']}")
            if page.status_code == 404:
                continue
            assert page.status_code == 200, (person.name, name, page.text[:500])
            for action in person.actions(case):
                form = desk.part(f"/desk/cases/{case['case_id']}/act/{action}")
                assert form.status_code == 200, (person.name, name, action, form.text)


def buttons(page):
    """The acts that a case offers, as they stand, each with the key that belongs to it wherever it stands."""
    found = re.findall(r'data-action data-key="(\w)" href="/desk/cases/[^/]+/act/(\w+)', tight(page.text))
    assert all(KEYS[action] == key for key, action in found)
    marked = re.findall(r'btn-primary" data-action data-key="\w" href="/desk/cases/[^/]+/act/(\w+)', tight(page.text))
    assert marked == [action for _, action in found[:1] if action in CASE_PROCEDURE.expected]
    return [action for _, action in found]


def test_what_is_done_every_day_stands_first_and_what_undoes_it_last(app, town):
    case = town.acceptor.report(source="hotline").get_json()
    offered = buttons(Desk(app, town.acceptor).get(f"/desk/cases/{case['case_id']}"))
    assert offered[0] == "verify"
    assert offered[-1] == "refuse"
    own = town.worker.report().get_json()
    assert buttons(Desk(app, town.acceptor).get(f"/desk/cases/{own['case_id']}"))[0] == "accept"
    dispatched = town.dispatched()
    offered = buttons(Desk(app, town.dispatcher).get(f"/desk/cases/{dispatched['case_id']}"))
    assert offered[-1] == "withdraw_dispatch"
    checked = town.checked()
    town.bring_photos(checked)
    assert buttons(Desk(app, town.duty).get(f"/desk/cases/{checked['case_id']}"))[0] == "close"


def test_an_error_is_told_beside_its_field_and_nothing_typed_is_lost(app, town):
    case = town.handling()
    desk = Desk(app, town.housing)
    answer = desk.act(case, "ask_extension", due_at="2020-01-01T09:00", reason="材料未到")
    assert answer.status_code == 422
    assert errors_at(answer.text, "f-due_at") == ["新时限应晚于现在的处置时限。"]
    assert (value_of(answer.text, "due_at"), value_of(answer.text, "reason")) == ("2020-01-01T09:00", "材料未到")
    answer = desk.act(case, "finish", result="好了")
    assert answer.status_code == 422
    assert "至少需要" in errors_at(answer.text, "f-attachments")[0]


def test_a_stale_form_shows_the_fresh_case_and_keeps_what_was_typed(app, town):
    case = town.worker.report().get_json()
    desk = Desk(app, town.acceptor)
    address, values = desk.form(case, "refuse")
    town.acceptor.act(case, "verify", verifier=str(town.next_worker.id))
    town.acceptor.act(case, "recall_verify")
    answer = desk.post(address, {**values, "reason": "不属网格事项"})
    assert answer.status_code == 409
    assert value_of(answer.text, "reason") == "不属网格事项"
    assert "收回核实" in texts_of(answer.text, "ol", class_="way")[0]
    town.acceptor.act(case, "accept")
    answer = desk.post(address, {**values, "reason": "不属网格事项"})
    assert answer.status_code == 409
    (refused,) = elements(answer.text, id="refused")
    assert texts_of(answer.text, "summary")[0] == "您刚才填写的内容"
    assert [one.says for one in refused.all("li")] == ["理由：不属网格事项"]


def test_sent_twice_is_done_once(app, town):
    case = town.worker.report().get_json()
    desk = Desk(app, town.acceptor)
    address, values = desk.form(case, "accept")
    assert [desk.post(address, values).status_code for _ in range(2)] == [303, 303]
    assert town.steps(case) == ["report", "accept"]


@pytest.mark.both_databases
def test_after_an_act_comes_the_next_case_of_the_list(app, town):
    first, second = (town.worker.report().get_json() for _ in range(2))
    desk = Desk(app, town.acceptor)
    done = desk.act(first, "accept", {"list": "queue=to_accept"})
    assert path_of(done) == f"/desk/cases/{second['case_id']}"
    page = desk.get(done.headers["Location"])
    assert outcome(page.text).startswith("已办理：受理")
    assert outcome(page.text).endswith("这是下一件")


@pytest.mark.both_databases
def test_from_the_desk_one_goes_on_to_what_is_most_pressing_in_all_queues(app, town):
    first, second = (town.worker.report().get_json() for _ in range(2))
    desk = Desk(app, town.acceptor)
    assert f"/desk/cases/{first['case_id']}?list=mine%3D1" in links_of(desk.get("/desk/").text)
    done = desk.act(first, "accept", {"list": "mine=1"})
    assert path_of(done) == f"/desk/cases/{second['case_id']}"
    done = desk.act(second, "accept", {"list": "mine=1"})
    assert path_of(done) == "/desk/"
    assert outcome(desk.get(done.headers["Location"]).text).startswith("已办理：受理")


def test_after_a_step_on_what_others_have_in_hand_one_stays_with_the_case(app, town):
    first, second = (town.worker.report().get_json() for _ in range(2))
    for case in (first, second):
        town.acceptor.act(case, "verify", verifier=str(town.next_worker.id))
    done = Desk(app, town.acceptor).act(first, "recall_verify", {"list": "queue=verifying"})
    assert path_of(done) == f"/desk/cases/{first['case_id']}"


def test_a_change_without_the_token_of_the_page_is_refused(app, town):
    case = town.worker.report().get_json()
    desk = Desk(app, town.acceptor)
    address, values = desk.form(case, "accept")
    assert desk.client.post(address, data={**values, "csrf_token": "x"}).status_code == 403
    assert town.steps(case) == ["report"]


def test_what_is_not_ones_own_is_not_offered_and_not_taken(app, town):
    case = town.worker.report().get_json()
    desk = Desk(app, town.duty)
    assert desk.part(f"/desk/cases/{case['case_id']}/act/accept").status_code == 403
    assert desk.post(f"/desk/cases/{case['case_id']}/act/accept", {"seen": "1"}).status_code == 403
    assert Desk(app, town.housing).get(f"/desk/cases/{case['case_id']}").status_code == 404
    assert Desk(app, town.water).post(f"/desk/cases/{case['case_id']}/act/sign", {"seen": "1"}).status_code == 404


def test_another_class_brings_its_own_conditions_and_the_list_is_remembered(app, town):
    case = town.accepted()
    desk = Desk(app, town.duty)
    asked = {"list": "queue=to_file&class=0102", "op_id": "x", "class": "C0102 污水井盖", "condition": ""}
    form = desk.get(f"/desk/cases/{case['case_id']}/act/file", query_string=asked, headers={"HX-Request": "1"}).text
    assert value_of(form, "class") == "C0102 污水井盖"
    offered = texts_of(form, "label", class_="form-check")
    for condition in conditions_of(app, "C0102"):
        assert [text for text in offered if condition in text], condition
    (act,) = elements(form, "form", class_="act")
    assert act.attributes["action"].endswith("list=queue%3Dto_file%26class%3D0102")


def conditions_of(app, code):
    """The texts of the conditions of a class."""
    with app.app_context():
        return [one.text for one in catalogue().get(code).conditions]


def test_numbers_of_a_form_may_be_of_any_length(app, town):
    case = town.handling()
    town.township.act(case, "whistle", called=[HOUSING])
    desk = Desk(app, town.housing)
    for number in ("9" * 5_000, "９" * 5_000, "-1", "1.5", "²"):
        for name in ("seen", "task"):
            sent = {"text": "看过了", "seen": "3", "op_id": str(uuid4()), name: number}
            answer = desk.post(f"/desk/cases/{case['case_id']}/act/comment", sent)
            assert answer.status_code < 500, (name, number[:9])
    assert board_step(town, town.supervisor, case, "supervise", seen="9" * 5_000).status_code < 500
