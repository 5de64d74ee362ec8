"""Rounds as a county plans them: services with a few, made and done through the interface."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from app.catalogue import service as catalogue
from app.core import clock
from app.core.transaction import transaction
from app.rounds import jobs
from tests.factories import catalogue as catalogue_factory
from tests.factories.town import GARBAGE

FORM = [
    {"field": "clean", "label": "是否整洁", "type": "yes_no", "required": True},
    {
        "field": "fault",
        "label": "问题",
        "type": "choice",
        "choices": ["堆放", "损坏"],
        "required_if": {"clean": [False]},
    },
]
DAILY = {"per": "day", "times": 1, "source": "example"}


def plan(code="street", **changes):
    """The plain data of a round of the ground, done every day by the worker of the grid."""
    return {
        "code": code, "name": "街面巡查", "name_en": "Street patrol", "kind": "patrol", "subject": "grid",
        "duty": "full_time", "frequency": DAILY, "form": FORM, "finding_classes": [GARBAGE], **changes,
    }  # fmt: skip


def covers(**changes):
    """The plain data of a round of every component."""
    return plan("covers", name="井盖检查", name_en="Covers", kind="check", subject="component", **changes)


def provide(app, *plans, code="urban", **changes):
    """Let a service have these rounds from now on."""
    content = catalogue_factory.seed_content(code, "service")
    with app.app_context():
        known = catalogue.queries.catalogue().classes
        content |= {"rounds": list(plans), "classes": [one for one in content["classes"] if one in known], **changes}
        with TemporaryDirectory(prefix="gezhi-rounds-") as folder, transaction():
            file = catalogue_factory.documents_file(Path(folder), ("service", code, content))
            catalogue.import_files([file], by="test")


def make(app):
    """Let the periodic work of rounds be done once; return how many were made."""
    with app.app_context():
        count = jobs.sweep_plans()
        jobs.sweep_times()
    return count


def later(app, **passed):
    """Let time pass for the sweep of rounds alone."""
    with app.app_context(), clock.at(clock.now() + timedelta(**passed)):
        return jobs.sweep_times()


def listed(actor, **filters):
    """The rounds that somebody sees."""
    answer = actor.get("rounds", **filters)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["items"]


def today(actor, code="street"):
    """The round of today that somebody has to do, whole."""
    first = clock.local(clock.now()).date().isoformat()
    (one,) = [one for one in listed(actor, mine="true", round=code) if one["first_day"] == first]
    return read(actor, one)


def read(actor, one):
    """A round that must be visible, whole."""
    answer = actor.get(f"rounds/{one['round_id']}")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def step(actor, one, action, *, seen=None, op_id=None, **data):
    """Take a step of a round; return the answer whatever it is."""
    body = {
        "op_id": str(op_id or uuid4()),
        "action": action,
        "seen": one["seq"] if seen is None else seen,
        "data": data,
    }
    return actor.send("POST", f"rounds/{one['round_id']}/steps", body)


def take(actor, one, action, **data):
    """Take a step that must be taken; return the round."""
    answer = step(actor, one, action, **data)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()
