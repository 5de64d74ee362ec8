"""Enter whom the demo county visits: old people, children, disabled people and households. All of them are invented.

Who is drawn follows from the seed. Each name says that it is an example, numbers are none that anybody has.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from app.core import clock
from app.demo.actors import Actors
from app.demo.people import COUNTY
from app.demo.world import World
from app.grids.levels import Level
from workflows.resident_terms import ResidentSubject

CHILD_EVERY, DISABLED_EVERY, HOUSEHOLD_EVERY = 5, 4, 6  # of the grids; an old person in each. Examples
_LEADER = f"{Level.TOWNSHIP}_leader"
_NAMESPACE = UUID("8c2b7d14-93aa-5f61-b1c7-141025141025")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_CALLED = "秀英桂兰凤霞玉珍淑芬建国德福长贵金山满仓来喜"
_EXAMPLE = "（示例）"
_AGREED_BEFORE = timedelta(days=30)
_OLD, _CHILD, _DISABLED = (66, 92), (6, 13), (30, 60)  # years


def enter(actors: Actors, world: World, seed: int | str) -> None:
    """Let the leader of each township enter whom its workers visit; twice is once."""
    chance, today = Random(f"gezhi register {seed}"), clock.local(clock.now()).date()  # noqa: S311 - a play
    leaders = _leaders(world)
    for number, grid in enumerate(sorted(world.worker_of)):
        for body in _bodies(number, world.spot(chance, grid=grid).address, chance, today):
            resident_id = uuid5(_NAMESPACE, f"{seed}:{grid}:{body['cares'][0]}")
            actors.send(leaders[grid[:9]], "PUT", f"residents/{resident_id}", json={**body, "grid": grid})


def _leaders(world: World) -> Mapping[str, str]:
    """Return the leader of each township."""
    held = ((one.username, scope) for one in world.everybody for role, _, scope in one.roles if role == _LEADER)
    return {scope: username for username, scope in held if scope.startswith(COUNTY)}


def _bodies(number: int, address: str, chance: Random, today: date) -> Iterator[dict[str, Any]]:
    """Yield whom a grid has, as somebody enters them."""
    old = chance.choice(("elderly_alone", "elderly_hard"))
    health = chance.choice(("腿脚不便", "高血压，按时服药", "听力下降", "身体尚好"))
    yield _person(old, _OLD, chance, today, address=address, phone=_phone(number), health=health)
    if number % CHILD_EVERY == 0:
        guardian = f"{_name(chance)} {_phone(number)}"
        yield _person("child_in_need", _CHILD, chance, today, address=address, guardian=guardian)
    if number % DISABLED_EVERY == 0:
        yield _person("disabled", _DISABLED, chance, today, address=address, visit_note="轮椅出行，敲门后多等一会")
    if number % HOUSEHOLD_EVERY == 0:
        fields = {"name": _name(chance), "address": address, "visit_note": "白天多在地里，傍晚走访"}
        yield {"subject": ResidentSubject.HOUSEHOLD, "cares": ["hard_off"], "fields": fields}


def _person(care: str, years: tuple[int, int], chance: Random, today: date, **known: str) -> dict[str, Any]:
    born = date(today.year - chance.randint(*years), chance.randint(1, 12), chance.randint(1, 28))
    by = "guardian" if "guardian" in known else "self"
    return {
        "subject": ResidentSubject.PERSON, "cares": [care], "consent": {"by": by, "on": str(today - _AGREED_BEFORE)},
        "fields": {"name": _name(chance), "birth": str(born), **known},
    }  # fmt: skip


def _name(chance: Random) -> str:
    return f"{chance.choice(_SURNAMES)}{chance.choice(_CALLED)}{chance.choice(_CALLED)}{_EXAMPLE}"


def _phone(number: int) -> str:
    """Return a number that nobody has: in the county's area code no subscriber's begins with 0."""
    return f"0357-0{number:06}"
