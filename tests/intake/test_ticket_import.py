"""Tickets come as a file of another system: each row makes a case once, and says by itself what is wrong with it."""

import json
import re

import pytest
from click.testing import CliRunner

from app.frame import sheets
from app.identity import queries as identity
from app.intake import ticket_file
from app.intake.ticket_commands import tickets
from tests.factories.town import GARBAGE, GRID

pytestmark = pytest.mark.one_database
TITLES = ("编号", "来源", "诉求类型", "类别", "描述", "网格", "期限", "保密", "反映人", "电话", "同意保存")
WHOLE = ("12345-1", "热线", "投诉", "暴露垃圾", "路口垃圾成堆", GRID, "2026-12-01", "是", "李小红", "13800001234", "是")


@pytest.fixture
def run(app, town, tmp_path):
    def import_file(content, *options, username=None):
        file = tmp_path / "tickets.xlsx"
        file.write_bytes(content)
        with app.app_context():
            name = username or identity.account(town.acceptor.id).username
            return CliRunner().invoke(tickets, ["import", str(file), "--as", name, *options])

    return import_file


def sheet(*rows, titles=TITLES):
    return sheets.write("工单", [(title, 12) for title in titles], rows)


def cases(town):
    return town.acceptor.get("cases").get_json()["items"]


def test_a_sheet_of_tickets_makes_each_case_once_and_tells_what_is_wrong_by_row(town, run):
    wrong = (
        ("", *WHOLE[1:]),
        ("12345-2", "哪里", *WHOLE[2:]),
        ("12345-3", *WHOLE[1:5], "没有这个网格", *WHOLE[6:]),
        ("12345-4", *WHOLE[1:6], "明天", *WHOLE[7:]),
        ("12345-5", *WHOLE[1:10], ""),  # keeps name and number without consent
    )
    tried = run(sheet(WHOLE, *wrong), "--dry-run")
    assert (tried.exit_code, cases(town)) == (1, [])
    done = run(sheet(WHOLE, *wrong))
    assert done.exit_code == 1
    for row, word in ((3, "编号"), (4, "哪里"), (5, "没有这个网格"), (6, "明天"), (7, "同意")):
        assert any(f"第 {row} 行" in line and word in line for line in done.output.splitlines()), (row, done.output)
    (case,) = cases(town)
    assert (case["source"], case["external_no"], case["ticket_kind"], case["secret"]) == (
        "hotline", "12345-1", "complaint", True,
    )  # fmt: skip
    assert (case["class"]["code"], case["grid"]["code"]) == (GARBAGE, GRID)
    assert case["external_due"] == "2026-12-01T15:59:00+00:00"  # a day alone ends with that day
    citizen = town.acceptor.get(f"cases/{case['case_id']}/citizen").get_json()
    assert citizen["name"] == "李**"
    again = run(sheet(WHOLE))
    assert (again.exit_code, len(cases(town))) == (0, 1)
    other = run(sheet((*WHOLE[:4], "说的是另一件事", *WHOLE[5:])))
    assert (other.exit_code, len(cases(town))) == (1, 1)


def test_json_is_taken_as_the_interface_takes_reports(town, run):
    ticket = {
        "external_no": "督-1",
        "source": "superior",
        "description": "督办件",
        "grid": GRID,
        "ticket_kind": "report",
    }
    done = run(json.dumps([ticket, {"description": "没有编号"}]).encode())
    assert done.exit_code == 1
    assert [case["external_no"] for case in cases(town)] == ["督-1"]
    for content in (b"{}", b"[", sheet(("1",), titles=("号码",)), b"nothing"):
        assert run(content).exit_code != 0
    assert run(json.dumps([ticket]).encode(), username="nobody").exit_code == 1
    worker = identity_name(town, town.worker)
    assert run(json.dumps([{**ticket, "external_no": "督-2"}]).encode(), username=worker).exit_code == 1
    assert len(cases(town)) == 1


