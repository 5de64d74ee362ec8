"""Every call keeps to what `/openapi.json` says, whatever is sent: no 5xx, no answer off its schema.

schemathesis makes up requests: at the bounds of every field (coverage) and at random (fuzzing), right and wrong ones.
Its own way into pytest does not know pytest 9.2, so the tests of the operations are made and run here.
"""

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import Phase, settings
from schemathesis import APIOperation, Case, CheckFunction
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import ChecksConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.generation.meta import TestPhase

from tests.fuzz.conftest import EXAMPLES, SEED
from tests.fuzz.real import Realist

FEW, MANY = EXAMPLES or 5, EXAMPLES or 80
ASKS_ON = {"worker": "sqlite", "desk": "postgres"}  # PostgreSQL minds more of what is sent, and desks send more
COVERAGE, FUZZING = HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING
# whose bounds are those of some fifty actions: fuzzed longer instead, and act by act in test_acts.py
VARIED = "POST /api/v1/cases/{case_id}/steps"
JUDGED_ONE_BY_ONE = "/api/v1/sync"  # a wrong operation is refused in an answer that is 200
REFUSED = {"expected-statuses": ["4xx"]}  # tus refuses what it does not speak by 412
load_all_checks()
ASKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
        "ignored_auth",
    ]
)
TAKEN = [check for check in ASKED if check.__name__ != "negative_data_rejection"]


@pytest.fixture(params=["worker", "desk"])
def actor(request, pytestconfig, database_kind, world):
    """A grid worker, and somebody with all the roles of a small centre: in the short form each on one database."""
    if not EXAMPLES and pytestconfig.getoption("--db") == "both" and database_kind != ASKS_ON[request.param]:
        pytest.skip(f"asked on {ASKS_ON[request.param]}; ./gezhi prove fuzz asks on both")
    return getattr(world, request.param)


@pytest.fixture
def description(world, actor):
    """The description, closed: what is answered beyond it is a fault, too."""
    raw = world.town.client.get("/openapi.json").get_json()
    for name, schema in raw["components"]["schemas"].items():
        if not name.endswith("In") and name != "Problem":
            schema["additionalProperties"] = False
    checks = ChecksConfig.from_dict({"negative_data_rejection": REFUSED, "missing_required_header": REFUSED})
    config = SchemathesisConfig(seed=SEED, projects=ProjectsConfig(default=ProjectConfig(checks=checks)))
    described = schemathesis.openapi.from_dict(raw, config=config)
    described.app = world.app
    realist = Realist(world, actor)
    described.hook("map_case")(lambda context, case: realist.map_case(case))
    return described


def test_every_answer_is_a_declared_one(description, world, actor, subtests):
    def ask(case: Case) -> None:
        headers = world.sign_in(actor) if case.path.endswith("/logout") else actor.headers
        response = case.call(headers={**headers, "Accept-Encoding": "identity"}, buffered=True)
        case.validate_response(response, headers=headers, checks=_checks(case))
        if case.method not in ("GET", "HEAD", "OPTIONS") and response.status_code < 300:
            world.restore()

    for found in description.get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            _test_of(operation, ask)()


def _checks(case: Case) -> list[CheckFunction]:
    """Return what is asked of an answer; what is wrong at random may vanish on its way, and is then no fault."""
    at_bounds = case.meta is not None and case.meta.phase.name == TestPhase.COVERAGE
    return ASKED if at_bounds and case.path != JUDGED_ONE_BY_ONE else TAKEN


def _test_of(operation: APIOperation, ask: Callable[[Case], None]) -> Callable[[], None]:
    varied = operation.label == VARIED
    asking = settings(
        max_examples=MANY if varied else FEW,
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    config = HypothesisTestConfig(
        project=operation.schema.config, modes=[FUZZING] if varied else [COVERAGE, FUZZING], settings=asking, seed=SEED
    )
    return create_test(operation=operation, test_func=ask, config=config)
