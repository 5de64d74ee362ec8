"""Describe what a phone exchanges: operations in, and for each the body it would have had alone."""

from apispec import APISpec

from app.cases.schemas.responses import ACTED
from app.intake.schemas import OperationIn

_OPERATION, _PROBLEM = ({"$ref": f"#/components/schemas/{name}"} for name in ("IntakeOperationIn", "Problem"))
_POINT = {"required": ["lon", "lat"]}
_GRID = {"required": ["grid"], "not": {"anyOf": [{"required": ["lon"]}, {"required": ["lat"]}]}}


def describe(spec: APISpec) -> None:
    """Name the shapes that stand as raw values in the schemas, where each operation is judged on its own.

    And say what holds between fields: a report has one place.
    """
    spec.components.schema("IntakeOperationIn", schema=OperationIn)
    spec.components.schemas["IntakeReportIn"]["oneOf"] = [_POINT, _GRID]
    spec.components.schemas["IntakeSyncIn"]["properties"]["operations"]["items"] = _OPERATION
    spec.components.schemas["IntakeResultOut"]["properties"]["body"] = {"anyOf": [*ACTED["anyOf"], _PROBLEM]}
