"""Write cases as lists show them: plain values, codes with their names, looked up once per answer."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from app.cases.acts import places
from app.cases.clocks import case_limits
from app.cases.procedure import procedure_of
from app.catalogue.documents import CaseClass
from app.departments.queries import directory
from app.grids.queries import grid_tree


class Names:
    """What codes are called, looked up once per answer."""

    def __init__(self) -> None:
        self._directory, self._tree = directory(), grid_tree()
        self._classes: dict[tuple[str | None, int | None], CaseClass | None] = {}

    def class_of(self, case: Any) -> CaseClass | None:
        """Return the class of a case in the version it keeps."""
        key = (case.class_code, case.catalogue_version)
        if key not in self._classes:
            self._classes[key] = case_limits.class_of(case)
        return self._classes[key]

    def department(self, code: str | None) -> dict[str, Any] | None:
        """Return code and name of a department."""
        return {"code": code, "name": self._directory.name_of(code)} if code else None

    def grid(self, code: str) -> dict[str, Any]:
        """Return code and name of a grid."""
        node = self._tree.get(code)
        return {"code": code, "name": node.name if node else code}


PLAIN = (
    "case_id", "number", "workflow", "state", "seq", "source", "external_no", "level", "centre", "lon", "lat",
    "address", "description", "form", "urgent", "self_fixed", "danger_remains", "confidential", "finding",
    "supervision", "round", "reworks", "wrong_dispatches", "ended_how", "reopen_wanted", "reporter_id",
    "due_at", "case_due_at", "review_at", "found_at", "reported_at", "filed_at", "closed_at", "changed_at",
)  # fmt: skip
# what a list reads of each case, and nothing more
COLUMNS = (*PLAIN, "grid", "class_code", "catalogue_version", "condition", "lead")
_plain = attrgetter(*PLAIN)


def summaries(cases: Iterable[Any]) -> list[dict[str, Any]]:
    """Return cases (or rows of COLUMNS) as lists show them."""
    names = Names()
    return [summary(case, names) for case in cases]


def summary(case: Any, names: Names) -> dict[str, Any]:
    """Return one case (or row of COLUMNS)."""
    rules = names.class_of(case)
    condition = rules.condition(case.condition) if rules and case.condition else None
    fields = dict(zip(PLAIN, _plain(case), strict=True))
    state = procedure_of(case.workflow).workflow.states[case.state]
    fields["state_label"], fields["state_label_en"] = state, state.en
    fields["place"], fields["grid"] = places.kind_of(case), names.grid(case.grid)
    fields["class"] = {"code": rules.code, "name": rules.name, "name_en": rules.name.en} if rules else None
    fields["condition"] = {"code": condition.condition, "text": condition.text} if condition else None
    fields["lead"] = names.department(case.lead)
    return fields
