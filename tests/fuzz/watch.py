"""Judge an answer by what it says and by what its request has left behind."""

from collections import Counter
from contextlib import closing
from typing import Any
from uuid import UUID

from app.cases.proof import verify
from app.core import outbox
from tests.fuzz.world import World

REFUSALS = frozenset({400, 401, 403, 404, 409, 422})
PROBLEM = {"type": str, "title": str, "status": int, "code": str, "detail": str, "fields": dict}


class Watch:
    """Look at what requests leave behind; put the world back when one was accepted, so that each finds the same."""

    def __init__(self, world: World) -> None:
        self.world, self.before = world, world.counts()
        self.accepted: Counter[str] = Counter()

    def judge(self, case_id: str, answer: Any, name: str, said: Any) -> None:
        """Fail unless what was refused wrote nothing, and what was accepted is whole."""
        if answer.status_code in REFUSALS:
            self._is_a_problem(answer, said)
            return
        try:
            assert answer.status_code in (200, 201), (said, answer.text)
            self._is_whole(UUID(case_id), said)
            self.accepted[name] += answer.status_code == 201
        finally:
            self.world.restore()

    def nothing_broke(self, answer: Any, said: Any) -> None:
        """Fail unless this was refused as our own problem, without a trace, or understood after all."""
        with closing(answer):
            assert answer.status_code < 500, (said, answer.text)
            if answer.status_code >= 400:
                self._is_a_problem(answer, said)
            elif answer.request.method not in ("GET", "HEAD"):
                self.world.restore()

    def _is_a_problem(self, answer: Any, said: Any) -> None:
        assert answer.content_type == "application/problem+json", (said, answer.text)
        if answer.request.method != "HEAD":
            told = answer.get_json()
            assert {key: type(told.get(key)) for key in PROBLEM} == PROBLEM, (said, told)
            assert (told["status"], bool(told["detail"])) == (answer.status_code, True), (said, told)
        assert self.world.counts() == self.before, said

    def _is_whole(self, case_id: UUID, said: Any) -> None:
        with self.world.app.app_context():
            outbox.drain()
            assert outbox.owed() == 0, said
            faults = [str(each) for each in verify.faults(verify.VerifyScope(case_id), verify.Tally())]
        assert faults == [], said
