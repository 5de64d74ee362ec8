"""Redis, the doorbell: it makes work start at once, and nothing depends on it."""

import ipaddress
import time

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq import Retry as TryAgain
from rq.serializers import JSONSerializer

TIME_LIMIT_SECONDS = 0.2
SILENCE_SECONDS = 5.0  # after a failure, nobody waits for Redis again before this
QUEUE = "default"
JOB = "app.core.jobs.drain_outbox"  # the only one we send, and the only one that a worker takes
TRIES = 3
_KEY = "gezhi:rung"
_RUNG_MS = 200
_EVERYBODY = "default"  # Redis's user for who names none, who may do everything


class Doorbell:
    """A connection that gives up quickly and then keeps quiet for a while."""

    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(
            url,
            socket_timeout=TIME_LIMIT_SECONDS,
            socket_connect_timeout=TIME_LIMIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            retry_on_error=[],
        )
        self.queue = Queue(QUEUE, connection=self.redis, serializer=JSONSerializer)
        self._silent_until = 0.0

    def ring(self) -> bool:
        """Wake a worker; many rings within a moment make one job. Tell whether Redis answered."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            if self.redis.set(_KEY, 1, nx=True, px=_RUNG_MS):
                again = TryAgain(max=TRIES)  # when its process is killed; a lost ring is made up for by the sweep
                self.queue.enqueue(JOB, result_ttl=0, failure_ttl=86_400, retry=again)
        except (RedisError, OSError):
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            return False
        return True

    def answer(self) -> None:
        """Let the next ring make a job again: called by the job before it looks at the rows."""
        self.redis.delete(_KEY)

    def is_open(self) -> bool:
        """Tell whether others on the way could read along or send jobs: it takes TLS and a user of its own."""
        pool = self.redis.connection_pool
        host = pool.connection_kwargs.get("host")
        if host is None or is_loopback(host):
            return False
        of_its_own = (pool.connection_kwargs.get("username") or _EVERYBODY) != _EVERYBODY
        encrypted = issubclass(pool.connection_class, SSLConnection)
        return not (encrypted and of_its_own and pool.connection_kwargs.get("password"))

    def alive(self) -> bool:
        """Tell whether Redis answers now."""
        try:
            return bool(self.redis.ping())
        except (RedisError, OSError):
            return False


def is_loopback(host: str) -> bool:
    """Tell whether a host, by name or address, is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bell() -> Doorbell | None:
    """Return this application's doorbell, made on first use; None without a Redis address."""
    url = current_app.config["REDIS_URL"]
    if not url:
        return None
    extensions = current_app.extensions
    if "gezhi_doorbell" not in extensions:
        extensions["gezhi_doorbell"] = Doorbell(url)
    doorbell: Doorbell = extensions["gezhi_doorbell"]
    return doorbell


def ring() -> None:
    """Wake a worker if there is a bell."""
    doorbell = bell()
    if doorbell:
        doorbell.ring()
