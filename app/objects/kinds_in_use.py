"""Name what still uses a kind of objects that a document leaves out: rounds, questions of forms, objects themselves."""

from collections.abc import Collection, Iterator
from itertools import chain

from sqlalchemy import select

from app.catalogue.lookups import Catalogue
from app.core.db import db
from app.objects import object_kinds
from app.objects.models import ALIVE, ObjectRow
from workflows.forms import Field
from workflows.words import Words, listed

_AT = f"{object_kinds.KIND}[{object_kinds.KIND}].{object_kinds.KIND}"
_IN_USE = Words(
    "“{}”还在使用：{}。请先改用别的种类，或保留这一种类。",
    "“{}” is still in use: {}. Let these be of another kind first, or keep the kind.",
)
_OBJECTS = Words("已登记的对象", "objects that are entered")
_ROUND = Words("服务 {} 的巡查“{}”", "round “{1}” of the service {0}")
_CLASS = Words("类别 {} 的表单", "the form of the class {}")


def faults(catalogue: Catalogue, _: Collection[str]) -> dict[str, list[Words]]:
    """Name, at the document of kinds, those that it leaves out and something uses; nothing where it takes none away."""
    gone = object_kinds.kinds().keys() - object_kinds.kinds_of(catalogue).keys()
    used = {kind: listed(_users(catalogue, kind)) for kind in sorted(gone)}
    texts = [_IN_USE.format(object_kinds.kinds()[kind].name, users) for kind, users in used.items() if users]
    return {_AT: texts} if texts else {}


def _users(catalogue: Catalogue, kind: str) -> Iterator[Words]:
    if db.session.scalar(select(ObjectRow.object_id).where(ObjectRow.kind == kind, ALIVE).limit(1)) is not None:
        yield _OBJECTS
    for service in catalogue.services.values():
        for plan in service.rounds:
            if plan.subject == kind or _asks(chain(plan.form, plan.person_form), kind):
                yield _ROUND.format(service.code, plan.called)
    for case_class in catalogue.classes.values():
        if _asks(case_class.form, kind):
            yield _CLASS.format(case_class.code)


def _asks(form: Collection[Field] | Iterator[Field], kind: str) -> bool:
    return any(kind in question.objects for question in form)
