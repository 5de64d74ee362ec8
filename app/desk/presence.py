"""Know who else has the form of a case open. In Redis for some seconds; without Redis nobody knows, and all works."""

import time
from uuid import UUID

from flask import current_app
from redis.exceptions import RedisError

from app.core.doorbell import SILENCE_SECONDS, bell
from app.core.permissions import Person

SECONDS = 40  # after which somebody who says nothing is gone
_SILENT = "gezhi_presence_silent_until"


def others(case_id: UUID, person: Person, *, acting: bool) -> list[UUID]:
    """Return who else is acting on a case; say whether this person is."""
    doorbell = bell()
    if doorbell is None or person.person_id is None or time.monotonic() < current_app.extensions.get(_SILENT, 0.0):
        return []
    key, me, now = f"gezhi:acting:{case_id}", str(person.person_id), time.time()
    try:
        with doorbell.redis.pipeline() as pipe:
            pipe.zremrangebyscore(key, 0, now - SECONDS)
            pipe.zadd(key, {me: now}) if acting else pipe.zrem(key, me)
            pipe.expire(key, SECONDS)
            pipe.zrange(key, 0, 9)
            here = pipe.execute()[-1]
    except (RedisError, OSError):
        current_app.extensions[_SILENT] = time.monotonic() + SILENCE_SECONDS
        return []
    return [UUID(one.decode()) for one in here if one.decode() != me]
