"""Open the form of an act, and take the act with what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.cases import service, views
from app.cases.clocks import case_limits
from app.cases.errors import ActForbidden
from app.cases.procedure import rule_of
from app.cases.schemas import SpotData
from app.cases.service import ActResult
from app.cases.turn import Whole
from app.core.permissions import Person
from app.desk import choices, forms
from app.desk.forms import Field, Known
from workflows.words import Words


class PresetForm(dict[str, str]):
    """What a form is given without anybody having sent it: nothing, or what a page fills in beforehand."""

    def getlist(self, name: str) -> list[str]:
        """Return what is given for a name, as forms do."""
        return [self[name]] if name in self else []


@dataclass(frozen=True)
class ActForm:
    """The form of one act on one case."""

    action: str
    words: Words
    fields: tuple[Field, ...]
    op_id: UUID
    seen: int
    purpose: str
    errors: tuple[str, ...] = ()

    @property
    def dependent(self) -> bool:
        """Tell whether what can be chosen in one field hangs on another."""
        return any(field.name == "condition" for field in self.fields)


def open_form(
    whole: Whole,
    person: Person,
    action: str,
    form_data: Any,
    errors: Mapping[str, Any] | None = None,
    begin: Mapping[str, Any] | None = None,
) -> ActForm:
    """Return the form of an act that the person may take now, filled with what was typed; raise ActForbidden.

    An untouched form begins with what the case suggests, or with `begin` where somebody has seen to that.
    """
    entry = _entry(whole, person, action)
    rule = rule_of(whole.case.workflow, action)
    options = choices.options(rule.schema, whole, person, form_data, entry["tasks"])
    least = _photos(whole, rule.schema)
    at_fault = forms.errors_of(errors or {})
    built = forms.build(rule.schema, entry["needs"], Known(options, {}, at_fault, least))
    untouched = _begun(entry["needs"], action, whole, person) if begin is None else begin
    values = forms.typed(built, form_data) if form_data else untouched
    fields = tuple(forms.build(rule.schema, entry["needs"], Known(options, values, at_fault, least)))
    named = {field.name for field in fields}
    return ActForm(
        action=action,
        words=entry["label"],
        fields=fields,
        op_id=_id(form_data.get("op_id")) or uuid4(),
        seen=whole.case.seq,
        purpose=_purpose(rule.schema),
        errors=tuple(text for name, texts in at_fault.items() if name not in named for text in texts),
    )


def take(whole: Whole, person: Person, action: str, form_data: Any) -> ActResult:
    """Take an act with what a form has brought, inside a transaction."""
    rule = rule_of(whole.case.workflow, action)
    options = choices.options(rule.schema, whole, person, form_data, [task.task for task in whole.tasks])
    every = [field.data_key or name for name, field in rule.schema.fields.items()]
    built = forms.build(rule.schema, every, Known(options, {}, {}))
    data = forms.read(built, form_data)
    if "class" in data:
        chosen = choices.class_in(data["class"])
        data["class"] = chosen.code if chosen else data["class"]
    seen = form_data.get("seen", "")
    op_id = _id(form_data.get("op_id")) or uuid4()
    return service.act(whole.case.case_id, action, person, data, op_id, int(seen) if seen.isdecimal() else None)


def begun(whole: Whole, person: Person, action: str) -> dict[str, Any]:
    """Return with what an untouched form of an act that the person may take now begins; raise ActForbidden."""
    return _begun(_entry(whole, person, action)["needs"], action, whole, person)


def _entry(whole: Whole, person: Person, action: str) -> dict[str, Any]:
    entry = next((each for each in views.actions_for(whole, person) if each["action"] == action), None)
    if entry is None:
        raise ActForbidden(
            Words(
                "这一步现在不能由您办理，请看过最新情况再办理。",
                "This step is not yours to take now: look at the case as it is, then act.",
            )
        )
    return entry


def _begun(needs: Sequence[str], action: str, whole: Whole, person: Person) -> dict[str, Any]:
    """Return with what an untouched form begins: what the case has, or what its class suggests."""
    begun: dict[str, Any] = dict(choices.suggested(action, whole))
    case, rules = whole.case, case_limits.class_of(whole.case)
    if "class" in needs and rules:
        begun.setdefault("class", rules.called)
    if "condition" in needs and case.condition:
        begun.setdefault("condition", case.condition)
    return begun


def _photos(whole: Whole, schema: Any) -> int:
    """Return how many photos the class asks for at this act."""
    rules = case_limits.class_of(whole.case)
    if rules is None or rules.evidence is None:
        return 0
    return int(rules.evidence.finish) if "result" in schema.fields else 0


def _purpose(schema: Any) -> str:
    """Return what photos sent with an act show: the work where there is a result, a place where somebody looked."""
    if "result" in schema.fields:
        return "after"
    return "check" if isinstance(schema, SpotData) else "document"


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
