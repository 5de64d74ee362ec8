"""A small county at work: grids, departments, a few classes, and one person per role.

Every story has its own by the fixture `town`, a copy of one that was founded once; whoever needs one on an application
of other settings founds it there, as `Town(app)`. What differs from the defaults is said in the story.
"""

import json
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from sqlalchemy import select

from app.audit.models import AuditEntry  # noqa: F401 - the table belongs to the metadata
from app.cases.models import Case
from app.catalogue import files
from app.catalogue import service as catalogue
from app.core import clock, outbox
from app.core.db import db
from app.core.transaction import transaction
from app.departments.kinds import DepartmentKind
from app.grids import service as grids
from app.grids.levels import Duty
from app.identity import service as identity
from app.identity.models import AssignmentRow
from app.identity.service import load_roles
from tests.attachments.pictures import jpeg
from tests.factories import catalogue as catalogue_factory
from tests.factories.departments import department
from tests.factories.grids import COUNTY, GRIDS, INSIDE, VILLAGES, WEST, keep_county
from tests.factories.identity import assignment, person, token_for
from workflows import case as machine

ROLES = Path(identity.__file__).parent / "seed" / "roles.yaml"
GARBAGE, COVER, WAGES, LEAFLET, DISPUTE = "0102", "C0102", "CY-900301", "SC-05", "GX-2401"
SIGN_FIRST, PHONED = "0110", "0508"
CLASSES = (GARBAGE, COVER, WAGES, LEAFLET, DISPUTE, SIGN_FIRST, PHONED)
SERVICES = ("urban", "disputes", "wages", "agency")
HOUSING, WATER, TEAM, TOWNSHIP = "D-HOUSING", "Q-WATER", "E-COUNTY", f"T-{WEST}"
GRID, NEXT_GRID = GRIDS[0], GRIDS[1]
PHOTOS_FOLLOW = ("finish",)  # whose photos come afterwards, as from a phone
SHOWN_AT_ONCE = ("confirm_true", "confirm_false", "pass_check", "fail_check", "force_close")
HERE, THERE = INSIDE[GRID], INSIDE[NEXT_GRID]
_DEPARTMENTS = (
    (HOUSING, "县住房和城乡建设局", DepartmentKind.COUNTY_BUREAU),
    (WATER, "县城乡水务公司", DepartmentKind.ENTERPRISE),
    (TEAM, "县综合行政执法队", DepartmentKind.ENFORCEMENT_TEAM),
    ("D-LABOUR", "县人力资源和社会保障局", DepartmentKind.COUNTY_BUREAU),
)


@lru_cache
def small_catalogue():
    """The classes of CLASSES with all settings and calendars, as read from one file; once a process."""
    rows = []
    for each in catalogue_factory.seed_documents():
        content = json.loads(json.dumps(each.content))
        if each.kind == "class" and each.code not in CLASSES:
            continue
        if each.kind == "service":
            content["classes"] = [code for code in content["classes"] if code in CLASSES]
            content["rounds"] = []
            if each.code not in SERVICES:
                continue
        rows.append((each.kind, each.code, content))
    with TemporaryDirectory(prefix="gezhi-catalogue-") as folder:
        return files.read([catalogue_factory.documents_file(folder, *rows, name="small.yaml")])


@dataclass(frozen=True)
class PhoneAnswer:
    """What came of one step that a phone has sent, read as the answer of a request is."""

    status_code: int
    body: dict

    def get_json(self):
        """Return the body."""
        return self.body