def test_a_ticket_without_a_source_is_the_hotlines_in_a_sheet_and_in_json_and_makes_one_case(town, run):
    titles = ("编号", "描述", "网格")
    assert run(sheet(("12345-9", "路口垃圾成堆", GRID), titles=titles)).exit_code == 0
    ticket = {"external_no": "12345-9", "description": "路口垃圾成堆", "grid": GRID}
    again = run(json.dumps([{**ticket, "source": None}, ticket]).encode())
    assert (again.exit_code, [one["source"] for one in cases(town)]) == (0, ["hotline"]), again.output


def test_what_the_sender_says_later_comes_by_the_file_too(town, run):
    titles = ("编号", "描述", "事项", "来源", "理由", "期限", "新编号", "答复", "结果", "网格")

    def later(number, act, *, source="上级交办", reason="", due="", new="", reply="", outcome=""):
        return (number, "", act, source, reason, due, new, reply, outcome, "")

    def line(*rows):
        return run(sheet(*rows, titles=titles))

    first, second = (
        (number, "垃圾成堆", act, "上级交办", "", "2026-12-01", "", "", "", GRID)
        for number, act in (("督-1", ""), ("督-2", "登记"))
    )
    ahead = (later("督-1", "答复", reply="已清理", outcome="问题已解决"), later("督-3", "二次派单", reason="仍有"))
    tried = run(sheet(first, *ahead, titles=titles), "--dry-run")  # of a ticket that stands before it, or nowhere
    assert ("第 3 行" in tried.output, "第 4 行" in tried.output) == (False, True), tried.output
    taken = line(first, second)
    assert taken.exit_code == 0, taken.output
    by_number = {case["external_no"]: case for case in cases(town)}
    asked = {"external_due": "2026-12-20T18:00:00+08:00", "reason": "雨天"}
    town.acceptor.act(by_number["督-1"], "ask_sender_time", **asked)
    town.acceptor.act(by_number["督-2"], "ask_sender", reason="地点在邻县")
    answers = (later("督-1", "来源同意延期", due="2026-12-10"), later("督-2", "来源同意退回"))
    wrong = (later("督-3", "二次派单", reason="仍有"), later("督-1", "哪里"), later("督-2", "答复", reply="已办"))
    tried = run(sheet(*answers, *wrong, titles=titles), "--dry-run")
    assert town.steps(by_number["督-1"]) == ["report", "ask_sender_time"], tried.output
    done = line(*answers, *wrong)
    assert done.exit_code == 1
    for row, word in ((4, "编号"), (5, "哪里")):
        assert any(f"第 {row} 行" in text and word in text for text in done.output.splitlines()), done.output
    assert "第 6 行" in done.output  # half a reply, to a case that has ended
    assert town.acceptor.read(by_number["督-1"])["external_due"] == "2026-12-10T15:59:00+00:00"
    assert town.acceptor.read(by_number["督-2"])["ended_how"] == "returned_to_sender"
    rows = (
        later("督-2", "二次派单", reason="经核在本县", new="督-9"),
        later("督-1", "答复", reply="已清理", outcome="问题已解决"),
    )
    for _ in range(2):  # read twice, it is done once
        done = line(*rows)
        assert done.exit_code == 0, done.output
    again = town.acceptor.read(by_number["督-2"])
    assert (again["state"], again["round"], again["external_no"]) == ("reported", 2, "督-9")
    assert town.acceptor.read(by_number["督-1"])["ticket"]["outcome"] == "solved"
    town.acceptor.act(by_number["督-1"], "accept")
    carrier = town.acceptor.act(town.worker.report().get_json(), "accept")
    third = town.acceptor.report(source="superior", external_no="督-7", external_due=asked["external_due"]).get_json()
    town.acceptor.act(third, "merge", into=carrier["case_id"])
    town.acceptor.act(carrier, "ask_sender_time", external_due="2026-12-28T18:00:00+08:00", reason="雨天")
    assert line(later("督-7", "来源同意延期", due="2026-12-27")).exit_code == 0
    assert town.acceptor.read(carrier)["external_due"] == "2026-12-27T15:59:00+00:00"


