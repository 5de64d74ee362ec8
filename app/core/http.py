"""The way of a request: who asks, what they may, one shape for every error, and the description of it all."""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import flask_smorest
import orjson
import structlog
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Request, Response, current_app, g, request
from flask.json.provider import JSONProvider
from flask_smorest import Api as SmorestApi
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from webargs.core import is_json, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from app.core import client_address, decoding, errors, headers, hints, letters, space
from app.core.logs import log
from app.core.permissions import Permission, Person
from app.core.schemas import Schema
from app.core.transaction import passing_trouble
from workflows.words import Words, english

F = TypeVar("F", bound=Callable[..., Any])
PROBLEM = "application/problem+json"
BYTES = {"schema": {"type": "string", "format": "binary"}}  # how a body of bytes is described
_KNOWN = {
    400: errors.Malformed,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    408: errors.TooSlow,
    409: errors.Conflict,
    422: errors.Invalid,
    429: errors.TooMany,
}
CHALLENGE = 'Bearer realm="gezhi"'  # what a 401 asks for
_STREAMED = "uploads"  # the blueprint whose routes take bodies block by block, whatever these are called
ERRORS = (400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 503, 507)


class Parser(FlaskParser):
    """Unknown fields are errors wherever they stand, except in headers and paths."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": "raise",
        "json": "raise",
    }

    def _raw_load_json(self, req: Request) -> Any:
        """Read JSON by the reader that bounds depth and numbers and knows no NaN: the standard one fails on both.

        What came under another name is refused, not overlooked: a phone's operations might be in it.
        """
        body = req.get_data(cache=True)
        if body and not is_json(req.mimetype):
            raise UnsupportedMediaType
        return _read_json(body) if body else missing


def _read_json(body: bytes) -> Any:
    """Read JSON; raise Malformed, which says whether the letters or the form are at fault.

    The reader's own error for letters that are none has no document: webargs would take that for "no body".
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        decoding.check_text(body)
        raise errors.Malformed from None


class Blueprint(flask_smorest.Blueprint):
    """A room's routes."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, url_prefix: str | None = None, description: str = "") -> None:
        super().__init__(name, f"app.{name}", url_prefix=url_prefix, description=description)

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Callable[[F], F]:
        """Read the arguments by one schema object: making one for each request costs more than using it."""
        schema_object = schema() if isinstance(schema, type) else schema
        return super().arguments(schema_object, **options)  # type: ignore[no-any-return]


class Api(SmorestApi):
    """OpenAPI 3.1 with a bearer, and every error as one `application/problem+json` body."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer an error of the framework as a problem."""
        if isinstance(error.get_response(), Response) and error.code is None:
            return error.get_response()  # type: ignore[return-value]
        status = error.code or 500
        data = getattr(error, "data", None) or {}
        fields = {} if status == 400 else _flat(data.get("messages") or {})  # of broken JSON, the library's own words
        known = _KNOWN.get(status, errors.Problem)
        code, detail = errors.OF_THE_FRAMEWORK.get(status, (known.code, known.text))
        body = _body(status, code, detail, fields)
        response = _problem(body)
        if status == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
        return response


class Json(JSONProvider):
    """JSON by orjson: ids and times (with zone) are written as such, Chinese letters stay."""

    mimetype = "application/json"

    def dumps(self, obj: Any, **_: Any) -> str:
        """Write JSON."""
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read JSON; NaN, infinities and lone surrogates are no JSON."""
        return _read_json(s.encode() if isinstance(s, str) else s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with JSON."""
        return Response(self.dumps(self._prepare_response_obj(args, kwargs)), mimetype=self.mimetype)


def problem_body(error: errors.Problem) -> dict[str, Any]:
    """Return what a problem answer says, for an answer that holds several."""
    note_refusal(error)
    return {**_body(error.status, error.code, error.detail, error.fields), **error.extra}


def note_refusal(error: errors.Problem) -> None:
    """Remember that something was refused, whatever the status of the answer that says so."""
    if isinstance(error, errors.Forbidden):
        g.refusals = g.get("refusals", 0) + 1


def refused_inside() -> int:
    """Return how many refusals the answer to this request holds."""
    return int(g.get("refusals", 0))


def route_of(incoming: Request) -> tuple[str, str]:
    """Return a request's method and route, and the permission that the route needs."""
    access = getattr(current_app.view_functions.get(incoming.endpoint or ""), "access", "")
    return f"{incoming.method} {incoming.url_rule.rule if incoming.url_rule else ''}", str(access)


def _body(status: int, code: str, detail: Words, fields: dict[str, Any]) -> dict[str, Any]:
    """Write a problem (RFC 9457) with our stable code, why in both languages, and the fields at fault."""
    return {
        "type": f"/docs#problem-{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        "detail_en": detail.en,
        "fields": fields,
        "fields_en": _in_english(fields),
    }


def _in_english(texts: Any) -> Any:
    """Return what is wrong with fields in English, in the same shape."""
    if isinstance(texts, Mapping):
        return {name: _in_english(inner) for name, inner in texts.items()}
    return [_in_english(inner) for inner in texts] if isinstance(texts, (list, tuple)) else english(texts)


