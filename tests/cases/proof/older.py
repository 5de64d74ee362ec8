"""Cases as the version before wrote them: steps that say what they changed of the case alone, under hashes of then."""

import json

from sqlalchemy import select, update

from app.cases import chain
from app.cases.models import Case, CaseStep
from app.cases.timeline import ACTOR, CHANGED, COLUMNS
from app.core.db import db
from app.core.digests import canonical, method_of
from app.core.transaction import transaction

UNSAID = {"turned_seq"}  # what steps of then did not say of the case, either


def make_older(*case_ids):
    """Write the steps of cases, or of all, anew as they were written then."""
    with transaction():
        for case_id in case_ids or db.session.scalars(select(Case.case_id)).all():
            _rewrite(case_id)
    db.session.close()


def _rewrite(case_id):
    previous = chain.START
    for step in db.session.scalars(select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)):
        data = json.loads(step.data)
        data.pop(ACTOR)
        changed = {name: value for name, value in data.pop(CHANGED, {}).items() if name in COLUMNS}
        changed = {name: value for name, value in changed.items() if name not in UNSAID}
        step.data = canonical(data | ({CHANGED: changed} if changed else {}))
        step.data_digest = chain.data_digest(step.salt, step.data, "sha256")
        step.previous_hash = previous
        link = chain.Link(*(getattr(step, name) for name in chain.Link.__slots__))
        step.hash = previous = chain.step_hash(previous, link, method_of(step.hash), version=1)
    db.session.flush()
    db.session.execute(update(Case).where(Case.case_id == case_id).values(hash=previous))
