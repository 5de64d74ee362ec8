"""A service is admitted by a decision that somebody made: no tick stands for it, and no words of ours."""

import tempfile

import pytest

from app.catalogue import queries
from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file
from tests.factories.grids import COUNTY

pytestmark = pytest.mark.one_database
CODE = "disputes"
DECIDED = {"decision": "县网格事项准入联席会议决定", "number": "县网办〔2026〕3号", "source": "县网办"}


def bring(town, **admission):
    with town.app.app_context(), transaction():
        [one] = catalogue.export("service", CODE)
        changed = {**one["content"], "admission": one["content"]["admission"] | admission}
        catalogue.import_files([documents_file(tempfile.mkdtemp(), ("service", CODE, changed))], by="test")


def listed(town):
    rows = town.client.get("/api/v1/catalogue/admissions").get_json()["items"]
    return next(row for row in rows if row["service"] == CODE)


def test_a_decision_with_its_number_is_an_example_no_more(town):
    assert listed(town)["example"] is True
    bring(town, **DECIDED)
    assert (listed(town)["example"], listed(town)["number"]) == (False, DECIDED["number"])


@pytest.mark.parametrize(
    ("left_out", "field"), [({"number": ""}, "number"), ({"decision": "示例：须由县决定"}, "decision")]
)
def test_what_is_brought_as_decided_names_its_decision_and_its_number(town, left_out, field):
    with pytest.raises(DocumentRefused) as refused:
        bring(town, **DECIDED | left_out)
    assert [where.rpartition("admission.")[2] for where in refused.value.fields] == [field]
    assert listed(town)["example"] is True


def test_adopting_the_examples_of_a_service_admits_nothing(town):
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    adopted = desk.post("/admin/catalogue/figures", {"source": "县发〔2026〕9号", "pick": [f"service:{CODE}"]})
    assert adopted.status_code == 303
    with town.app.app_context():
        one = queries.catalogue().services[CODE]
    assert (one.admission.source, listed(town)["example"]) == ("example", True)
