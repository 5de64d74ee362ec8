"""Complete the description that flask-smorest makes: who may call, and every error answer."""

from typing import Any

from flask import Flask

from app.core.http import ERRORS, PROBLEM, Api

METHODS = frozenset({"get", "put", "post", "patch", "delete", "head", "options"})
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "fields"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {"type": "object"},
    },
}


def complete(app: Flask, api: Api) -> None:
    """Declare the bearer and all error answers on every operation; call when all rooms are registered."""
    api.spec.components.schema("Problem", _SCHEMA)
    answer = {"description": "问题", "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    api.spec.components.response("Problem", answer)
    views = {rule.rule: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    public = {_path(rule) for rule, view in views.items() if str(getattr(view, "access", "")).startswith("public")}
    for path, item in api.spec._paths.items():
        for method, operation in item.items():
            if method in METHODS:
                _complete(operation, path in public)


def _complete(operation: dict[str, Any], is_public: bool) -> None:
    responses = operation.setdefault("responses", {})
    responses.pop("default", None)
    for status in ERRORS:
        responses[str(status)] = {"$ref": "#/components/responses/Problem"}
    operation["security"] = [] if is_public else [{"bearer": []}]


def _path(rule: str) -> str:
    """Turn `/a/<uuid:b>` into `/a/{b}`."""
    parts = (f"{{{part[1:-1].split(':')[-1]}}}" if part.startswith("<") else part for part in rule.split("/"))
    return "/".join(parts)
