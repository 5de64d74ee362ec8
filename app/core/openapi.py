"""Complete the description that flask-smorest makes: who may call, and every error answer."""

from typing import Any

from flask import Flask

from app.core.http import ERRORS, PROBLEM, Api, public
from app.core.permissions import Permission

OWN = "api-docs.openapi_json"  # the route that flask-smorest adds for the description itself
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
    access = _access(app)
    for path, item in api.spec._paths.items():
        for method, operation in item.items():
            if method in METHODS:
                _complete(operation, access[method, path])
    app.view_functions[OWN] = public("whoever writes a client reads it first")(app.view_functions[OWN])


def _access(app: Flask) -> dict[tuple[str, str], Any]:
    """Return what each operation says of who may call it, by method and path of the description."""
    return {
        (method.lower(), _path(rule.rule)): getattr(app.view_functions[rule.endpoint], "access", None)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _complete(operation: dict[str, Any], access: Any) -> None:
    responses = operation.setdefault("responses", {})
    responses.pop("default", None)
    for status in ERRORS:
        responses[str(status)] = {"$ref": "#/components/responses/Problem"}
    needed = isinstance(access, Permission)
    operation["security"] = [{"bearer": []}] if needed else []
    if needed:
        operation["x-permission"] = str(access)


def _path(rule: str) -> str:
    """Turn `/a/<uuid:b>` into `/a/{b}`."""
    parts = (f"{{{part[1:-1].split(':')[-1]}}}" if part.startswith("<") else part for part in rule.split("/"))
    return "/".join(parts)