def _problem(body: Mapping[str, Any]) -> Response:
    """Answer with a problem: as a page where there is one for whoever asks, else as a document for programs."""
    page: Response | None = current_app.extensions["gezhi_problem_page"](body)
    response = page or Response(current_app.json.dumps(body), body["status"], content_type=PROBLEM)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def needs(
    permission: Permission, *, also: Callable[[Person], None] = lambda person: None, asked_later: bool = False
) -> Callable[[F], F]:
    """Let a route be reached only by a signed-in person who holds a permission somewhere.

    A room that asks for more than the permission says so by `also`, which raises Forbidden: a large body is read only
    of who may send it. With `asked_later` the room asks for the permission itself, after it has answered a repetition
    of what the person did before.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = authenticate()
            if not asked_later and not person.may(permission):
                raise errors.Forbidden
            also(person)
            current_app.extensions["gezhi_admit"]()  # last: it may have to read the body
            return current_app.ensure_sync(view)(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def polled(view: F) -> F:
    """Mark a route that open pages ask again and again by themselves: it shows nobody at the desk."""
    view.polled = True  # type: ignore[attr-defined]
    return view


def is_polled() -> bool:
    """Tell whether an open page asks by itself; the route says so, not who asks."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "polled", False)


def public(why: str) -> Callable[[F], F]:
    """Let anybody reach a route, and say why."""

    def decorate(view: F) -> F:
        view.access = f"public: {why}"  # type: ignore[attr-defined]
        return view

    return decorate


def authenticate() -> Person:
    """Find the person behind the request once; raise Unauthenticated."""
    if "person" not in g:
        g.person = current_app.extensions["gezhi_authenticate"]()
    person: Person = g.person
    return person


def current_person() -> Person:
    """Return the person whom `needs` has found."""
    person: Person = g.person
    return person


def answer(body: Any, status: int = 200) -> Response:
    """Answer with a body that is plain already: what is long is written once, and not walked through by a schema."""
    return Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status, mimetype="application/json")


def tagged(body: Any) -> Response:
    """Answer a reading with a weak tag over the body; whoever holds that body gets a 304."""
    response = answer(body)
    response.set_etag(hashlib.sha256(response.data).hexdigest()[:32], weak=True)
    response.make_conditional(request)  # changes it in place
    return response


def not_modified(etag: str) -> Response | None:
    """Return a 304 when the caller holds the body that bears this tag already."""
    if request.if_none_match.contains_weak(etag):
        unchanged = Response(status=304)
        unchanged.set_etag(etag, weak=True)
        return unchanged
    return None


def init(app: Flask) -> Api:
    """Set up the description, the error answers and the request id."""
    app.json = Json(app)
    app.request_class = decoding.Request
    app.config.update(
        API_TITLE="Gezhi 格治",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    plugin = MarshmallowPlugin(schema_name_resolver=schema_name)
    api = Api(app, spec_kwargs={"marshmallow_plugin": plugin})
    if plugin.converter is not None:  # it is there once the interface is
        plugin.converter.add_attribute_function(hints.take_anything)
    app.register_error_handler(errors.Problem, _answer_problem)
    for lost in (OperationalError, InterfaceError):
        app.register_error_handler(lost, _answer_database)
    app.register_error_handler(OSError, _answer_system)
    app.register_error_handler(NoConnection, lambda error: _answer_problem(errors.Busy()))
    headers.init(app)
    show_problems(app, lambda body: None)
    app.before_request(_begin)
    app.before_request(_read_body)
    app.teardown_request(_forget)
    return api


def show_problems(app: Flask, page: Callable[[Mapping[str, Any]], Response | None]) -> None:
    """Let a later room answer with a page instead of a problem's document, where somebody looks at one."""
    app.extensions["gezhi_problem_page"] = page


def schema_name(schema: Any) -> str:
    """Name a schema in the description by its room and class: rooms need not agree on names among themselves."""
    schema_class = resolve_schema_cls(schema)
    kind = schema_class[0] if isinstance(schema_class, list) else schema_class
    room = kind.__module__.split(".")[1].capitalize()
    return room + (getattr(kind, "component", "") or kind.__name__.removesuffix("Schema"))


def _begin() -> None:
    request_id = request.headers.get("X-Request-Id", "")
    g.request_id = request_id if request_id.isalnum() and len(request_id) <= 40 else uuid.uuid4().hex
    client_address.address.set(request.remote_addr)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    decoding.check_text(unquote_to_bytes(request.query_string))
    if not all(letters.is_fit(value) for value in (request.view_args or {}).values() if isinstance(value, str)):
        raise errors.NotFound  # nothing can be called so: what cannot be kept is asked of no database


def _read_body() -> None:
    """Read a body of ordinary size before anything else is done: who sends it slowly holds no connection meanwhile.

    What it calls itself says nothing of who reads it; the route does.
    """
    length = request.content_length
    if request.blueprint != _STREAMED and (length is None or length <= current_app.config["MAX_CONTENT_LENGTH"]):
        request.get_data()


def _forget(error: BaseException | None) -> None:
    client_address.address.set(None)  # what this thread does next is not done for that caller


def _answer_problem(error: errors.Problem) -> Response:
    response = _problem(problem_body(error))
    if "retry_after_seconds" in error.extra:
        response.headers["Retry-After"] = str(error.extra["retry_after_seconds"])
    return response


def _answer_database(error: OperationalError | InterfaceError) -> Response:
    """Answer that it is worth trying again: the database is away, or was when the connection was made."""
    passing = passing_trouble(error)
    if passing is None:
        log.error("database.failed", exc_info=error)
    return _answer_problem(passing or errors.Unavailable())


def _answer_system(error: OSError) -> Response:
    """Answer what met a full disk where nobody looked for it; all else is a fault of ours."""
    if space.is_full(error):
        return _answer_problem(space.StorageFull())
    raise error


def _flat(messages: Any) -> dict[str, Any]:
    """Take the webargs location off: {"json": {field: [...]}} becomes {field: [...]}."""
    if not isinstance(messages, dict):
        return {"": messages}
    inner = [value for key, value in messages.items() if key in ("json", "query", "form", "files", "headers")]
    merged: dict[str, Any] = {}
    for value in inner or [messages]:
        merged.update(value if isinstance(value, dict) else {"": value})
    return {str(key): value for key, value in merged.items()}
