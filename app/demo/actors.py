"""Let people of the demo county act: HTTP requests through the front door, each with a session of the person's own."""

from collections import Counter
from collections.abc import Callable
from time import sleep
from typing import Any

from flask import Flask, got_request_exception

from app.core.errors import Busy
from app.core.transaction import transaction
from app.demo.patience import patient
from app.demo.people import PersonPlan
from app.identity import sessions, tokens

DEVICE = "演示"
MINUTES_A_DAY = 1_440


class PlayBroken(RuntimeError):
    """Say that a request of the play was answered with a fault of ours (5xx)."""


class Actors:
    """Everybody of the county, with a client; sessions are opened when first needed and ended at the end."""

    def __init__(
        self, app: Flask, everybody: tuple[PersonPlan, ...], days: int, pause: Callable[[float], object] = sleep
    ) -> None:
        self._app, self._client = app, app.test_client(use_cookies=False)
        self._people = {plan.username: plan for plan in everybody}
        self.username_of = {str(plan.person_id): plan.username for plan in everybody}
        self._pause = pause
        self._access: dict[str, str] = {}
        self._minutes = (days + 2) * MINUTES_A_DAY
        self.answers: Counter[int] = Counter()
        self._fault: BaseException | None = None
        got_request_exception.connect(self._note_fault, app)

    def _note_fault(self, _: Flask, exception: BaseException, **__: Any) -> None:
        """Keep why an answer is a 500: the answer itself does not say so."""
        self._fault = exception

    def send(self, username: str, method: str, path: str, **content: Any) -> tuple[int, dict[str, Any]]:
        """Send a request as somebody, again while the machine is busy; return status and body. Raises PlayBroken."""
        token = patient(lambda: self._token(username), self._pause)
        headers = {"Authorization": f"Bearer {token}"}

        def ask() -> Any:
            self._fault = None
            answer = self._client.open(f"/api/v1/{path}", method=method, headers=headers, **content)
            if answer.status_code == Busy.status:
                raise Busy
            return answer

        answer = patient(ask, self._pause)
        self.answers[answer.status_code] += 1
        body: dict[str, Any] = answer.get_json(silent=True) or {}
        if answer.status_code >= 500:
            why = f"{self._fault!r}" if self._fault else "no exception"
            text = f"{username}: {method} {path} was answered {answer.status_code}: {body}; {why}"
            raise PlayBroken(text) from self._fault
        return answer.status_code, body

    def sign_out(self) -> None:
        """End all sessions of the play."""
        patient(self._sign_out, self._pause)
        self._access.clear()

    def _sign_out(self) -> None:
        with self._app.app_context(), transaction():
            for token in self._access.values():
                sessions.sign_out(token)

    def _token(self, username: str) -> str:
        """Return the person's access token; one session lasts for the whole play, whose hours pass in milliseconds."""
        if username not in self._access:
            usual = self._app.config["ACCESS_MINUTES"]
            self._app.config["ACCESS_MINUTES"] = self._minutes
            try:
                with self._app.app_context(), transaction():
                    known = tokens.digest(tokens.new())
                    opened = sessions.open_session(self._people[username].person_id, DEVICE, known)
            finally:
                self._app.config["ACCESS_MINUTES"] = usual
            self._access[username] = opened.access_token
        return self._access[username]
