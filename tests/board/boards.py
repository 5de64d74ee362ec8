"""What tests of the board share: closed cases, and people as the queries want them."""

import re
from pathlib import Path
from uuid import uuid4

from app.catalogue import service as catalogue
from app.core.transaction import transaction
from app.identity import queries as identity
from tests.factories.catalogue import documents_file

ALL = {"value": 100, "source": "example"}
RULE = {"code": "one", "zh": "规则", "en": "Rule", "when": {}, "percent": ALL}


def county_rules(*found, days=7):
    """A document with these rules (code, when), each drawing everything that fits."""
    listed = [{**RULE, "code": code, "zh": code, "when": when} for code, when in found]
    return {"audit": {"days": {"value": days, "source": "example"}, "rules": listed}}


def as_person(actor):
    """The person behind an actor, with what they hold now; needs an application context."""
    return identity.person(actor.id)


def closed(town, **report):
    """A case that went the whole way, with every photo there."""
    case = town.checked(**report)
    town.bring_photos(case)
    return town.duty.act(case, "close")


def forced(town, **report):
    """A case that the leader ended by force."""
    case = town.handling(**report)
    return town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])


def page(town, actor, path, **query):
    """A page as the browser of this person gets it."""
    headers = {**actor.headers, "Accept": "text/html"}
    return town.client.get(path, headers=headers, query_string=query or None)


def seen(answer):
    """The text of a page that people see."""
    plain = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def step(town, actor, case, action, op_id=None, **fields):
    """A form of the review page, sent."""
    form = {"op_id": op_id or uuid4(), "action": action, "seen": town.seq_of(case["case_id"]), **fields}
    headers = {**actor.headers, "Accept": "text/html"}
    return town.client.post(f"/board/cases/{case['case_id']}/steps", data=form, headers=headers)


def put_in_force(town, document, kind="audit", code=None):
    """Let the county have other rules."""
    folder = Path(town.app.config["DATA_DIR"])
    folder.mkdir(exist_ok=True)
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, (kind, code or kind, document))], by="test")
