"""What somebody typed into a form that is no longer offered comes back in words, whole, and in their language."""

import re
from uuid import uuid4

import pytest

from tests.desk.browser import Desk
from tests.factories.town import HOUSING, TEAM, WATER
from tests.support.elements import elements, texts_of

pytestmark = pytest.mark.one_database
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def seen(answer):
    """The text of a page that people see."""
    plain = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def retold(answer):
    """What the page tells again of what was typed."""
    text = seen(answer)
    assert not UUID.search(text), UUID.search(text)
    assert not re.search(r"\b[A-Z]-[A-Z]+\b", text)
    return re.search(r"您刚才填写的内容 (.*?) ←|What you had typed (.*?) ←", text).group(0)


def sent_late(town, desk, case, action, meanwhile, lang="zh", **typed):
    """A form that is sent after the case went on; the page that answers."""
    address, values = desk.form(case, action)
    meanwhile()
    answer = desk.post(f"{address}?lang={lang}", {**values, **typed})
    assert answer.status_code == 409
    return answer


def test_who_was_to_verify_is_told_by_name(town):
    case = town.worker.report().get_json()
    late = sent_late(
        town, Desk(town.app, town.acceptor), case, "verify", lambda: town.acceptor.act(case, "accept"),
        verifier=str(town.next_worker.id), note="请今天看",
    )  # fmt: skip
    told = retold(late)
    assert "核实人（不选则由系统指派）：grid_worker" in told
    assert "补充说明：请今天看" in told


@pytest.mark.both_databases
def test_the_case_to_merge_into_is_told_by_number(town):
    case, other = (town.worker.report().get_json() for _ in range(2))

    def on():
        town.acceptor.act(case, "accept")
        town.duty.act(case, "file", **{"class": "0102", "condition": "1"})

    told = retold(sent_late(town, Desk(town.app, town.acceptor), case, "merge", on, into=other["case_id"]))
    assert f"并入哪个案件：{other['number']}" in told
    town.acceptor.act(other, "refuse", reason="不属网格事项")
    answer = Desk(town.app, town.acceptor).post(f"/desk/cases/{case['case_id']}/act/merge", {"into": other["case_id"]})
    assert f"并入哪个案件：{other['number']}" in retold(answer), "it is named even where it can no longer be chosen"
    answer = Desk(town.app, town.acceptor).post(f"/desk/cases/{case['case_id']}/act/merge", {"into": str(uuid4())})
    assert "并入哪个案件：（现已不能选择）" in retold(answer)


def test_a_handler_is_told_by_name_and_a_stranger_is_not(town):
    case = town.handling()
    colleague = town.hire("handler", "department", HOUSING)
    desk = Desk(town.app, town.housing)

    def on():
        town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])

    told = retold(sent_late(town, desk, case, "assign", on, handler=str(colleague.id)))
    assert "经办人：handlerING" in told
    answer = desk.post(f"/desk/cases/{case['case_id']}/act/assign", {"handler": str(town.leader.id)})
    assert "经办人：（现已不能选择）" in retold(answer)


def test_every_department_and_every_choice_is_told_in_the_readers_language(town):
    case = town.filed()

    def on():
        town.dispatcher.act(case, "dispatch", lead=TEAM)

    typed = {"lead": "县住房和城乡建设局", "assist": [WATER, TEAM]}
    late = sent_late(town, Desk(town.app, town.dispatcher), case, "dispatch", on, lang="en", **typed)
    told = retold(late)
    assert "Lead department: 县住房和城乡建设局" in told
    assert re.search("Assisting departments: (县城乡水务公司, 县综合行政执法队|县综合行政执法队, 县城乡水务公司)", told)
    case = town.handling()
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    sent = {"reason_code": "nothing_there", "seen": "1", "reason": "现场没有"}
    answer = Desk(town.app, town.housing).post(f"/desk/cases/{case['case_id']}/act/ask_return", sent)
    assert "退件原因：现场无此问题" in retold(answer)
    other = town.handling()

    def ended():
        town.leader.act(other, "force_close", reason="无法解决", attachments=[town.photo()])

    late = sent_late(town, Desk(town.app, town.supervisor), other, "supervise", ended, grade="red")
    assert "督办等级：红牌" in retold(late)


def test_a_form_for_a_case_that_was_taken_away_says_so_and_tells_what_was_typed_and_nothing_of_the_case(town):
    case = town.dispatched(description="只有承办人知道的事", address="某处")
    colleague = town.hire("handler", "department", HOUSING)
    desk = Desk(town.app, town.housing)
    address, values = desk.form(case, "assign", list="queue=to_sign")
    town.dispatcher.act(case, "withdraw_dispatch", reason="派错")
    for path in (address, address.replace(case["case_id"], str(uuid4()))):
        answer = desk.post(path, {**values, "handler": str(colleague.id), "note": "请小王去"})
        assert answer.status_code == 404
        text = seen(answer)
        assert "此件已不在贵单位" in text
        assert "补充说明：请小王去" in text
        assert "经办人：handlerING" in text
        assert not UUID.search(text)
        for secret in (case["number"], "只有承办人知道的事", "某处", "暴露垃圾"):
            assert secret not in answer.text
        assert elements(answer.text, "a", id="back", href="/desk/queues/to_sign")
    assert desk.get(f"/desk/cases/{case['case_id']}").status_code == 404
    assert texts_of(desk.post(f"{address}&lang=en", values).text, "h1") == ["This case is no longer with you"]


def test_somebody_of_another_department_is_not_named(town):
    case = town.handling()
    desk = Desk(town.app, town.water)
    answer = desk.post(f"/desk/cases/{case['case_id']}/act/assign", {"handler": str(town.leader.id)})
    assert answer.status_code == 404
    assert "经办人：（现已不能选择）" in seen(answer)