@pytest.mark.parametrize(
    ("act", "given", "left_out"),
    [
        ("申请退回来源", {"理由": "地点在邻县"}, ("保密", "要求答复", "诉求类型", "期限")),
        ("二次派单", {"理由": "仍有"}, ("保密", "要求答复", "诉求类型")),
        ("答复", {"答复": "已清理", "结果": "问题已解决"}, ("保密", "要求答复", "诉求类型", "期限")),
        ("补录工单", {}, ("期限",)),
    ],
)
def test_a_later_row_may_be_written_out_in_full_and_says_which_columns_were_left_out(town, run, act, given, left_out):
    """Programs write every column of a ticket in each of its rows, also such as this step has no use for."""
    titles = ("编号", "描述", "事项", "来源", "网格", "期限", "保密", "要求答复", "诉求类型", "理由", "答复", "结果")
    whole = {
        "编号": "督-1", "描述": "垃圾成堆", "来源": "上级交办", "网格": GRID, "期限": "2026-12-01", "保密": "否",
        "要求答复": "是", "诉求类型": "投诉" if act == "补录工单" else "其他说法",
    }  # fmt: skip
    first = town.acceptor.report(source="superior", external_no="督-1").get_json()
    if act == "二次派单":
        town.acceptor.act(first, "ask_sender", reason="地点在邻县")
        town.acceptor.act(first, "sender_took_back")
    content = sheet([{**whole, **given, "事项": act}.get(title, "") for title in titles], titles=titles)
    for options in (("--dry-run",), ()):
        done = run(content, *options)
        assert done.exit_code == 0, done.output
        (note,) = (text for text in done.output.splitlines() if "已略去" in text)
        assert set(re.findall(r"已略去：([^。]*)。", note)[0].split("、")) == set(left_out)
    assert town.steps(first)[-1] == {
        "申请退回来源": "ask_sender", "二次派单": "second_order", "答复": "reply", "补录工单": "note_ticket",
    }[act]  # fmt: skip
    assert town.acceptor.read(first)["ticket_kind"] == ("complaint" if act == "补录工单" else None)


def test_the_same_words_count_once_for_each_time_the_sender_says_them(town, run):
    titles = ("编号", "描述", "事项", "来源", "理由", "期限", "时间")

    def line(number, act, *, due="", at="", reason="照前"):
        return run(sheet((number, "", act, "上级交办", reason, due, at), titles=titles))

    ticket = {"source": "superior", "external_no": "督-1", "external_due": "2026-12-01T18:00:00+08:00"}
    case = town.acceptor.report(**ticket).get_json()
    wanted = {"external_due": "2026-12-20T18:00:00+08:00", "reason": "雨天"}
    for round_ in (1, 2, 3):
        town.acceptor.act(case, "ask_sender_time", **wanted)
        for _ in range(2):  # read twice, it is done once
            done = line("督-1", "来源不同意延期")
            assert done.exit_code == 0, done.output
        assert town.acceptor.read(case)["ticket"]["asked"] is None
        town.acceptor.act(case, "ask_sender", reason="地点在邻县")
        for _ in range(2):
            done = line("督-1", "来源同意退回")
            assert done.exit_code == 0, done.output
        at = f"2026-11-2{round_}" if round_ > 1 else ""
        for _ in range(2):
            done = line("督-1", "二次派单", at=at)
            assert (done.exit_code, town.acceptor.read(case)["round"]) == (0, round_ + 1), done.output
    town.acceptor.act(case, "ask_sender", reason="地点在邻县")
    assert line("督-1", "来源同意退回").exit_code == 0
    assert line("督-1", "二次派单", at="2026-11-22").exit_code == 0  # that of then, though it has ended again
    assert town.acceptor.read(case)["state"] == "rejected"
    assert line("督-1", "二次派单").exit_code == 0
    # of several senders the row is that of its own, and answers only what its own was asked
    town.acceptor.act(case, "accept")
    carried = town.acceptor.report(**{**ticket, "source": "hotline"}).get_json()
    town.acceptor.act(carried, "merge", into=case["case_id"])
    case = town.acceptor.act(case, "ask_sender_time", sender_no=carried["number"], **wanted)
    other = line("督-1", "来源同意延期", due="2026-12-10")
    assert (other.exit_code, carried["number"] in other.output) == (1, True), other.output
    assert town.acceptor.read(case)["ticket"]["asked"] == "time"
    given = ("督-1", "", "来源同意延期", "热线", "", "2026-12-10", "")
    assert run(sheet(given, titles=titles)).exit_code == 0
    assert town.acceptor.read(case)["ticket"]["asked"] is None


