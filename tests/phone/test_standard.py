"""By what a case is judged is the same at every face: the limit is the one that holds, and the phone has it too."""

import html
import json
import re
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from app.catalogue import queries
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from app.phone import pages
from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import GARBAGE, HOUSING, WATER
from tests.stories.test_self_fixed import drawn_id
from tests.support.elements import tight
from tests.support.node import node

STUBS = {  # what standard.js asks of the rest of the phone; a template is its own text here
    "ui.js": "export const html = (texts, ...values) =>"
    " texts.reduce((all, text, place) => all + text + [values[place] ?? ''].flat(9).join(''), '');",
    "settings.js": "export const settings = { value: { language: process.argv[2] } };",
    "package.json": '{"type": "module"}',
    "call.js": """import { standardOf } from "./standard.js";
        console.log([standardOf(JSON.parse(process.argv[3]))].flat(9).join(""));""",
}
LINE = re.compile(r"(?s)<dt>\s*(.*?)\s*</dt>\s*<dd>\s*(.*?)\s*</dd>")
LABELS = {"zh": ("立案条件", "处置标准", "阶段要求", "结案条件"),
          "en": ("Filing condition", "Standard of handling", "On the way", "Closure condition")}  # fmt: skip
LEVELS = [
    {"who": "first", "lead": WATER, "limit": {"work_minutes": 60, "source": "example"}, "on_late": "hand_on"},
    {"who": "last", "lead": HOUSING, "limit": {"work_minutes": 90, "source": "example"}, "on_late": "tell"},
]


@pytest.fixture
def phone(tmp_path):
    """The lines that the phone shows of a case."""
    for name in ("standard.js", "terms.js", "words.js"):
        (tmp_path / name).write_bytes((pages.STATIC / name).read_bytes())
    for name, text in STUBS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def phone(case, language="zh"):
        command = [*node(), tmp_path / "call.js", language, json.dumps(case)]
        text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
        return LINE.findall(text)

    return phone


def on_page(town, actor, path, language):
    """The lines of a page that say by what the case is judged."""
    answer = Desk(town.app, actor).get(f"{path}?lang={language}")
    assert answer.status_code == 200
    text = html.unescape(tight(answer.text))
    return [(label, line) for label, line in re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text)
            if label in LABELS[language]]  # fmt: skip


def everywhere(town, case, phone, language="zh"):
    """The lines of a case, which have to be the same on the phone, at the desk and on the board."""
    case_id, lines = case["case_id"], phone(town.worker.read(case), language)
    for actor, path in ((town.duty, "/desk/cases/"), (town.supervisor, "/board/cases/")):
        assert on_page(town, actor, f"{path}{case_id}", language) == lines
    return dict(lines)


def test_the_limit_shown_is_the_one_that_holds(town, phone):
    case = town.accepted()
    assert everywhere(town, case, phone) == {}
    case = town.dispatched()
    ordinary = everywhere(town, case, phone)
    assert tuple(ordinary) == tuple(label for label in LABELS["zh"] if label in ordinary)
    assert (ordinary["处置标准"], "结案条件" in ordinary) == ("8 个工作小时 内办结（示例，由县自定）", True)
    assert everywhere(town, case, phone, "en")["Standard of handling"].startswith("done within 8 working hours (")
    case = town.acceptor.act(case, "urgent")
    assert everywhere(town, case, phone)["处置标准"] == "8 小时（昼夜连续） 内办结（示例，由县自定）"
    case = town.acceptor.act(case, "clear_urgent")
    assert everywhere(town, case, phone) == ordinary


def test_of_a_chain_it_is_the_limit_of_the_level_that_leads(town, phone):
    folder = Path(town.app.config["DATA_DIR"])
    folder.mkdir(exist_ok=True)
    content = seed_content(GARBAGE)
    document = {**content, "levels": LEVELS, "conditions": content["conditions"][:1]}  # that count in minutes, as they
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, ("class", GARBAGE, document))], by="test")
    for lead, words in ((WATER, "1 个工作小时 内办结"), (HOUSING, "90 工作分钟 内办结")):
        case = town.dispatched(lead=lead)
        assert everywhere(town, case, phone)["处置标准"].startswith(words)