class Actor:
    """A person with a token and a client: says what they do."""

    def __init__(self, town, name, row):
        self.town, self.name, self.id = town, name, row.id
        self._signed_in = None

    @property
    def headers(self):
        """The headers of a session; of a new one when half an hour has passed, or the clock was set back."""
        now = clock.now()
        if self._signed_in is None or not timedelta() <= now - self._signed_in <= timedelta(minutes=30):
            self._signed_in = clock.now()
            with self.town.app.app_context():
                self._headers = {"Authorization": f"Bearer {token_for(self.id)}"}
        return self._headers

    def get(self, path, **query):
        """Read something."""
        return self.town.client.get(f"/api/v1/{path}", headers=self.headers, query_string=query)

    def send(self, method, path, body=None, **more):
        """Send JSON."""
        return self.town.client.open(f"/api/v1/{path}", method=method, json=body, headers=self.headers, **more)

    def report(self, class_code=GARBAGE, *, case_id=None, at=HERE, **body):
        """Report something; return the answer."""
        said = {"class": class_code, "description": "路边有垃圾", "lon": at[0], "lat": at[1], **body}
        return self.send("PUT", f"cases/{case_id or uuid4()}", said)

    def try_act(self, case, action, *, seen=None, op_id=None, **data):
        """Take a step on the case as it is now, or as `seen`; return the answer whatever it is.

        Photos without which there is no such step are sent before it, as whoever is at a desk does; what a department
        has done comes from a phone where its photos are still to come.
        """
        case_id = case["case_id"] if isinstance(case, dict) else case
        for photo in data.get("attachments") or () if action in SHOWN_AT_ONCE else ():
            if (case_id, photo) not in self.town.sent_photos:
                self.upload(case_id, jpeg(), purpose="check", attachment_id=photo)
        if seen is None:
            seen = self.town.seq_of(case_id)
        body = {"op_id": str(op_id or uuid4()), "action": action, "seen": seen, "data": data}
        coming = [one for one in data.get("attachments") or () if (case_id, one) not in self.town.sent_photos]
        if coming and action in PHOTOS_FOLLOW:
            return self._by_phone({"type": "act", "case_id": case_id, **body})
        return self.send("POST", f"cases/{case_id}/steps", body)

    def _by_phone(self, operation):
        """Send one step as a phone does, and answer with what came of it."""
        answer = self.send("POST", "sync", {"cursor": None, "operations": [operation]})
        if answer.status_code != 200:
            return answer
        (result,) = answer.get_json()["results"]
        return PhoneAnswer(result["status"], result["body"])

    def act(self, case, action, **data):
        """Take a step that must succeed; return the case."""
        answer = self.try_act(case, action, **data)
        assert answer.status_code == 201, f"{self.name} {action}: {answer.status_code} {answer.get_json()}"
        return answer.get_json()

    def sync_act(self, case, action, *, at=None, **data):
        """Take a step as a phone does that had no connection: what came of it, status and body."""
        operation = {
            "type": "act", "case_id": case["case_id"], "op_id": str(uuid4()), "action": action,
            "seen": self.town.seq_of(case["case_id"]), "data": data, "phone_at": (at or clock.now()).isoformat(),
        }  # fmt: skip
        body = {"cursor": None, "operations": [operation], "phone_now": clock.now().isoformat()}
        return self.send("POST", "sync", body).get_json()["results"][0]

    def read(self, case):
        """Read a case that must be visible."""
        answer = self.get(f"cases/{case['case_id']}")
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    def actions(self, case):
        """The acts offered to this person."""
        return {each["action"] for each in self.read(case)["actions"]}

    def upload(self, case, content, *, purpose="after", attachment_id=None, kind="image/jpeg", **hints):
        """Send a photo whole, with what the phone says of it; return its id and the answer."""
        attachment_id = attachment_id or str(uuid4())
        case_id = case["case_id"] if isinstance(case, dict) else case
        self.town.sent_photos.add((case_id, attachment_id))
        answer = self.town.client.put(
            f"/api/v1/cases/{case_id}/attachments/{attachment_id}",
            data=content, content_type=kind, headers=self.headers, query_string={"purpose": purpose, **hints},
        )  # fmt: skip
        return attachment_id, answer