LATER = (
    "编号", "描述", "事项", "来源", "理由", "期限", "网格", "是否联系上", "问题是否解决", "满意度",
    "不满意或未解决的原因", "补充说明", "要求答复", "诉求类型",
)  # fmt: skip


def later(**cells):
    """A row by the titles of its columns; of the superior, if it says nothing else."""
    return tuple({"来源": "上级交办", **cells}.get(title, "") for title in LATER)


def closed_ticket(town, number):
    """A ticket that its centre's leader has closed."""
    case = town.acceptor.report(source="superior", external_no=number, reply_wanted=False).get_json()
    return town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])


def test_what_the_centre_asks_of_a_sender_comes_by_the_file_too(town, run):
    case = town.acceptor.report(source="superior", external_no="督-1", external_due="2026-12-01T18:00:00+08:00")
    case = case.get_json()
    ask = later(编号="督-1", 事项="向来源申请延期", 理由="雨天", 期限="2026-12-20")
    back = later(编号="督-1", 事项="ask_sender", 理由="地点在邻县")
    for rows in ((back,), (back, later(编号="督-1", 事项="来源不同意退回", 理由="请就近处理"), ask)):
        tried = run(sheet(*rows, titles=LATER), "--dry-run")
        assert tried.exit_code == 0, tried.output
        assert (town.steps(case), f"{len(rows)} 件可以收下" in tried.output) == (["report"], True)
    done = run(sheet(back, later(编号="督-1", 事项="来源不同意退回", 理由="请就近处理"), ask, titles=LATER))
    assert done.exit_code == 0, done.output
    asked = ["report", "ask_sender", "sender_refused", "ask_sender_time"]
    assert (town.steps(case), town.acceptor.read(case)["ticket"]["asked"]) == (asked, "time")
    again = run(sheet(back, ask, titles=LATER))  # read once more, nothing is asked twice
    assert (again.exit_code, town.steps(case)) == (0, asked), again.output
    missing = run(sheet(later(编号="督-1", 事项="向来源申请延期", 期限="2026-12-21"), titles=LATER))
    assert (missing.exit_code, town.steps(case)) == (1, asked)


def test_call_backs_and_what_follows_them_come_by_the_file_too(town, run):
    case, other = closed_ticket(town, "督-1"), closed_ticket(town, "督-2")
    silent = later(编号="督-1", 事项="回访", 是否联系上="未联系上", 补充说明="无人接听")
    unsolved = {
        "事项": "回访",
        "是否联系上": "是",
        "问题是否解决": "否",
        "满意度": "不满意",
        "不满意或未解决的原因": "又堆上了",
    }
    as_acceptor = run(sheet(silent, later(编号="督-1", **unsolved), later(编号="督-2", **unsolved), titles=LATER))
    assert as_acceptor.exit_code == 0, as_acceptor.output
    ticket = town.acceptor.read(case)
    assert (ticket["ticket"]["calls"], ticket["ticket"]["satisfaction"], ticket["reopen_wanted"]) == (2, "not", True)
    decided = (
        later(编号="督-1", 事项="不予重办", 理由="系新的垃圾，另行上报"),
        later(编号="督-2", 事项="重办", 理由="没有解决"),
    )
    refused = run(sheet(*decided, titles=LATER))  # who takes tickets in does not decide that
    assert (refused.exit_code, town.acceptor.read(case)["reopen_wanted"]) == (1, True)
    for _ in range(2):
        done = run(sheet(*decided, titles=LATER), username=identity_name(town, town.leader))
        assert done.exit_code == 0, done.output
    assert (town.acceptor.read(case)["reopen_wanted"], town.acceptor.read(other)["round"]) == (False, 2)
    assert town.steps(case) == ["report", "force_close", "call_back", "call_back", "decline_reopen"]