def divisions(text):
    """The milestones of a line: each what has to be reached, and how it stands."""
    return re.findall(r"<div [^>]*>(.*?) · (.*?)</div>", text)


@pytest.fixture
def with_milestones(town, clock):
    """Garbage has the milestones of an illegal building, in its first condition alone. Monday, 9 o'clock."""
    clock.set(datetime.fromisoformat("2026-11-23T09:00:00+08:00"))
    content = seed_content(GARBAGE)
    content["conditions"][0]["milestones"] = seed_content("0101")["conditions"][0]["milestones"]
    file = documents_file(tempfile.mkdtemp(), ("class", GARBAGE, content))
    with town.app.app_context(), transaction():
        catalogue.import_files([file], by="test")
    return town


def test_what_a_phone_kept_from_before_is_shown_as_far_as_it_goes(with_milestones, phone):
    kept = {"condition": {"text": "路面有垃圾", "closure": "清理干净"}}
    assert phone(kept) == [("立案条件", "路面有垃圾"), ("结案条件", "清理干净")]
    assert phone({"condition": None}) == []
    town = with_milestones
    case = town.housing.act(town.handling(), "milestone", n=1)
    now = phone(town.housing.read(case))
    assert [label for label, _ in now] == ["立案条件", "处置标准", "阶段要求", "结案条件"]
    del case["standard"]  # which older versions did not give
    lines = phone(case)
    assert [label for label, _ in lines] == ["立案条件", "阶段要求", "结案条件"]
    assert [text for text, _ in divisions(lines[1][1])] == ["停工", "已依法处罚", "彻底拆除"]
    assert divisions(lines[1][1])[0] == divisions(now[2][1])[0] == ("停工", "按时完成")
    assert phone(case, "en")[1][0] == "On the way"


def test_what_was_reached_stays_where_the_condition_as_corrected_has_no_milestones(with_milestones, phone, clock):
    town = with_milestones
    case = town.housing.act(town.handling(), "milestone", n=1)
    clock.set(datetime.fromisoformat("2026-12-03T09:00:00+08:00"))  # after the second, before the third
    town.duty.act(case, "correct", condition="2")
    case = town.housing.read(case)
    assert "milestones" not in [line["code"] for line in case["standard"]]
    lines = phone(case)
    assert [label for label, _ in lines] == ["立案条件", "处置标准", "阶段要求", "结案条件"]
    assert divisions(lines[2][1]) == [("停工", "按时完成"), ("已依法处罚", "超时，未完成即结束")]


def test_what_was_put_right_at_once_is_judged_by_the_closing_conditions_of_its_class(town, phone):
    """Who approves, checks and closes it sees them: nobody ever files it."""
    with town.app.app_context():
        conditions = queries.catalogue().classes[GARBAGE].conditions
    closures = [one.closure for one in conditions]
    assert len(set(closures)) > 1, "each is named with its filing condition"
    expected = [("结案条件", f"{one.text}：{one.closure}") for one in conditions]

    def shown(case):
        texts = [on_page(town, actor, f"{path}{case['case_id']}", "zh")
                 for actor, path in ((town.acceptor, "/desk/cases/"), (town.supervisor, "/board/cases/"))]  # fmt: skip
        return [*texts, phone(case)]

    for sampled in (False, True):
        photos = [str(uuid4()), str(uuid4())]
        case = town.worker.report(fixed=True, case_id=drawn_id(sampled=sampled), attachments=photos).get_json()
        assert shown(case) == [expected] * 3
        for number, photo in enumerate(photos):
            town.worker.upload(case, jpeg(64 + number), purpose=("before", "after")[number], attachment_id=photo)
        case = town.acceptor.act(case, "close_fixed")
        assert case["state"] == ("handled" if sampled else "closed")
        assert shown(town.supervisor.read(case)) == [expected] * 3
    assert phone(town.next_worker.read(case)) == expected, "who checks it"
