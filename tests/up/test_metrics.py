"""The processes of one web server count together."""

import re
import time
import urllib.error
import urllib.request

import pytest

from tests.support.processes import LIMIT_SECONDS, forked, free_port

ASKED = 30


def get(address):
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own server
        return answer.read().decode()


def until_it_answers(address):
    limit = time.monotonic() + LIMIT_SECONDS
    while True:
        try:
            return get(address)
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < limit


@pytest.mark.own_database
@pytest.mark.one_database
def test_all_worker_processes_count_together_and_a_new_start_begins_at_nought(database, tmp_path):
    settings = {"DATABASE_URL": database.url, "GEZHI_DATA_DIR": str(tmp_path)}
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    for _ in range(2):
        with forked("web", "--port", port, "--workers", 2, **settings) as process:
            until_it_answers(f"{here}/openapi.json")
            for _ in range(ASKED):
                get(f"{here}/healthz")
            said = get(f"{here}/metrics")
            process.terminate()
            process.communicate(timeout=LIMIT_SECONDS)
        counted = re.search(r'gezhi_http_requests_total\{method="GET",route="/healthz",status="200"\} (\S+)', said)
        assert float(counted[1]) == ASKED
