"""The county goes through the figures that are still examples."""

import re
import tempfile
from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.catalogue import queries
from app.catalogue import service as catalogue
from app.catalogue.schemas.services import SETTINGS as NAMES
from app.core.db import db
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import GARBAGE
from tests.support.elements import alert, empty_title, errors_at, links_of, outcome, rows_of, texts_of, tight, value_of

pytestmark = pytest.mark.one_database
FRONT = "/admin/catalogue/figures"
ALL = len(NAMES)  # every figure that is shipped is an example
METRES, SHARE = (str(sorted(NAMES).index(name)) for name in ("duplicate_metres", "self_fixed_check_percent"))
SETTINGS = f"{FRONT}/settings/settings"
SOURCE = "县发〔2026〕9号"


@pytest.fixture
def town(town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    return town


@pytest.fixture
def desk(town):
    return Desk(town.app, town.admin)


def left(town, kind="settings", code="settings"):
    with town.app.app_context():
        return queries.examples().get((kind, code), 0)


def setting(town, name):
    with town.app.app_context():
        return queries.catalogue().settings[name]


def test_the_count_stands_on_the_list_and_leads_to_the_documents(desk, town):
    with town.app.app_context():
        total = sum(queries.examples().values())
    assert links_of(desk.get("/admin/catalogue/").text)[FRONT] == f"待县定的数字 {total}"
    shown = desk.get(FRONT).text
    assert texts_of(shown, "h1") == [f"待县定的数字 还有 {total} 项"]
    assert "设置" in [row[1] for row in rows_of(shown, id="open-figures")]
    assert "0102 暴露垃圾" in [row[1] for row in rows_of(desk.get(f"{FRONT}?kind=class").text, id="open-figures")]


def test_a_figure_is_set_with_its_source(desk, town):
    assert "设置 · 疑似重复：距离（米）" in [row[1] for row in rows_of(desk.get(SETTINGS).text, id="figures")]
    answer = desk.post(SETTINGS, {"seen": 1, "source": SOURCE, "pick": [METRES], f"n-{METRES}-value": "80"})
    assert answer.status_code == 303
    found = setting(town, "duplicate_metres")
    assert (found.value, found.source, left(town)) == (80, SOURCE, ALL - 1)
    assert setting(town, "duplicate_days").source == "example"


def test_a_limit_is_set_to_another_kind(desk, town):
    path = f"{FRONT}/stages/stages"
    desk.post(path, {"seen": 1, "source": SOURCE, "pick": ["0"], "n-0-work_minutes": "2", "kind-0": "work_days"})
    with town.app.app_context():
        assert queries.catalogue().stages["accept"].limits["A"].words == "2 个工作日"


def test_half_a_day_is_set_to_whole_minutes(desk, town):
    content = seed_content(GARBAGE)
    content["conditions"][0]["limits"] = {area: {"work_days": 0.5, "source": "example"} for area in "ABC"}
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(tempfile.mkdtemp(), ("class", GARBAGE, content))], by="test")
    path = f"{FRONT}/class/{GARBAGE}"
    field = re.search(r'name="(n-\d+-work_days)"\s+value="0\.5"', desk.get(path).text)[1]
    place = field.split("-")[1]
    wanted = {"seen": 2, "source": SOURCE, "pick": [place], field: "240", f"kind-{place}": "work_minutes"}
    answer = desk.post(path, wanted)
    assert answer.status_code == 303, answer.text
    with town.app.app_context():
        limits = queries.catalogue().classes[GARBAGE].conditions[0].limits.values()
        assert "4 个工作小时" in {one.words for one in limits}


def test_what_was_typed_stays_with_its_fault(desk, town):
    for form, field, said in (
        ({"source": "", "pick": [METRES], f"n-{METRES}-value": "80"}, "source", "必填"),
        ({"source": "example", "pick": [METRES], f"n-{METRES}-value": "80"}, "source", "请写明依据"),
        ({"source": SOURCE, "pick": [METRES], f"n-{METRES}-value": "-8"}, f"n-{METRES}-value", "数值有误"),
        ({"source": SOURCE, f"n-{METRES}-value": "80"}, None, "请勾选"),
        ({"source": SOURCE, "pick": [SHARE], f"n-{SHARE}-value": "300"}, None, "百分比应在 0 到 100 之间"),
        ({"source": SOURCE, "pick": [METRES], f"n-{METRES}-unheard": "1"}, None, "有误"),
    ):
        answer = desk.post(SETTINGS, {"seen": 1, **form})
        assert answer.status_code == 422, form
        told = errors_at(answer.text, field) if field else [alert(answer.text), *texts_of(answer.text, id="faults")]
        assert said in " ".join(told), form
        assert all(value_of(answer.text, name) == form[name] for name in form if name.endswith("-value")), form
    assert left(town) == ALL


