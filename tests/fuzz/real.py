"""Put real ids, codes and places into a good share of what schemathesis makes up, so that deep code is reached."""

import random
import zlib
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation as At

from tests.factories.town import CLASSES, COUNTY, GRID, HERE, HOUSING, NEXT_GRID, THERE, TOWNSHIP, WATER
from tests.fuzz.world import PHOTO, World, metadata

REAL = 0.7  # of the values
PIECE = "application/offset+octet-stream"
NOTHING = [str(uuid4())]  # of which the world has none


@schemathesis.serializer(PIECE)
def _as_it_is(_: Any, value: Any) -> dict[str, Any]:
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


class Realist:
    """Knows what things are called in one person's world; what it picks follows from the made-up request alone."""

    def __init__(self, world: World, actor: Any) -> None:
        names = world.names[actor]
        people = [str(each.id) for each in (world.town.worker, world.town.next_worker, world.town.acceptor, actor)]
        departments = [HOUSING, WATER, TOWNSHIP, "县城乡水务公司"]
        photos = [[attachment_id] for _, attachment_id in names.attachments]
        self.own = {case_id: [photo] for (case_id, who), photo in world.photos.items() if who is actor}
        self.attachments, self.seqs = names.attachments, world.seqs
        self.headers = {
            "Upload-Offset": "0", "Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata(names.metadata),
        }  # fmt: skip
        self.words: dict[str, list[Any]] = {
            "case_id": names.cases, "into": names.cases, "upload_id": names.uploads, "session_id": names.sessions,
            "cursor": names.cursors, "ids": [names.notices], "attachments": photos,
            "class": list(CLASSES), "condition": ["1", "2"], "grid": [GRID, NEXT_GRID, COUNTY], "centre": [COUNTY],
            "department": departments, "lead": departments, "contractor": departments, "called": [[WATER]],
            "assist": [[each] for each in departments], "to": [[HOUSING, WATER]], "verifier": people,
            "checker": people, "handler": people, "task": [1, 2], "tasks": [[1], [2], [1, 2]], "crs": ["wgs84"],
            "due_at": ["2026-11-24T02:00:00Z", "2026-12-30T10:00:00+08:00"], "review_on": ["2026-12-24"],
            "phone_at": ["2026-11-23T01:30:00Z"], "until": ["2026-11-23T08:00:00Z"], "source": ["worker", "citizen"],
            "day": ["2026-11-23"], "shift": ["day", "night"],
            "kind": ["component", "bridge", "rainstorm"], "level": ["red", "yellow"], "box": ["111.9,36.0,112.4,36.1"],
            "queue": ["to_accept", "my_reports"], "limit": [1, 50], "size": ["thumb", "original"],
        }  # fmt: skip

    def map_case(self, case: Case) -> Case:
        """Make a made-up request more like one that somebody would send; what is wrong on purpose stays so."""
        made_up = repr((case.path_parameters, case.query, case.headers, case.body))
        pick = random.Random(zlib.crc32(made_up.encode(errors="replace")))  # noqa: S311 - the same pick each time
        if case.path_parameters and self._free(case, At.PATH, pick):
            self._address(case.path_parameters, pick)
        if case.query and self._free(case, At.QUERY):
            self._realise(case.query, pick)
        if case.headers and self._free(case, At.HEADER, pick):
            case.headers.update({name: value for name, value in self.headers.items() if name in case.headers})
            case.headers.pop("Upload-Checksum", None)
        if isinstance(case.body, dict) and self._free(case, At.BODY):
            self._realise(case.body, pick, (case.path_parameters or {}).get("case_id"))
        elif isinstance(case.body, bytes) and self._free(case, At.BODY, pick):
            case.body = PHOTO
        return case

    def _free(self, case: Case, place: At, pick: random.Random | None = None) -> bool:
        negative = case.meta is not None and case.meta.is_negative_at(place)
        return not negative and (pick is None or pick.random() < REAL)

    def _address(self, found: dict[str, Any], pick: random.Random) -> None:
        if "attachment_id" in found:  # called by two ids that belong together
            found["case_id"], found["attachment_id"] = pick.choice(self.attachments)
        else:
            found.update({name: pick.choice(self.words.get(name, NOTHING)) for name in found})

    def _realise(self, given: dict[str, Any], pick: random.Random, case_id: Any = None) -> None:
        if {"lon", "lat"} <= given.keys() and pick.random() < REAL:
            given["lon"], given["lat"] = pick.choice((HERE, THERE))
        for name, value in given.items():
            inner = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
            within = [each for each in inner if isinstance(each, dict)]
            for each in within:
                self._realise(each, pick, given.get("case_id") or case_id)
            if name in self.words and not within and pick.random() < REAL:
                given[name] = pick.choice(self.words[name])
        here = str(given.get("case_id") or case_id)
        if given.get("attachments") and here in self.own and pick.random() < REAL:
            given["attachments"] = self.own[here]  # their own, and named by no step yet
        if "seen" in given and pick.random() < REAL:  # the latest: nobody who has seen it has seen something stale
            given["seen"] = self.seqs.get(here, 1)
