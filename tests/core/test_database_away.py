"""A database that is away is worth another try, and the caller is told so."""

import pytest

from app.factory import create_app
from tests.support.processes import free_port


@pytest.mark.parametrize("url", ["postgresql://gezhi@127.0.0.1:{port}/gezhi", "sqlite:////nowhere/gezhi.sqlite3"])
def test_a_request_while_the_database_is_away_is_told_to_try_again(url):
    app = create_app({"DATABASE_URL": url.format(port=free_port()), "REDIS_URL": None})
    answer = app.test_client().get("/api/v1/cases", headers={"Authorization": "Bearer any"})
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0
