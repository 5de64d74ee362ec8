"""The test client: each request in its own application context, as under a real server; every refusal in English."""

from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from app.core.db import db
from tests.support import english

_outside = Flask("outside")


class Client(FlaskClient):
    """Keep a test's own application context, its session and its `g`, out of the request."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.rollback()  # ends the test's read, so that what it reads afterwards is fresh
        with _outside.app_context():  # the context of another application makes Flask push a new one of ours
            answer = super().open(*args, **kwargs)
        english.check(answer)
        return answer
