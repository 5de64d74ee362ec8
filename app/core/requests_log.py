"""One line and one count per request. No query strings, bodies, names or addresses: the route's template and ids."""

import time

from flask import Flask, Response, g, request

from app.core import metrics
from app.core.logs import log

UNKNOWN = "(none)"  # what no route answers: one label, whatever strangers try
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds by machines


def init(app: Flask) -> None:
    """Watch the requests of an application."""
    metrics.init(app)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else UNKNOWN
    method = request.method if request.url_rule else UNKNOWN
    metrics.observe(method, route, response.status_code, seconds)
    person = g.get("person")
    say = log.debug if route in QUIET and response.status_code < 400 else log.info
    say(
        "http.request",
        method=method,
        route=route,
        ids={name: str(value) for name, value in (request.view_args or {}).items()},
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        person_id=str(person.person_id) if person else None,
    )
    return response
