"""A real S3 service for tests: SeaweedFS, as a county may run it, with one bucket."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

from obstore.store import S3Store

from tests.support.processes import free_port
from tests.support.until import until

NAME = "county"
_KEY, _SECRET = "test-key", "test-secret"
_PARTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
_GATEWAY = ("s3.port", "s3.port.grpc")


class BucketServer:
    """A running service. Each `prefix` is as good as an empty bucket."""

    def __init__(self, home: Path) -> None:
        may = [{"name": "gezhi", "credentials": [{"accessKey": _KEY, "secretKey": _SECRET}], "actions": ["Admin"]}]
        (home / "keys.json").write_text(json.dumps({"identities": may}))
        self.ports = {name: free_port() for name in (*_PARTS, *_GATEWAY)}
        weed = str(Path(sys.executable).parent / "weed")
        here = [
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-volume.max=8",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            *(f"-{k}={v}" for k, v in self.ports.items()),
        ]
        self.process = subprocess.Popen(
            [weed, f"-logdir={home}", "server", f"-dir={home}", "-s3", f"-s3.config={home / 'keys.json'}", *here],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home,
        )
        self.prefix = ""

    def begin(self) -> dict[str, str]:
        """Take a new prefix; return what Gezhi is told of it."""
        self.prefix = uuid4().hex
        return {"STORAGE_URL": f"s3://{NAME}/{self.prefix}", **self._address()}

    def objects(self) -> list[str]:
        """Return the paths of all objects."""
        return sorted(found["path"] for some in self._store().list() for found in some)

    def lose(self, path: str) -> None:
        """Let an object be gone."""
        self._store().delete(path)

    def is_open(self) -> bool:
        """Make the bucket; tell whether that is done and the gateway answers."""
        return self._asked("filer.port", "POST", f"/buckets/{NAME}/") and self._asked("s3.port", "GET", "/")

    def _store(self) -> S3Store:
        keys = {name.removeprefix("AWS_").lower(): value for name, value in self._address().items()}
        return S3Store(NAME, prefix=self.prefix, config=keys, client_options={"allow_http": True})

    def _asked(self, port: str, method: str, path: str) -> bool:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", self.ports[port], timeout=5)) as connection:
            connection.request(method, path)
            return connection.getresponse().status < 500
        return False

    def _address(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.ports['s3.port']}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
        }


@contextmanager
def running(home: Path) -> Iterator[BucketServer]:
    """Start a service that keeps its bytes in a folder; stop it afterwards."""
    server = BucketServer(home)
    try:
        until(server.is_open, "the S3 service to open", look_seconds=0.1)
        yield server
    finally:
        server.process.kill()
        server.process.wait()
