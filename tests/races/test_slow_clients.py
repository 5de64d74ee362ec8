"""Silent and dripping clients cost nobody anything, and are cut; a slow honest one is served."""

import base64
import json
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.attachments.pictures import jpeg
from tests.factories.town import HERE
from tests.support import slow
from tests.support.until import at_once, until

pytestmark = pytest.mark.own_database
CROWD = 200
FEW = 4  # connections of a process
LISTENING = "0A"  # as the kernel writes it
HONEST = 20
PIECE = "application/offset+octet-stream"


def began(method, path, headers, length, body=b""):
    """The beginning of a request: its head and the first bytes of a body that is to be longer."""
    lines = [f"{method} {path} HTTP/1.1", "Host: gezhi", "Connection: close", f"Content-Length: {length}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + body


def beginnings(town):
    """A head that does not end, a JSON body of a stranger and one of a worker, a photo: all stop on their way."""
    case, photo = uuid4(), uuid4()
    sync = began("POST", "/api/v1/sync", {**town.worker.headers, "Content-Type": "application/json"}, 900, b"{")
    path = f"/api/v1/cases/{case}/attachments/{photo}?purpose=before"
    return [
        b"GET /api/v1/me HTTP/1.1\r\nHost: gezhi\r\nX-Long: ",
        began("POST", "/api/v1/auth/login", {"Content-Type": "application/json"}, 900, b"{"),
        sync,
        began("PUT", path, {**town.worker.headers, "Content-Type": "image/jpeg"}, 200_000, b"\xff\xd8\xff"),
    ]


def test_beside_silent_and_dripping_clients_everything_honest_succeeds(town):
    photo = jpeg(640, 480)

    def work(actor):
        case = town.worker.report().get_json()
        _, stored = town.worker.upload(case, photo, purpose="before")
        acted = town.acceptor.try_act(case, "accept", seen=1)
        me = actor.get("me")
        return stored.status_code, acted.status_code, me.status_code, me.get_json()["person"]["person_id"]

    actors = [town.worker, town.acceptor, town.duty, town.housing] * (HONEST // 4)
    for actor in (*actors, town.worker, town.acceptor):
        assert actor.headers  # signs in beforehand
    with slow.crowd(town.house.port, beginnings(town), CROWD, CROWD):
        assert at_once([partial(work, actor) for actor in actors]) == [
            (201, 201, 200, str(actor.id)) for actor in actors
        ]


@pytest.fixture
def narrow(town):
    """The town, whose two processes hold few connections, and those as long as they like."""
    usual = dict(town.house.settings)
    for settings in ({**usual, "CONNECTIONS": FEW, "CLIENT_REST_SECONDS": 600}, usual):
        town.house.kill("web")
        town.house.settings = settings
        town.house.start("web")
        if settings is not usual:
            yield town


@pytest.mark.one_database
def test_at_the_limit_of_connections_newcomers_wait_and_are_then_served(narrow):
    town, served = narrow, []

    def newcomer():
        served.append(town.acceptor.get("me"))
        return served[-1].status_code

    def let_in():
        """See all newcomers in line, everybody inside served, and still all in line; then let those inside go."""
        until(lambda: waiting_at(town.house.port) >= HONEST, "all newcomers stand in line")
        alive = [slow.alive(connection) for connection in inside]
        in_line = waiting_at(town.house.port)
        held.close()
        return alive, in_line, len(served)

    assert town.acceptor.headers  # signs in beforehand
    with ExitStack() as held:
        inside = [held.enter_context(slow.connect(town.house.port)) for _ in range(2 * FEW)]
        assert all(map(slow.alive, inside))
        (alive, in_line, before), *answers = at_once([let_in, *[newcomer] * HONEST])
    assert all(alive)
    assert (in_line, before) == (HONEST, 0)
    assert answers == [200] * HONEST


def waiting_at(port):
    """Count the connections that the kernel has taken and nobody of ours yet: the queue of the listening socket."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(
        int(line[4].partition(":")[2], 16)
        for line in lines
        if line[3] == LISTENING and line[1].endswith(f":{port:04X}")
    )


@pytest.fixture
def strict(town):
    """The town, whose web server asks for 4 kB a second and bears a silence of four seconds."""
    usual = dict(town.house.settings)
    town.house.settings.update(LEAST_BYTES_PER_SECOND=4_000, CLIENT_SILENCE_SECONDS=4, CLIENT_REST_SECONDS=4)
    for settings in (town.house.settings, usual):
        town.house.kill("web")
        town.house.settings = settings
        town.house.start("web")
        if settings is not usual:
            yield town


@pytest.mark.one_database
def test_who_does_not_move_is_cut_and_who_moves_slowly_is_served(strict):
    town, port = strict, strict.house.port
    head, login, sync, photo = beginnings(town)
    report = {"class": "0102", "description": "路边有垃圾" * 200, "lon": HERE[0], "lat": HERE[1]}
    body = json.dumps(report).encode().ljust(120_000)  # blanks are JSON
    path = f"/api/v1/cases/{uuid4()}"
    honest = began("PUT", path, {**town.worker.headers, "Content-Type": "application/json"}, len(body))
    upload = begun_upload(town, 200_000)
    piece = {**town.worker.headers, "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": PIECE}
    patch = began("PATCH", upload, piece, 200_000, b"\xff\xd8\xff" * 20_000)

    def tried(beginning, *more):
        with slow.connect(port) as connection:
            return slow.answer(connection, beginning, *more)

    dripping = (b"a" * 300, 10)
    nothing, served, *cut = at_once([
        partial(tried, b""),
        partial(tried, honest, body, 20_000),
        *(partial(tried, each) for each in (head, login, sync, photo, patch)),
        *(partial(tried, each, *dripping) for each in (head, login, sync, photo)),
    ])  # fmt: skip
    assert nothing == b"", "who has begun nothing is told nothing"
    assert served.startswith(b"HTTP/1.1 201 "), served
    for each in cut:
        assert each.startswith(b"HTTP/1.1 408 "), each
        assert json.loads(each.partition(b"\r\n\r\n")[2])["code"] == "too_slow"
    kept = town.client.open(upload, method="HEAD", headers={**town.worker.headers, "Tus-Resumable": "1.0.0"})
    assert 60_000 - 16_384 < int(kept.headers["Upload-Offset"]) <= 60_000


def begun_upload(town, length):
    """The address of an upload that has begun."""
    said = {"attachment_id": str(uuid4()), "case_id": str(uuid4()), "purpose": "before", "filetype": "image/jpeg"}
    answer = town.client.post("/api/v1/uploads", headers={
        **town.worker.headers, "Tus-Resumable": "1.0.0", "Upload-Length": str(length),
        "Upload-Metadata": ",".join(f"{name} {encoded(value)}" for name, value in said.items()),
    })  # fmt: skip
    assert answer.status_code == 201, answer.get_json()
    return answer.headers["Location"]


def encoded(value):
    return base64.b64encode(value.encode()).decode()
