"""A client that a public generator makes from the description works a case, without a line written by hand for it."""

import importlib
import subprocess
import sys
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest

from app.core.db import db
from app.identity.models import PersonRow
from tests.factories.identity import PASSWORD
from tests.factories.town import GARBAGE, HERE

NAME = "gezhi_generated"


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The package of the client."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "settings.yaml").write_text("post_hooks: []\n")
    where = ("--path", "docs/openapi.json", "--output-path", folder / NAME, "--config", folder / "settings.yaml")
    command = [sys.executable, "-m", "openapi_python_client", "generate", *where, "--meta", "none"]
    subprocess.run(command, check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    yield importlib.import_module(NAME)
    sys.path.remove(str(folder))


def call(generated, where, client, *arguments, **named):
    response = importlib.import_module(f"{generated.__name__}.api.{where}").sync_detailed(
        *arguments, client=client, **named
    )
    assert response.status_code < 300, response.content
    return response.parsed


def first_that_reads(values, models, beginning):
    """Return values as the first of several alternatives that takes them."""
    for name in filter(lambda each: each.startswith(beginning), dir(models)):
        with suppress(ValueError, KeyError, TypeError):
            return getattr(models, name).from_dict(values)
    raise AssertionError(values)


def test_a_generated_client_signs_in_reports_and_accepts(app, town, generated):
    models = importlib.import_module(f"{NAME}.models")

    def known(token=""):
        through = {"transport": httpx.WSGITransport(app)}
        return generated.AuthenticatedClient(base_url="http://localhost", token=token, httpx_args=through)

    def sign_in(actor):
        with app.app_context():
            username = db.session.get(PersonRow, actor.id).username
        body = models.IdentityLoginIn(username=username, password=PASSWORD, device="generated")
        return known(call(generated, "identity.identity_login", known(), body=body).access_token)

    worker, acceptor = sign_in(town.worker), sign_in(town.acceptor)
    case_id = uuid4()
    report = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
    reported = call(generated, "intake.intake_report", worker, case_id, body=report)
    assert (reported.case_id, reported.state) == (case_id, "reported")
    step = {"op_id": str(uuid4()), "action": "accept", "seen": reported.seq, "data": {}}
    body = first_that_reads(step, models, "CasesStepInType")
    assert call(generated, "cases.cases_add_step", acceptor, case_id, body=body).state == "accepted"
    assert call(generated, "cases.cases_read_case", worker, case_id).state == "accepted"
    assert [queue.count for queue in call(generated, "cases.cases_list_queues", acceptor).items]
