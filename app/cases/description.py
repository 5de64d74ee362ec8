"""Describe acts in the interface's description: which actions there are, which data each takes, what is answered."""

from collections import defaultdict

from apispec import APISpec

from app.cases.protocol import all_tables
from app.cases.schemas.act_data import schema_of
from app.cases.schemas.responses import ACTED, OwnStepOut
from app.core.schemas import Schema
from workflows.engine import START

STEP = "CasesStepIn"


def describe(spec: APISpec) -> None:
    """Let the body of an act be one of several shapes, by its action; the rooms have entered their rules before."""
    actions_by_data: dict[str, list[str]] = defaultdict(list)
    schemas: dict[str, Schema] = {}
    labels: dict[str, str] = {}
    for table in all_tables():
        workflow = table.procedure.workflow
        by_people = {move.action for move in workflow.moves if move.permission and START not in move.sources}
        for action in table.rules:
            if action in by_people:
                form = workflow.forms[action]
                actions_by_data[form.data].append(str(action))
                schemas[form.data] = schema_of(form)
                labels[str(action)] = f"{workflow.actions[action]!s} {workflow.actions[action].en}"
    step = spec.components.schemas[STEP]
    step["properties"]["action"] = {
        "type": "string",
        "enum": list(labels),
        "description": "；".join(f"{action}：{label}" for action, label in labels.items()),
    }
    step["oneOf"] = [
        {"properties": {"action": {"enum": actions}, "data": {"$ref": f"#/components/schemas/{name}"}}}
        for name, actions in actions_by_data.items()
    ]
    for name, schema in schemas.items():
        spec.components.schema(name, schema=schema)
    spec.components.schema("CasesOwnStepOut", schema=OwnStepOut)
    for path, method in (("/api/v1/cases/{case_id}/steps", "post"), ("/api/v1/cases/{case_id}", "put")):
        spec._paths[path][method]["responses"]["200"]["content"]["application/json"]["schema"] = ACTED
