"""Describe acts in the interface's description: which actions there are, which data each takes, what is answered."""

from collections import defaultdict
from typing import Any

from apispec import APISpec

from app.cases.answers import ACTED, OwnStepOut
from app.cases.procedure import all_procedures
from app.core.schemas import Schema
from workflows.engine import START

STEP = "CasesStepIn"


def describe(spec: APISpec) -> None:
    """Let the body of an act be one of several shapes, by its action; the rooms have entered their rules before."""
    actions_of: dict[type[Schema], list[str]] = defaultdict(list)
    labels: dict[str, str] = {}
    for procedure in all_procedures():
        workflow = procedure.workflow
        by_people = {move.action for move in workflow.moves if move.permission and START not in move.sources}
        for action, rule in procedure.rules.items():
            if action in by_people:
                actions_of[type(rule.schema)].append(str(action))
                labels[str(action)] = f"{workflow.actions[action]!s} {workflow.actions[action].en}"
    step = spec.components.schemas[STEP]
    step["properties"]["action"] = {
        "type": "string",
        "enum": list(labels),
        "description": "；".join(f"{action}：{label}" for action, label in labels.items()),
    }
    step["oneOf"] = [_shape(spec, schema, actions) for schema, actions in actions_of.items()]
    spec.components.schema("CasesOwnStepOut", schema=OwnStepOut)
    for path, method in (("/api/v1/cases/{case_id}/steps", "post"), ("/api/v1/cases/{case_id}", "put")):
        spec._paths[path][method]["responses"]["200"]["content"]["application/json"]["schema"] = ACTED


def _shape(spec: APISpec, schema: type[Schema], actions: list[str]) -> dict[str, Any]:
    name = f"{_room(schema)}{schema.__name__}In"
    spec.components.schema(name, schema=schema)
    return {
        "properties": {
            "action": {"enum": actions},
            "data": {"$ref": f"#/components/schemas/{name}"},
        }
    }


def _room(schema: type[Schema]) -> str:
    return schema.__module__.split(".")[1].capitalize()