@pytest.mark.parametrize("option", [(), ("--dry-run",)])
def test_a_row_is_refused_whole_and_names_its_column(town, run, option):
    case = closed_ticket(town, "督-1")
    sent = town.acceptor.report(source="superior", external_no="督-2").get_json()
    rows = (
        (later(编号="督-1", 事项="回访", 是否联系上="也许", 问题是否解决="是"), "“是否联系上”"),
        (later(编号="督-1", 事项="回访", 问题是否解决="否", 满意度="很好"), "“满意度”"),
        (later(编号="督-1", 事项="回访", 问题是否解决="否", 满意度="不满意"), "“不满意或未解决的原因”"),
        (later(编号="督-1", 事项="回访", 满意度="满意"), "“问题是否解决”"),
        (later(编号="督-2", 事项="申请退回来源"), "“理由”"),
        (later(编号="督-2", 事项="向来源申请延期", 理由="雨天", 期限="2020-01-01"), "“期限”"),
        (later(编号="督-2", 事项="不予重办", 理由="没有重办"), "权限"),
        (later(编号="督-4", 描述="垃圾", 网格=GRID, 期限="明天"), "“期限”"),
        (later(编号="督-4", 描述="垃" * 2001, 网格=GRID), "“描述”"),
        (later(编号="督-4", 描述="垃圾", 网格=GRID, 要求答复="也许"), "“要求答复”"),
    )
    done = run(sheet(*(row for row, _ in rows), titles=LATER), *option)
    assert done.exit_code == 1
    for number, (_, word) in enumerate(rows, 2):
        assert any(f"第 {number} 行" in line and word in line for line in done.output.splitlines()), (number, word)
    assert (town.steps(case), town.steps(sent)) == (["report", "force_close"], ["report"])


def test_json_names_its_members_and_a_trial_sees_what_a_later_row_could_not_bring(town, run):
    first = {"external_no": "督-1", "source": "superior", "description": "垃圾", "grid": GRID}
    step = {"external_no": "督-1", "source": "superior", "action": "call_back", "data": {"solved": "perhaps"}}
    tried = run(json.dumps([first, {**first, "description": "另一件事"}, step]).encode(), "--dry-run")
    assert (tried.exit_code, "第 1 行" in tried.output) == (1, False)
    assert [text in tried.output for text in ("第 2 行", "第 3 行", "“solved”")] == [True, True, True], tried.output
    assert cases(town) == []


def test_the_help_names_every_column_and_every_step(app):
    text = CliRunner().invoke(tickets, ["import", "--help"]).output.replace("\n", "").replace(" ", "")
    named = (*ticket_file.COLUMNS, *(str(one.words) for one in ticket_file.ACTS))
    assert [one for one in named if one not in text] == []


