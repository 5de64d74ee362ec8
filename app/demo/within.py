"""Draw what goes on within a department that handles: who does the work, remarks, urging, copies, parts given on.

All shares are examples. What the door may refuse meanwhile is optional: the case goes on without it.
"""

from datetime import timedelta
from random import Random
from typing import Any

from app.catalogue.documents import CaseClass
from app.core import clock
from app.demo.lives import Do, Life
from app.demo.people import person_id
from app.demo.world import World
from workflows.case_clocks import Stage
from workflows.case_terms import TaskPart

_ASSIGNED, _REMARKED, _URGED, _COPIED, _DIVIDED = 0.8, 0.15, 0.08, 0.06, 0.06
_REMARKS = ("已安排人员，下午到场", "现场已看，需带工具", "与社区对接，明日处理", "材料已备齐", "已联系产权单位配合")
_URGES = ("群众催促，请抓紧", "临近时限，请尽快办结", "请先设置围挡再处置")
_SOON = timedelta(hours=2)
_UNITS = ("市政股", "环卫所", "养护班组", "综合股")


def steps(department: str, case_class: CaseClass, world: World, chance: Random) -> list[Do]:
    """Return the steps between signing and finishing, in the order in which they are taken."""
    handlers = () if case_class.confidential else world.handlers_of(department)
    course: list[Do] = []
    if handlers and chance.random() < _ASSIGNED:
        course.append(Do("lead", "assign", {"handler": person_id(chance.choice(handlers))}, share=0.1))
    if chance.random() < _REMARKED:
        course.append(Do("lead", "comment", {"text": chance.choice(_REMARKS)}, share=0.15, optional=True))
    if chance.random() < _COPIED and not case_class.confidential:
        course.append(Do("dispatcher", "copy", {"to": [world.copied(department)]}, share=0.15, optional=True))
    if chance.random() < _DIVIDED:
        course += _divided(chance.choice(_UNITS))
    if chance.random() < _URGED:
        course.append(Do("duty", "urge", {"note": chance.choice(_URGES)}, share=0.5, optional=True))
    return course


def _divided(unit: str) -> list[Do]:
    return [
        Do("lead", "sub_assign", lambda life: {"unit": unit, "due_at": _half_of_the_rest(life)}, share=0.15),
        Do("lead", "sub_finish", lambda life: _done(life, unit), share=0.3),
    ]


def _half_of_the_rest(life: Life) -> str:
    """Return when a part given on is due; of what is late already, soon."""
    now = clock.now()
    rest = (life.due(Stage.HANDLE) or now) - now
    return (now + (rest / 2 if rest > timedelta() else _SOON)).isoformat()


def _done(life: Life, unit: str) -> dict[str, Any]:
    return {"sub": life.task_of(TaskPart.SUB), "result": f"{unit}已处置"}
