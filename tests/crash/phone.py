"""An honest client: it writes down, sends, and sends the same again until it is answered."""

import hashlib
import http.client
import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.attachments.pictures import jpeg
from tests.crash.ledger import Ledger
from tests.factories.town import GARBAGE, HERE, HOUSING, Actor, Town
from tests.support.remote import Answer
from tests.support.until import until

PAUSE_SECONDS = 0.1
PHOTO = jpeg()
PHOTO_SHA256 = hashlib.sha256(PHOTO).hexdigest()
AGAIN_IN = 10  # one answered request in so many is sent once more: its answer may have been lost


class Phone:
    """Takes one case after the other through its whole loop, for everybody who works on it."""

    def __init__(self, town: Town, ledger: Ledger, seed: object) -> None:
        self.town, self.ledger, self.random = town, ledger, random.Random(f"{seed}")  # noqa: S311 - replayed by its seed
        self.troubles: Counter[object] = Counter()

    def report(self) -> Any:
        """Report something."""
        case_id = self._id()
        return self._step(case_id, case_id, lambda: self.town.worker.report(GARBAGE, case_id=case_id))

    def act(self, actor: Actor, case: Any, action: str, **data: Any) -> Any:
        """Take a step on the case as last seen."""
        op_id = self._id()
        return self._step(
            case["case_id"], op_id, lambda: actor.try_act(case, action, seen=case["seq"], op_id=op_id, **data)
        )

    def send_photo(self, actor: Actor, case: Any, photo: str, purpose: str) -> None:
        """Send a photo that a step has named."""
        self.ledger.ask("photo", case["case_id"], photo, sha256=PHOTO_SHA256)
        stored = self._answered(lambda: actor.upload(case, PHOTO, purpose=purpose, attachment_id=photo)[1])
        self.ledger.note(photo, state=stored["state"])

    def walk(self) -> None:
        """Take one case from the report to its closure."""
        town, after, check = self.town, self._id(), self._id()
        case = self.begin()
        case = self.act(town.dispatcher, case, "dispatch", lead=HOUSING)
        case = self.act(town.housing, case, "sign")
        case = self.act(town.housing, case, "finish", result="已清理", attachments=[after])
        self.send_photo(town.housing, case, after, "after")
        self.send_photo(town.worker, case, check, "check")  # a step like this wants photos that have come
        case = self.act(town.worker, case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[check])
        self.act(town.duty, case, "close")

    def begin(self) -> Any:
        """Take one case from the report to its filing."""
        case = self.act(self.town.acceptor, self.report(), "accept")
        return self.act(self.town.duty, case, "file", **{"class": GARBAGE, "condition": "1"})

    def _step(self, case_id: str, op_id: str, send: Callable[[], Answer]) -> Any:
        self.ledger.ask("step", case_id, op_id)
        case = self._answered(send)
        self.ledger.note(op_id, seq=case["step"]["seq"], hash=case["step"]["hash"])
        if self.random.randrange(AGAIN_IN) == 0:
            again = self._answered(send)
            assert again["step"] == case["step"]
        return case

    def _answered(self, send: Callable[[], Answer]) -> Any:
        def try_once() -> Answer | None:
            try:
                answer = send()
            except (OSError, http.client.HTTPException) as error:
                self.troubles[type(error).__name__] += 1
                return None
            if answer.status_code < 500:
                return answer
            self.troubles[answer.status_code] += 1
            return None

        answer = until(try_once, "an answer", look_seconds=PAUSE_SECONDS)
        assert answer.status_code in (200, 201), (answer.status_code, answer.get_json())
        return answer.get_json()

    def _id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))