def test_a_document_that_has_changed_since_is_not_set(desk, town):
    desk.post(SETTINGS, {"seen": 1, "source": SOURCE, "pick": ["0"]})
    answer = desk.post(SETTINGS, {"seen": 1, "source": SOURCE, "pick": ["0"]})
    assert (answer.status_code, left(town)) == (409, ALL - 1)


def test_chosen_documents_are_adopted_as_they_stand(desk, town):
    answer = desk.post(FRONT, {"source": SOURCE, "pick": ["settings:settings", f"class:{GARBAGE}"]})
    assert answer.status_code == 303
    assert outcome(desk.get(answer.headers["Location"]).text) == "已确定 2 份。"
    assert (left(town), left(town, "class", GARBAGE)) == (0, 0)
    assert setting(town, "duplicate_metres").value == 50
    shown = rows_of(desk.get(f"/admin/catalogue/class/{GARBAGE}").text, class_="content")
    assert SOURCE in [source for _, _, source in shown]
    assert empty_title(desk.get(SETTINGS).text) == "这份文件没有待定的数字"


def test_adopting_needs_a_source_and_a_choice(desk, town):
    assert "请勾选" in alert(desk.post(FRONT, {"source": SOURCE}).text)
    answer = desk.post(FRONT, {"source": "", "pick": ["settings:settings"]})
    assert answer.status_code == 422
    assert 'value="settings:settings" aria-label="选择 设置" checked' in tight(answer.text)
    assert left(town) == ALL


def test_an_administrator_of_a_township_sets_nothing(town):
    desk = Desk(town.app, town.hire("administrator", "grid", WEST))
    assert desk.get(SETTINGS).status_code == 200
    for path in (FRONT, SETTINGS):
        assert desk.post(path, {"seen": 1, "source": SOURCE, "pick": ["settings:settings", METRES]}).status_code == 403
    assert left(town) == ALL


JUDGE_OWN = f"{SETTINGS}/judge-own"
DECIDED = {"on": "1", "decision": SOURCE, "from": "2026-12-01"}


def imports(town):
    """How often documents came into force."""
    with town.app.app_context():
        return len(db.session.scalars(select(AuditEntry).where(AuditEntry.tag == str(Tag.CATALOGUE_IMPORTED))).all())


def test_the_rule_of_departments_is_loosened_by_a_decision_and_taken_back(desk, town):
    before = imports(town)
    assert links_of(desk.get(FRONT).text)[f"{SETTINGS}#judge-own"].startswith("放宽部门回避")
    assert desk.post(JUDGE_OWN, {"seen": 1, **DECIDED}).status_code == 303
    found = setting(town, "departments_judge_own")
    assert (found.value, found.decision, found.since, found.source) == (1, SOURCE, date(2026, 12, 1), SOURCE)
    with town.app.app_context():
        assert queries.catalogue().judging_own(date(2026, 11, 30)) is None
        assert queries.catalogue().judging_own(date(2026, 12, 1)) == found
    assert imports(town) == before + 1
    shown = tight(desk.get(SETTINGS).text)
    assert 'name="on" value="1" checked' in shown
    assert f'name="decision" value="{SOURCE}"' in shown
    assert 'name="from" value="2026-12-01"' in shown
    assert desk.post(JUDGE_OWN, {"seen": 2}).status_code == 303
    assert (setting(town, "departments_judge_own").value, imports(town)) == (0, before + 2)


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ({"on": "1", "decision": SOURCE}, ["from"]),
        ({"on": "1", "from": "2026-12-01"}, ["decision"]),
        ({"on": "1", "decision": "  ", "from": ""}, ["decision", "from"]),
        ({**DECIDED, "from": "soon"}, ["from"]),
        ({**DECIDED, "decision": "x" * 201}, ["decision"]),
    ],
)
def test_it_is_not_loosened_without_a_decision_and_its_day(desk, town, sent, at):
    answer = desk.post(JUDGE_OWN, {"seen": 1, **sent})
    assert answer.status_code == 422
    said = {name: texts_of(answer.text, "div", id=f"about-{name}") for name in ("decision", "from")}
    assert [name for name, texts in said.items() if texts] == at
    assert setting(town, "departments_judge_own").value == 0
    assert 'name="on" value="1" checked' in tight(answer.text), "what was typed stays"


def test_it_is_loosened_by_whoever_looks_after_all_of_the_county_and_saw_the_figures_as_they_are(desk, town):
    below = Desk(town.app, town.hire("administrator", "grid", WEST))
    assert below.post(JUDGE_OWN, {"seen": 1, **DECIDED}).status_code == 403
    desk.post(SETTINGS, {"seen": 1, "source": SOURCE, "pick": [METRES], f"n-{METRES}-value": "80"})
    assert desk.post(JUDGE_OWN, {"seen": 1, **DECIDED}).status_code == 409
    assert setting(town, "departments_judge_own").value == 0
