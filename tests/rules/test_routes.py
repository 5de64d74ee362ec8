"""Every route says who may call it, in code and in the description."""

import pytest
from flask import Flask

from app.core.http import ERRORS
from app.core.openapi import METHODS
from app.core.permissions import Permission
from app.factory import create_app

FRONT = "/"
PREFIXES = (
    *("/api/v1/", "/openapi.json", "/docs", "/healthz", "/readyz", "/metrics"),
    *(
        "/account",
        "/admin/",
        "/admissions/",
        "/board/",
        "/desk/",
        "/exports/",
        "/handbook/",
        "/notices/",
        "/lib/",
        "/m/",
        "/sign-in",
        "/sign-out",
        "/static/",
        "/trust/",
    ),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})


@pytest.fixture(scope="module")
def described(app):
    """The operations of the description: (method, path) -> operation."""
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    return {
        (method, path): operation
        for path, item in paths.items()
        for method, operation in item.items()
        if method in METHODS
    }


def access(view):
    """What a view says of who may call it."""
    return getattr(view, "access", None)


def is_declared(view):
    said = access(view)
    return isinstance(said, Permission) or (isinstance(said, str) and len(said) > len("public: because"))


def test_the_rule_sees_a_route_that_says_neither():
    silent = Flask("silent")
    silent.get("/open")(lambda: "anybody")
    assert not is_declared(silent.view_functions[next(iter(silent.url_map.iter_rules())).endpoint])


def test_every_route_needs_a_permission_or_says_why_it_is_public(app):
    silent = sorted(
        rule.rule for rule in app.url_map.iter_rules() if not is_declared(app.view_functions[rule.endpoint])
    )
    assert not silent, f"decorate with @needs(Permission.…) or @public('why'): {silent}"


def test_every_route_lies_where_it_belongs(app):
    assert all(rule.rule == FRONT or rule.rule.startswith(PREFIXES) for rule in app.url_map.iter_rules())


def test_every_route_of_the_interface_is_described(app, described):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (method.lower(), _template(rule)) in described, f"{method} {rule.rule}"


def test_the_description_asks_for_a_bearer_exactly_where_a_permission_is_needed(app, described):
    views = {
        (method.lower(), _template(rule)): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods - ({"OPTIONS"} if rule.provide_automatic_options else set())
    }
    for (method, path), operation in described.items():
        needed = isinstance(access(views[method, path]), Permission)
        assert operation["security"] == ([{"bearer": []}] if needed else []), f"{method} {path}"


def test_every_operation_declares_the_errors_and_a_success(described):
    for (method, path), operation in described.items():
        declared = set(operation["responses"])
        assert {str(status) for status in ERRORS} <= declared, f"{method} {path}"
        assert any(status.startswith("2") for status in declared), f"{method} {path}"


def test_every_operation_is_named_once_and_has_a_summary(described):
    for (method, path), operation in described.items():
        assert operation.get("summary") or operation.get("description"), f"{method} {path}"
        assert operation.get("tags"), f"{method} {path}"


def _template(rule):
    return "".join(part if not dynamic else f"{{{part}}}" for dynamic, part in rule._trace).lstrip("|")
