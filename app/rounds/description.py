"""Describe what a repeated step answers whoever does not see the round any more: the step alone."""

from apispec import APISpec

# described with what phones exchange
OWN, WHOLE = "RoundsRoundOwnStepOut", "RoundsRoundActedOut"


def describe(spec: APISpec) -> None:
    """Let the answer to a repeated step be one of two shapes."""
    either = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in (WHOLE, OWN)]}
    answers = spec._paths["/api/v1/rounds/{round_id}/steps"]["post"]["responses"]
    answers["200"]["content"]["application/json"]["schema"] = either
