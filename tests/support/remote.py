"""A client over real HTTP that a Town takes for the test client: every request on a connection of its own."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TIME_LIMIT_SECONDS = 30.0
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What a server said, and how long it took."""

    status_code: int
    headers: Mapping[str, str]
    data: bytes
    seconds: float

    def get_json(self) -> Any:
        """Return the body."""
        return json.loads(self.data)


class Remote:
    """Threads may share it. Raises OSError or http.client.HTTPException where no answer came."""

    def __init__(self, port: int, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self.port = port
        self.time_limit_seconds = time_limit_seconds

    def open(
        self,
        path: str,
        *,
        method: str,
        headers: Mapping[str, str] | None = None,
        query_string: Mapping[str, Any] | None = None,
        data: bytes | None = None,
        json: Any = None,
        content_type: str | None = None,
    ) -> Answer:
        """Send one request."""
        body, content_type = (data, content_type) if json is None else (_dumped(json), JSON)
        said = dict(headers or {}) | ({"Content-Type": content_type} if content_type else {})
        address = f"{path}?{urlencode(query_string)}" if query_string else path
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.time_limit_seconds)
        try:
            connection.request(method, address, body, said)
            answer = connection.getresponse()
            read = answer.read()
        finally:
            connection.close()
        return Answer(answer.status, answer.headers, read, time.monotonic() - began)

    def get(self, path: str, **more: Any) -> Answer:
        """Read."""
        return self.open(path, method="GET", **more)

    def put(self, path: str, **more: Any) -> Answer:
        """Put."""
        return self.open(path, method="PUT", **more)

    def post(self, path: str, **more: Any) -> Answer:
        """Post."""
        return self.open(path, method="POST", **more)


def _dumped(body: Any) -> bytes:
    return json.dumps(body).encode()
