"""Describe what a phone exchanges: operations in, and for each the body it would have had alone."""

from typing import Any

from apispec import APISpec

from app.cases.schemas.responses import ACTED
from app.core.http import schema_name
from app.core.schemas import Schema
from app.intake.api import StreamOut
from app.intake.schemas import StreamIn
from app.intake.sync_table import Stream, doors, streams

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_POINT = {"required": ["lon", "lat"]}
_GRID = {"required": ["grid"], "not": {"anyOf": [{"required": ["lon"]}, {"required": ["lat"]}]}}


def describe(spec: APISpec) -> None:
    """Name the shapes that stand as raw values in the schemas, where each operation is judged on its own.

    And say what holds between fields: a report has one place. What can be sent and followed the rooms have entered.
    """
    schemas = spec.components.schemas
    operations = [_named(spec, schema) for schema in dict.fromkeys(door.schema for door in doors().values())]
    bodies = [_named(spec, body) for door in doors().values() for body in door.bodies]
    schemas["IntakeReportIn"]["oneOf"] = [_POINT, _GRID]
    request = schemas["IntakeSyncIn"]["properties"]
    request["operations"]["items"] = operations[0] if len(operations) == 1 else {"anyOf": operations}
    request["streams"] |= _by_name({name: _named(spec, StreamIn) for name in streams()}, "object", "null")
    schemas["IntakeResultOut"]["properties"]["body"] = {"anyOf": [*ACTED["anyOf"], *bodies, _PROBLEM]}
    response = schemas["IntakeSyncOut"]["properties"]
    response["streams"] = _by_name({name: _changes(spec, stream) for name, stream in streams().items()}, "object")


def _named(spec: APISpec, schema: type[Schema]) -> dict[str, Any]:
    name = schema_name(schema)
    if name not in spec.components.schemas:
        spec.components.schema(name, schema=schema)
    return {"$ref": f"#/components/schemas/{name}"}


def _by_name(properties: dict[str, Any], *types: str) -> dict[str, Any]:
    kind = types[0] if len(types) == 1 else list(types)
    named = {"properties": properties} if properties else {}
    return {"type": kind, **named, "additionalProperties": False}


def _changes(spec: APISpec, stream: Stream) -> dict[str, Any]:
    common = _named(spec, StreamOut)
    if stream.shape is None:
        return common
    rows = {"type": "array", "items": _named(spec, stream.shape)}
    return {"allOf": [common, {"type": "object", "properties": {"changes": rows}}]}
