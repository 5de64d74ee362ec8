"""The description of the interface as a page (`/docs`): for people, on a phone too, without assets of anybody else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import flask
from flask import Flask, Response, render_template, request

from app.core.connection import is_trial
from app.core.errors import OF_THE_FRAMEWORK, Problem
from app.core.http import Api, not_modified, public
from app.core.openapi import METHODS

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_EXTENSION = "gezhi_docs"
_SCHEMAS = "#/components/schemas/"
_KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
    "null": "空",
}
_LIMITS = (
    ("minLength", "最少 {} 字"),
    ("maxLength", "最多 {} 字"),
    ("minimum", "≥ {}"),
    ("maximum", "≤ {}"),
    ("minItems", "最少 {} 项"),
    ("maxItems", "最多 {} 项"),
)

bp = flask.Blueprint("docs", __name__, template_folder="templates", static_folder=None)


@dataclass(frozen=True)
class TypeDoc:
    """What a value is: a word, its limits, the name of a schema, and what a list or map holds."""

    word: str
    limits: tuple[str, ...] = ()
    schema: str | None = None
    inner: "TypeDoc | None" = None


@dataclass(frozen=True)
class FieldDoc:
    """A parameter or a field of a body."""

    name: str
    kind: TypeDoc
    required: bool
    where: str = ""
    about: str = ""


@dataclass(frozen=True)
class BodyDoc:
    """What goes in or out: a status where it is an answer, types of content, what it is."""

    status: str
    about: str
    contents: tuple[tuple[str, TypeDoc], ...]


@dataclass(frozen=True)
class OperationDoc:
    """One thing that can be asked of a path."""

    method: str
    path: str
    name: str
    about: str
    permission: str | None
    fields: tuple[FieldDoc, ...]
    body: BodyDoc | None
    answers: tuple[BodyDoc, ...]


@dataclass(frozen=True)
class Code:
    """One problem that a caller may meet."""

    code: str
    status: int
    detail: str


def init(app: Flask, api: Api) -> None:
    """Serve the page; call when the description is complete."""
    app.extensions[_EXTENSION] = {"api": api}
    app.register_blueprint(bp)


@bp.get("/docs")
@public("whoever writes a client reads it first")
def page() -> Response:
    """Show the description; it is rendered once, and once more for a trial: it cannot change while the process runs."""
    documents: dict[str, Any] = flask.current_app.extensions[_EXTENSION]
    trial = is_trial()
    which = "page of a trial" if trial else "page"
    if which not in documents:
        model = _model(documents["api"].spec.to_dict())
        documents[which] = _served(render_template("docs.html", **model, trial=trial), "text/html")
    return _fresh(documents[which])


@bp.get("/docs/style.css")
@public("the page's looks")
def style() -> Response:
    """Serve the page's one style sheet."""
    documents: dict[str, Any] = flask.current_app.extensions[_EXTENSION]
    if "style" not in documents:
        documents["style"] = _served(render_template("docs.css"), "text/css")
    return _fresh(documents["style"])


def problem_codes() -> list[Code]:
    """Return every problem code with its status and text, by code."""
    codes = {code: Code(code, status, detail) for status, (code, detail) in OF_THE_FRAMEWORK.items()}
    for kind in _kinds_of(Problem):
        codes.setdefault(kind.code, Code(kind.code, kind.status, str(kind.text)))
    return sorted(codes.values(), key=lambda each: (each.status, each.code))


def _kinds_of(problem: type[Problem]) -> Iterator[type[Problem]]:
    yield problem
    for each in problem.__subclasses__():
        yield from _kinds_of(each)


def _served(text: str, mime: str) -> Response:
    answer = Response(text, mimetype=mime)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.add_etag(weak=True)
    return answer


def _fresh(answer: Response) -> Response:
    tag, _ = answer.get_etag()
    unchanged = not_modified(tag) if tag else None
    if unchanged is not None:
        return unchanged
    return Response(answer.get_data() if request.method == "GET" else b"", headers=answer.headers.to_wsgi_list())


def _model(described: Mapping[str, Any]) -> dict[str, Any]:
    groups: dict[str, list[OperationDoc]] = defaultdict(list)
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                groups[operation["tags"][0]].append(_operation(path, method, operation, item.get("parameters", [])))
    schemas = described["components"]["schemas"]
    return {
        "info": described["info"],
        "groups": [(tag["name"], tag.get("description", ""), groups[tag["name"]]) for tag in described["tags"]],
        "schemas": [(name, schemas[name].get("description", ""), _fields(schemas[name])) for name in sorted(schemas)],
        "codes": problem_codes(),
    }


def _operation(path: str, method: str, operation: Mapping[str, Any], shared: list[Any]) -> OperationDoc:
    body = operation.get("requestBody")
    answers = ((status, each) for status, each in operation["responses"].items() if "$ref" not in each)
    return OperationDoc(
        method.upper(),
        path,
        operation["operationId"],
        _text(operation),
        operation.get("x-permission"),
        tuple(_parameter(each) for each in (*shared, *operation.get("parameters", ()))),
        _body("", body) if body else None,
        tuple(_body(status, each) for status, each in sorted(answers)),
    )


def _text(operation: Mapping[str, Any]) -> str:
    return " ".join(part for part in (operation.get("summary"), operation.get("description")) if part)


def _parameter(parameter: Mapping[str, Any]) -> FieldDoc:
    about = parameter.get("description", "")
    return FieldDoc(
        parameter["name"], _kind(parameter.get("schema", {})), parameter.get("required", False), parameter["in"], about
    )


def _body(status: str, content_of: Mapping[str, Any]) -> BodyDoc:
    phrase = HTTPStatus(int(status)).phrase if status.isdecimal() else ""
    contents = tuple((mime, _kind(each.get("schema", {}))) for mime, each in content_of.get("content", {}).items())
    return BodyDoc(f"{status} {phrase}".strip(), content_of.get("description", ""), contents)


def _fields(schema: Mapping[str, Any]) -> list[FieldDoc]:
    required = schema.get("required", ())
    return [
        FieldDoc(name, _kind(each), name in required, about=each.get("description", ""))
        for name, each in schema.get("properties", {}).items()
    ]


def _kind(schema: Mapping[str, Any]) -> TypeDoc:
    """Say what a schema allows."""
    if "$ref" in schema:
        return TypeDoc("", schema=schema["$ref"].removeprefix(_SCHEMAS))
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            kinds = [_kind(each) for each in schema[several]]
            named = next((each for each in kinds if each.schema), None)
            word = " 或 ".join(each.word for each in kinds if each.word)
            return TypeDoc(word, schema=named.schema if named else None)
    types = schema.get("type", [])
    words = [_KINDS.get(each, each) for each in ([types] if isinstance(types, str) else types)]
    inner = schema.get("items") or schema.get("additionalProperties")
    return TypeDoc(
        " 或 ".join(words), _limits(schema), inner=_kind(inner) if isinstance(inner, dict) and inner else None
    )


def _limits(schema: Mapping[str, Any]) -> tuple[str, ...]:
    limits = [schema["format"]] if schema.get("format") else []
    limits += [words.format(schema[name]) for name, words in _LIMITS if name in schema]
    limits += ["、".join(str(each) for each in schema["enum"])] if schema.get("enum") else []
    limits += [f"默认 {schema['default']}"] if schema.get("default") not in (None, "") else []
    return tuple(limits)
