"""Complete the description that flask-smorest makes: who may call what, and every error answer."""

import json
from http import HTTPStatus
from typing import Any

import click
from flask import Flask, current_app

from app.core.http import CHALLENGE, ERRORS, PROBLEM, Api, public

OWN = "api-docs.openapi_json"  # the route that flask-smorest adds for the description itself
METHODS = frozenset({"get", "put", "post", "patch", "delete", "head", "options"})
_ABOUT = (
    "格治：县域网格化治理后台。所有时间为带时区的 ISO 8601，坐标默认 WGS-84；回答中可能增加字段，已有字段不改名。"
    "Times are ISO 8601 with a zone, places WGS-84 unless said otherwise. Answers may gain fields; none is renamed."
)
_LICENCE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
_SERVERS = [{"url": "/", "description": "此服务器。This very server."}]
_SCHEME = {
    "description": "凭什么登录：总是 Bearer。How to be known: always Bearer.",
    "schema": {"type": "string", "const": CHALLENGE},
}
_BEARER = "登录所得的 access_token。The access_token of a sign-in."
_SCHEMA = {
    "type": "object",
    "description": "问题（RFC 9457）。A problem.",
    "required": ["type", "title", "status", "code", "detail", "detail_en", "fields", "fields_en"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "供程序判断，不会改变。For programs; never changes."},
        "detail": {"type": "string", "description": "给人看的中文说明。For people, in Chinese."},
        "detail_en": {"type": "string", "description": "英文说明。In English."},
        "fields": {"type": "object", "description": "有误的字段及说明。The fields at fault, and why."},
        "fields_en": {"type": "object", "description": "同上，英文。The same in English."},
    },
}
_WORDS = {
    "OK": "成功。Success.",
    "Created": "已新建。Created.",
    "No Content": "成功，无内容。Success, without a body.",
}
_TAG = {
    "in": "header",
    "name": "If-None-Match",
    "description": "上次回答的 ETag；未变化时答 304。The ETag of the last answer.",
    "schema": {"type": "string"},
}
_SPEC = "gezhi_description"
_OF_SMOREST = ("Error_handlerError", "PaginationPaginationMetadata")


def complete(app: Flask, api: Api) -> None:
    """Declare the bearer and all error answers on every operation; call when all rooms are registered and wired."""
    spec = api.spec
    spec.components.schema("Problem", _SCHEMA)
    problem = {"description": "问题。A problem.", "content": {PROBLEM: {"schema": _ref()}}}
    unknown = {**problem, "description": "没有登录。Not signed in.", "headers": {"WWW-Authenticate": _SCHEME}}
    spec.components.responses.clear()  # flask-smorest's own
    spec.components.responses.update({"Problem": problem, "Unauthenticated": unknown})
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "description": _BEARER})
    spec.options |= {"info": {"description": _ABOUT, "license": _LICENCE}, "servers": _SERVERS}
    app.extensions[_SPEC] = spec
    for name in _OF_SMOREST:
        spec.components.schemas.pop(name, None)
    for name, schema in spec.components.schemas.items():
        if not name.endswith("In"):
            schema.pop("additionalProperties", None)  # answers may gain fields
    views = _views(app)
    for path, item in spec._paths.items():
        for method, operation in item.items():
            if method in METHODS:
                _complete(operation, *views[path, method])
    described = app.view_functions[OWN]

    @public("whoever writes a client reads it first")
    def description(**values: Any) -> Any:
        return described(**values)

    app.view_functions[OWN] = description


def _complete(operation: dict[str, Any], endpoint: str, access: str) -> None:
    responses = operation.setdefault("responses", {})
    responses.pop("default", None)
    for answer in responses.values():
        if isinstance(answer, dict) and "description" in answer:
            answer["description"] = _WORDS.get(answer["description"], answer["description"])
    for status in ERRORS:
        name = "Unauthenticated" if status == HTTPStatus.UNAUTHORIZED else "Problem"
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    if "304" in responses:
        operation.setdefault("parameters", []).append(_TAG)
    operation["operationId"] = endpoint.replace(".", "_")
    is_public = access.startswith("public")
    operation["security"] = [] if is_public else [{"bearer": []}]
    if not is_public:
        operation["x-permission"] = access


def _views(app: Flask) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the endpoint of every path and method, and what it says of who may call it."""
    views = {}
    for rule in app.url_map.iter_rules():
        access = str(getattr(app.view_functions[rule.endpoint], "access", ""))
        automatic = {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else set()
        for method in (rule.methods or set()) - automatic:
            views[_path(rule.rule), method.lower()] = (rule.endpoint, access)
    return views


def _ref() -> dict[str, str]:
    return {"$ref": "#/components/schemas/Problem"}


def _path(rule: str) -> str:
    """Turn `/a/<uuid:b>` into `/a/{b}`."""
    parts = (f"{{{part[1:-1].split(':')[-1]}}}" if part.startswith("<") else part for part in rule.split("/"))
    return "/".join(parts)


@click.command("openapi")
def openapi() -> None:
    """打印接口说明（OpenAPI 3.1）。Print the description of the interface."""
    description = current_app.extensions[_SPEC].to_dict()
    click.echo(json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True))


commands = [openapi]
