"""Enter what lies in the grids of the demo county: covers in each, and one more thing. All of it is invented."""

from collections.abc import Mapping
from random import Random
from uuid import UUID, uuid5

from app.core import clock
from app.demo import answers
from app.demo.actors import Actors
from app.demo.answers import Viewpoint
from app.demo.people import COUNTY
from app.demo.world import Spot, World
from app.objects.object_kinds import ObjectKinds

COVERS = 2  # of each grid; an example
_COVER_SORT = "0102"  # whose reports are of class C0102
_OTHERS = ("hazard_point", "flood_point", "small_place", "toilet", "shelter", "enterprise", "heritage", "self_built")
_NAMESPACE = UUID("0f9b1c52-6d3a-5e0f-8a41-141025141025")


def enter(actors: Actors, world: World, kinds: ObjectKinds, seed: int | str) -> None:
    """Let the worker of each grid enter what is there; twice is once."""
    chance, today = Random(f"gezhi things {seed}"), clock.local(clock.now()).date()  # noqa: S311 - a play, not a secret
    for number, (grid, worker) in enumerate(sorted(world.worker_of.items())):
        for cover in range(1, COVERS + 1):
            sequence = number * COVERS + cover
            identifier = f"{COUNTY}{_COVER_SORT}{sequence:06}"
            body = {"kind": "component", "identifier": identifier, "name": f"井盖 {sequence}"}
            _enter(actors, worker, world.spot(chance, grid=grid), body)
        kind, spot = kinds.get(_OTHERS[number % len(_OTHERS)]), world.spot(chance, grid=grid)
        if kind is not None:
            attributes = answers.draw(kind.form, Viewpoint(spot.lon, spot.lat, today), chance)
            _enter(
                actors, worker, spot, {"kind": kind.code, "name": f"{spot.address}（示例）", "attributes": attributes}
            )


def _enter(actors: Actors, worker: str, spot: Spot, body: Mapping[str, object]) -> None:
    object_id = uuid5(_NAMESPACE, f"{spot.grid}:{body['kind']}:{body.get('identifier')}")
    actors.send(worker, "PUT", f"objects/{object_id}", json={**body, "lon": spot.lon, "lat": spot.lat})
