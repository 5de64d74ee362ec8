"""Residents as somebody enters them, and rounds that are about them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.catalogue import service as catalogue
from app.catalogue.document_terms import DocumentKind
from app.core import revisions
from app.core.db import db
from app.core.transaction import transaction
from app.identity.models import RolePermission
from tests.factories import rounds
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import GRID

NAME, ADDRESS, PHONE, HEALTH = "王秀英", "城关村二组17号院", "13935700011", "左腿行动不便"
BIRTH = "1948-05-06"
KNOWN = {"name": NAME, "address": ADDRESS, "phone": PHONE, "birth": BIRTH, "health": HEALTH}
CONSENT = {"by": "self", "on": "2026-11-01"}
FORM = [{"field": "met", "label": "已见到本人", "type": "yes_no", "required": True}]
COUNTED = [{"field": "visited", "label": "已见到老人", "type": "integer", "minimum": 0, "maximum": 1000}]


def old_woman(**changes):
    """The body of an old woman who lives alone."""
    fields = {**KNOWN, **changes.pop("fields", {})}
    return {
        "subject": "person", "grid": GRID, "cares": ["elderly_alone"], "fields": fields, "consent": CONSENT, **changes,
    }  # fmt: skip


def household(**changes):
    """The body of a household that is hard off."""
    fields = {"name": "李家", "address": "城关村三组2号"}
    return {"subject": "household", "grid": GRID, "cares": ["hard_off"], "fields": fields, **changes}


def enter(actor, body, resident_id=None):
    """Enter a resident; return the answer."""
    return actor.send("PUT", f"residents/{resident_id or uuid4()}", body)


def keep(actor, body, resident_id=None):
    """Enter a resident who must be taken; return them."""
    answer = enter(actor, body, resident_id)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def read(actor, kept):
    """A resident who must be visible, with the history of the record."""
    answer = actor.get(f"residents/{kept['resident_id']}")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def change(actor, kept, *, seen=None, op_id=None, **changes):
    """Change a record as it was last seen; return the answer."""
    body = {"op_id": str(op_id or uuid4()), "seen": seen or kept["seen"], **changes}
    return actor.send("POST", f"residents/{kept['resident_id']}/changes", body)


def end(actor, kept, reason="over", *, op_id=None, **more):
    """End the care of a resident; return the answer."""
    body = {"op_id": str(op_id or uuid4()), "seen": kept["seen"], "reason": reason, **more}
    return actor.send("POST", f"residents/{kept['resident_id']}/end", body)


def reveal(actor, kept, field="phone", purpose="探访前联系"):
    """Ask for one field; return the answer."""
    return actor.send("POST", f"residents/{kept['resident_id']}/reveal", {"field": field, "purpose": purpose})


def listed(actor, **filters):
    """The residents that somebody sees."""
    answer = actor.get("residents", **filters)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["items"]


def rule(app, change):
    """Let other rules about residents hold from now on: `change` gets those that are shipped, to be changed."""
    content = seed_content("residents", "residents")
    change(content["residents"])
    with app.app_context(), TemporaryDirectory(prefix="gezhi-residents-") as folder, transaction():
        file = documents_file(Path(folder), ("residents", "residents", content))
        catalogue.import_files([file], by="test")


def visits(**changes):
    """The plain data of a daily visit to old people who live alone."""
    about = {
        "code": "elderly_visit", "name": "老人探访", "name_en": "Visit to the old", "subject": "person",
        "kind": "visit", "form": COUNTED, "care": ["elderly_alone"], "person_form": FORM, "finding_classes": [],
    }  # fmt: skip
    return rounds.plan(**{**about, **changes})


def audited(app, tag, resident_id=None):
    """The entries of the audit of one tag, about one resident or any."""
    with app.app_context():
        wanted = select(AuditEntry).where(AuditEntry.tag == tag).order_by(AuditEntry.id)
        return [
            entry.data | {"person_id": entry.person_id, "of": entry.subject_id}
            for entry in db.session.scalars(wanted)
            if resident_id is None or entry.subject_id == str(resident_id)
        ]


def rules():
    """The rules that are shipped, to be changed."""
    return json.loads(json.dumps(seed_content("residents", "residents")))


def bring(app, content):
    """Let rules be in force from now on."""
    with app.app_context(), TemporaryDirectory(prefix="gezhi-residents-") as folder, transaction():
        file = documents_file(Path(folder), (DocumentKind.RESIDENTS, "residents", content))
        catalogue.import_files([file], by="test")


def let_supervisors_keep(app, but=()):
    """Let supervisors keep residents, too, but for some fields, and have a care and fields that they alone read."""
    content = rules()
    known, secret = content["residents"], {"readers": ["supervisor"], "source": "example"}
    known["cares"].append({
        "code": "secret", "name": "另册", "name_en": "Apart", "subject": "person", "requires": ["secret_note"],
        **secret,
    })  # fmt: skip
    for field, articles in (("secret_note", ["13(3)"]), ("secret_wish", ["13(1)"])):
        known["fields"].append({
            "field": field, "label": f"另册{field[-4:]}", "label_en": "Apart", "type": "text", "of": ["person"],
            "purpose": "示例", "purpose_en": "An example", "articles": articles, "retention_days": 0, **secret,
        })  # fmt: skip
    shared = [one for one in known["cares"] if one["code"] in ("elderly_alone", "child_in_need")]
    for rule in [*(one for one in known["fields"] if one["field"] not in but), *shared]:
        rule["readers"] = sorted({*rule["readers"], "supervisor"})
    bring(app, content)
    kinds = ("resident:row:read", "resident:row:enter", "resident:field:reveal")
    with app.app_context(), transaction() as session:
        session.add_all(RolePermission(role="supervisor", permission=one) for one in kinds)
        revisions.raise_("roles")