def test_a_row_speaks_for_the_sender_of_its_own_ticket_and_for_no_other(town, run):
    carrier = town.acceptor.report(source="superior", external_no="督-1", reply_wanted=False).get_json()
    carried, further = (
        town.acceptor.report(source=source, external_no=number, reply_wanted=False).get_json()
        for source, number in (("hotline", "12345-7"), ("petition", "访-8"))
    )
    town.acceptor.act(further, "merge", into=carried["case_id"])
    town.acceptor.act(carried, "merge", into=carrier["case_id"])
    rows = (
        later(编号="12345-7", 来源="热线", 事项="申请退回来源", 理由="地点在邻县"),
        later(编号="12345-7", 来源="热线", 事项="来源同意退回"),
        later(编号="访-8", 来源="信访", 事项="来源不同意退回", 理由="请就近处理"),
    )
    for asked in (False, True):  # whether or not the carrier's own sender was asked
        for option in ((), ("--dry-run",)):
            done = run(sheet(*rows, titles=LATER), *option)
            assert [f"第 {row} 行" in done.output for row in (2, 3, 4)] == [True, True, True], done.output
        case = town.acceptor.read(carrier)
        assert (case["state"], case["ticket"]["asked"]) == ("reported", "return" if asked else None)
        if not asked:
            town.acceptor.act(carrier, "ask_sender", reason="地点在邻县")
    # the same number of another source is another ticket
    done = run(sheet(later(编号="12345-7", 事项="补录工单", 要求答复="是"), titles=LATER))
    assert (done.exit_code, "第 2 行" in done.output) == (1, True)
    kind = run(sheet(later(编号="访-8", 来源="信访", 事项="补录工单", 诉求类型="求助"), titles=LATER))
    assert (kind.exit_code, "“诉求类型”" in kind.output) == (1, True), "it would be noted of the carrier's own"
    done = run(sheet(later(编号="访-8", 来源="信访", 事项="补录工单", 要求答复="是"), titles=LATER))
    assert (done.exit_code, town.acceptor.read(carrier)["ticket"]["reply_wanted"]) == (0, True), done.output
    town.acceptor.act(carrier, "sender_refused", reason="请就近处理")
    asked = later(编号="12345-7", 来源="热线", 事项="向来源申请延期", 理由="雨天", 期限="2026-12-20")
    assert run(sheet(asked, titles=LATER)).exit_code == 0
    given = later(编号="督-1", 事项="来源同意延期", 期限="2026-12-20")
    done = run(sheet(given, titles=LATER))
    assert (done.exit_code, "“编号”" in done.output) == (1, True), done.output
    assert (
        run(sheet(later(编号="12345-7", 来源="热线", 事项="来源同意延期", 期限="2026-12-20"), titles=LATER)).exit_code
        == 0
    )
    assert run(sheet(later(编号="督-1", 事项="来源同意退回"), titles=LATER)).exit_code == 1  # nobody was asked that now


def identity_name(town, actor):
    with town.app.app_context():
        return identity.account(actor.id).username


def test_a_drill_of_the_same_number_keeps_no_real_ticket_away_and_takes_none_of_its_rows(town, run):
    drill = town.acceptor.report(source="hotline", external_no="12345-1", drill=True).get_json()
    assert run(sheet(WHOLE)).exit_code == 0
    assert sorted(case["drill"] for case in cases(town)) == [False, True]
    real = next(case for case in cases(town) if not case["drill"])
    assert real["case_id"] != drill["case_id"]
    town.acceptor.act(real, "ask_sender", reason="地点在邻县")
    answer = ("12345-1", "", "来源同意退回", "热线")
    said = run(sheet(answer, titles=("编号", "描述", "事项", "来源")))
    assert said.exit_code == 0, said.output
    seen = {case["case_id"]: case["seq"] for case in cases(town)}
    assert (seen[drill["case_id"]], seen[real["case_id"]]) == (drill["seq"], real["seq"] + 2)


@pytest.mark.parametrize("option", ["--dry-run", "-v"])
def test_a_ticket_that_somebody_registered_by_hand_is_no_second_case_while_it_goes_on(town, run, option):
    body = {"external_no": "12345-1", "reporter": {"name": "李小红", "phone": "13800001234", "consent": True}}
    own = town.acceptor.report(source="hotline", **body).get_json()
    options = ("--dry-run",) if option == "--dry-run" else ()

    def refused_row():
        done = run(sheet(WHOLE, ("12345-9", *WHOLE[1:])), *options)
        assert done.exit_code == 1
        assert [own["number"] in line for line in done.output.splitlines() if "第 2 行" in line] == [True], done.output

    refused_row()
    carrier = town.worker.report(GARBAGE).get_json()
    town.acceptor.act(own, "merge", into=carrier["case_id"])
    refused_row()  # it goes on in another
    assert sum(case["external_no"] == "12345-1" for case in cases(town)) == 1
    town.acceptor.act(own, "unmerge", reason="不是同一处")
    town.acceptor.act(own, "refuse", reason="不属受理范围")
    assert run(sheet(WHOLE), *options).exit_code == 0, "what has ended is no hindrance, nor another source's number"