class Town:
    """The world of a story: `town.worker.report()`, `town.acceptor.act(case, "accept")`."""

    def __init__(self, app):
        self.app, self.client, self.people = app, app.test_client(), []
        self.sent_photos = set()  # whose bytes somebody has sent
        with app.app_context():
            self._found()
            self._people()

    def sign_in(self):
        """Let everybody have a session."""
        for actor in self.people:
            assert actor.headers

    def moved_to(self, app):
        """The same town in a copy of its database, which another application serves."""
        town = copy(self)
        town.app, town.client, town.sent_photos = app, app.test_client(), set()
        there = {actor: copy(actor) for actor in self.people}
        for actor in there.values():
            actor.town = town
        town.people = list(there.values())
        vars(town).update({name: there[one] for name, one in vars(self).items() if isinstance(one, Actor)})
        return town

    def _found(self):
        for code, name, kind in _DEPARTMENTS:
            department(code, name, kind)
        keep_county()
        department(TOWNSHIP, "岳阳镇人民政府", DepartmentKind.TOWNSHIP, grid_code=WEST)
        with transaction():
            grids.open_centre(COUNTY)
            load_roles(ROLES, also_known=machine.CASE.permissions())
            catalogue.import_documents(small_catalogue(), by="test")

    def _people(self):
        self.worker = self.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
        self.next_worker = self.hire("grid_worker", "grid", NEXT_GRID, duty=Duty.FULL_TIME)
        for name, role in (
            ("acceptor", "acceptor"), ("duty", "duty_officer"),
            ("dispatcher", "dispatcher"), ("leader", "centre_leader"),
        ):  # fmt: skip
            setattr(self, name, self.hire(role, "centre", COUNTY))
        self.supervisor = self.hire("supervisor", "grid", COUNTY)
        self.township = self.hire("township_leader", "grid", WEST)
        self.housing = self.hire("department_desk", "department", HOUSING)
        self.water = self.hire("department_desk", "department", WATER)
        self.team = self.hire("department_desk", "department", TEAM)
        self.county = self.hire("county_leader", "grid", COUNTY)

    def hire(self, role, scope_kind, scope_code, *, duty=None, person_id=None):
        """A new person in a role; on the roster of the grid if a duty is named."""
        with self.app.app_context():
            row = person(name=f"{role}{scope_code[-3:]}", person_id=person_id)
            path = "" if scope_kind == "department" else "".join(f"{code}/" for code in _chain(scope_code))
            assignment(row, role=role, scope_kind=scope_kind, scope_code=scope_code, scope_path=path)
            if duty:
                with transaction():
                    grids.appoint(scope_code, row.id, duty)
        self.people.append(Actor(self, role, row))
        return self.people[-1]

    def also(self, actor, role, scope_kind, scope_code):
        """Let somebody hold one role more."""
        with self.app.app_context():
            path = "" if scope_kind == "department" else "".join(f"{code}/" for code in _chain(scope_code))
            assignment(actor.id, role=role, scope_kind=scope_kind, scope_code=scope_code, scope_path=path)

    def dismiss(self, actor, role, scope_code=None):
        """Let somebody hold a role no longer, here or anywhere."""
        with self.app.app_context():
            rows = db.session.scalars(db.select(AssignmentRow).filter_by(person_id=actor.id, role=role)).all()
            ended = [row.id for row in rows if scope_code in (None, row.scope_code)]
            with transaction():
                for each in ended:
                    identity.end_assignment(each)

    def open_centre(self, code):
        """Let a grid have a centre of its own."""
        with self.app.app_context(), transaction():
            grids.open_centre(code)

    def drain(self):
        """Let every effect happen that is owed; return how many did."""
        with self.app.app_context():
            return outbox.drain()

    @staticmethod
    def photo():
        """The id of a photo that is still to come."""
        return str(uuid4())

    def bring_photos(self, case, but=()):
        """Let the bytes of every photo that the case still awaits, but for some, arrive from those who named them."""
        for step in self.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]:
            actor = next((one for one in self.people if str(one.id) == step["actor"]["person_id"]), None)
            named = (step["data"] or {}).get("attachments", ())
            for photo in [one for one in named if one not in but]:
                purpose = "before" if step["action"] == "report" and photo == named[0] else "after"
                _, stored = actor.upload(case, jpeg(), attachment_id=photo, purpose=purpose)
                assert stored.status_code in (200, 201), stored.get_json()

    def seq_of(self, case_id):
        """The step that somebody who looks now has seen; asked of the database, as it comes before every act."""
        with self.app.app_context():
            return db.session.scalar(select(Case.seq).where(Case.case_id == UUID(str(case_id)))) or 1

    def steps(self, case):
        """The actions of the timeline."""
        answer = self.supervisor.get(f"cases/{case['case_id']}/steps")
        assert answer.status_code == 200, answer.get_json()
        return [step["action"] for step in answer.get_json()["items"]]

    # the way of an ordinary case, up to a point
    def accepted(self, **report):
        """A case that the centre has taken on."""
        case = self.worker.report(**report).get_json()
        return self.acceptor.act(case, "accept")

    def filed(self, class_code=GARBAGE, condition="1", **report):
        """A case that was filed."""
        case = self.accepted(class_code=class_code, **report)
        return self.duty.act(case, "file", **{"class": class_code, "condition": condition})

    def dispatched(self, lead=HOUSING, assist=(), **report):
        """A case that was sent to departments."""
        case = self.filed(**report)
        return self.dispatcher.act(case, "dispatch", lead=lead, **({"assist": list(assist)} if assist else {}))

    def handling(self, **given):
        """A case that its lead has signed for."""
        return self.housing.act(self.dispatched(**given), "sign")

    def handled(self, **given):
        """A case that waits for its check."""
        case = self.handling(**given)
        return self.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])

    def checked(self, **given):
        """A case that waits for its closing; the checker is whoever the system named."""
        case = self.handled(**given)
        return self.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[str(uuid4())])


def _chain(code):
    chain = [COUNTY]
    chain += [code[:9]] if len(code) >= 9 else []
    chain += [code[:12]] if len(code) >= 12 else []
    return [*chain, code] if len(code) > 12 else chain


__all__ = ["VILLAGES", "Actor", "Town"]
