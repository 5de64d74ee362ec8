"""A database that is away is worth another try, and the caller is told so."""

import pytest
from sqlalchemy import text

from app.core.db import db
from app.factory import create_app
from tests.support.processes import free_port


@pytest.mark.parametrize("url", ["postgresql://gezhi@127.0.0.1:{port}/gezhi", "sqlite:////nowhere/gezhi.sqlite3"])
def test_a_request_while_the_database_is_away_is_told_to_try_again(url):
    app = create_app({"DATABASE_URL": url.format(port=free_port()), "REDIS_URL": None})
    answer = app.test_client().get("/api/v1/cases", headers={"Authorization": "Bearer any"})
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.own_database
def test_a_connection_that_breaks_after_the_answer_was_made_does_not_spoil_it(make_app):
    app = make_app()

    @app.get("/breaks")
    def answer():
        db.session.execute(text("SELECT 1"))
        db.session.connection().connection.dbapi_connection.close()
        return {"answer": "ready"}

    client = app.test_client()
    for _ in range(2):
        told = client.get("/breaks")
        assert (told.status_code, told.get_json()) == (200, {"answer": "ready"})
